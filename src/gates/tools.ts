import type { AnyNode, ObjectExpression } from 'acorn';
import { type FunctionNode, type Located, boundName, isFunction, pathOf } from './located.ts';
import type { ModuleGraph } from './resolve.ts';
import { type Source, pathTo } from './source.ts';

/** How a tool of that name is defined in a build. */
export type ToolSearch =
  /** One object with that `name` and an `isEnabled`. */
  | { kind: 'found'; isEnabled: Located<FunctionNode> }
  /** The name is nowhere the value of a tool: the tool is not in the build. */
  | { kind: 'absent' }
  /** Something names the tool, and no single definition could be made out. */
  | { kind: 'unclear'; why: string };

/**
 * Finds the object that defines the tool `toolName`: its `name` property has that text as value,
 * written there or through a binding, in the same module or another, and it has an `isEnabled`.
 */
export function findTool(graph: ModuleGraph, toolName: string): ToolSearch {
  const mentions = literalsOf(graph, toolName);
  const found = new Map<AnyNode, Located<ObjectExpression>>();
  const note = (object: Located<ObjectExpression>): void => {
    if (!found.has(object.node) && named(graph, object, toolName)) found.set(object.node, object);
  };
  // The tool's own object repeats its name (as its title, say) in every build seen so far.
  for (const mention of mentions) {
    for (const object of objectsAround(mention)) note(object);
  }
  const bindings = new Set(mentions.flatMap((mention) => boundName(mention) ?? []));
  if (found.size === 0) {
    for (const source of bindings.size > 0 ? graph.containing('isEnabled') : []) {
      for (const object of objectsOf(graph, source, bindings)) note(object);
    }
  }
  const [only] = found.values();
  if (found.size > 1) return { kind: 'unclear', why: `${found.size} objects define ${toolName}` };
  if (!only) {
    if (bindings.size === 0) return { kind: 'absent' };
    return { kind: 'unclear', why: `${toolName} is named, and no tool object has that name` };
  }
  const isEnabled = propertyFunction(graph, only, 'isEnabled');
  if (!isEnabled) return { kind: 'unclear', why: `isEnabled of ${toolName} is not a function` };
  return { kind: 'found', isEnabled };
}

/** Every string literal of the bundle whose value is `text`. */
function literalsOf(graph: ModuleGraph, text: string): Located[] {
  const found: Located[] = [];
  for (const source of graph.containing(text)) {
    for (const at of source.find(text)) {
      const quote = source.text.charAt(at - 1);
      if (!/["'`]/.test(quote) || source.text.charAt(at + text.length) !== quote) continue;
      const statement = source.statementAt(at - 1);
      const node = statement && innermostString(pathTo(statement, at - 1), text);
      if (statement && node) found.push({ statement, node });
    }
  }
  return found;
}

function innermostString(path: readonly AnyNode[], text: string): AnyNode | undefined {
  return path.findLast(
    (node) =>
      (node.type === 'Literal' && node.value === text) ||
      (node.type === 'TemplateLiteral' && node.quasis[0]?.value.cooked === text),
  );
}

function objectsAround(at: Located): Located<ObjectExpression>[] {
  return pathOf(at)
    .filter((ancestor) => ancestor.type === 'ObjectExpression')
    .map((node) => ({ statement: at.statement, node }));
}

/**
 * Objects of a module that may be named through a variable: those around one of the `bindings`,
 * and, where the module imports from others of the bundle, all that have an `isEnabled`.
 */
function objectsOf(
  graph: ModuleGraph,
  source: Source,
  bindings: ReadonlySet<string>,
): Located<ObjectExpression>[] {
  const named = (at: number): boolean =>
    /\bname["']?\s*:\s*$/.test(source.text.slice(Math.max(0, at - 16), at));
  const places = [...bindings].flatMap((name) => [...source.words(name)].filter(named));
  if (graph.imports(source)) places.push(...source.find('isEnabled'));
  return places.flatMap((at) => {
    const statement = source.statementAt(at);
    const node =
      statement && pathTo(statement, at).findLast((node) => node.type === 'ObjectExpression');
    return node ? [{ statement, node }] : [];
  });
}

function named(graph: ModuleGraph, object: Located<ObjectExpression>, toolName: string): boolean {
  if (!property(object.node, 'isEnabled')) return false;
  const value = property(object.node, 'name');
  if (!value) return false;
  const name = { ...object, node: value };
  const end =
    value.type === 'Identifier'
      ? graph.resolve(value.name, name)
      : ({ kind: 'value', at: name } as const);
  return end.kind === 'value' && innermostString([end.at.node], toolName) !== undefined;
}

function propertyFunction(
  graph: ModuleGraph,
  object: Located<ObjectExpression>,
  key: string,
): Located<FunctionNode> | null {
  const value = property(object.node, key);
  if (!value) return null;
  if (isFunction(value)) return { statement: object.statement, node: value };
  if (value.type !== 'Identifier') return null;
  return graph.resolveFunction(value.name, { ...object, node: value });
}

function property(object: ObjectExpression, key: string): AnyNode | undefined {
  for (const entry of object.properties) {
    if (entry.type !== 'Property' || entry.computed || entry.kind !== 'init') continue;
    const name =
      entry.key.type === 'Identifier'
        ? entry.key.name
        : entry.key.type === 'Literal'
          ? entry.key.value
          : '';
    if (name === key) return entry.value;
  }
  return undefined;
}
