import { conjunctsOf, constantOf } from '../evaluate/conjuncts.ts';
import { calledFunction } from './flip-plan.ts';
import { type FunctionNode, type Located, textOf } from '../syntax/located.ts';
import type { ModuleGraph } from '../names/resolve.ts';
import { type Statement, pathTo } from '../syntax/source.ts';

/** Who edited a gate, judging by its code. */
export type Editor = 'cc-mirror' | 'another tool' | 'cc-mirror or another tool';

const markEnd = 'cc-mirror*/';

/** The comment that an edit adds if there is room; `anchor`: the text by which the gate is found. */
export function markFor(anchor: string | undefined): string {
  return `/*${anchor === undefined ? '' : `${anchor} `}${markEnd}`;
}

/** Whether the text at a position of the module is the anchor in the mark of an edit. */
export function isMarkAt(statement: Statement, anchor: string, at: number): boolean {
  const mark = markFor(anchor);
  const from = at - mark.indexOf(anchor);
  return (
    statement.source.text.startsWith(mark, from) && isComment(statement, from - statement.start)
  );
}

/** Who edited one of the functions that decide a gate, skipping `seen`; null if none is edited. */
export function editorOf(
  graph: ModuleGraph,
  fn: Located<FunctionNode>,
  seen = new Set<FunctionNode>(),
): Editor | null {
  if (seen.has(fn.node)) return null;
  seen.add(fn.node);
  const own = editorOfBody(fn);
  if (own) return own;
  for (const node of conjunctsOf(fn.node)) {
    const callee = calledFunction(graph, { ...fn, node });
    const editor = callee && editorOf(graph, callee, seen);
    if (editor) return editor;
  }
  return null;
}

/** Whether a function only returns true; unreachable code that another tool left may follow. */
export function isConstantTrue({ node: { body } }: Located<FunctionNode>): boolean {
  if (body.type !== 'BlockStatement') return constantOf(body) === true;
  const [first] = body.body;
  if (first?.type !== 'ReturnStatement' || !first.argument) return false;
  return constantOf(first.argument) === true;
}

/**
 * An edit shows by our mark, or by what no bundler writes: unreachable code, or padding. Padding
 * alone can be ours only if there was no room for the mark.
 */
function editorOfBody(fn: Located<FunctionNode>): Editor | null {
  const { body } = fn.node;
  if (body.type !== 'BlockStatement') return null;
  const text = textOf({ ...fn, node: body });
  const at = text.indexOf(markEnd);
  if (at >= 0 && isComment(fn.statement, body.start + at)) return 'cc-mirror';
  if (!isConstantTrue(fn)) return null;
  if (body.body.length > 1) return 'another tool';
  if (!/ {2,}\}$/.test(text)) return null;
  const hasRoom = text.length >= `{return!0${markFor(undefined)}}`.length;
  return hasRoom ? 'another tool' : 'cc-mirror or another tool';
}

/** Whether a position is outside literals, where a mark can only be a comment. */
function isComment(statement: Statement, position: number): boolean {
  const innermost = pathTo(statement, statement.start + position).at(-1);
  return innermost?.type !== 'Literal' && innermost?.type !== 'TemplateElement';
}
