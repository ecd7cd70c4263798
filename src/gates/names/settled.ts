import type { AnyNode } from 'acorn';
import { type FunctionNode, type Located, isFunction, pathOf } from '../syntax/located.ts';
import { children } from '../syntax/source.ts';

type Resolve = (callee: AnyNode, from: Located) => Located<FunctionNode> | null;

const [unasked, seen]: [ReadonlySet<AnyNode>, WeakMap<AnyNode, boolean>] = [
  new Set(),
  new WeakMap(),
];

/**
 * Whether a name certainly has the one value that is written for it when a gate is asked: given at
 * the top level of its module or of a function around the gate, or when a bundler's wrapper loads the
 * module. A value that is given on a condition, or by a function that may be called at any time or
 * never, is state. `entered`: functions that are being followed, whose variables come and go.
 */
export function isSettled(
  at: Located,
  resolve: Resolve,
  entered: ReadonlySet<AnyNode> = unasked,
): boolean {
  if (at.node.type === 'FunctionDeclaration') return true;
  const path = pathOf(at);
  const inside = path.slice(0, path.indexOf(at.node));
  if (inside.some((node) => entered.has(node))) return false;
  const found = seen.get(at.node) ?? isGiven(at, inside, resolve);
  seen.set(at.node, found);
  return found;
}

function isGiven(at: Located, around: readonly AnyNode[], resolve: Resolve): boolean {
  const declared = around.at(-1)?.type === 'VariableDeclarator';
  let inner = at.node;
  for (const [index, node] of [...around.entries()].reverse()) {
    if (isFunction(node)) {
      if (node.async || node.generator) return false;
      if (declared) return true;
      const call = around[index - 1];
      if (call?.type !== 'CallExpression' || call.optional) return false;
      if (call.callee !== node) return isLoader(call, around[index - 2], { ...at, node }, resolve);
    } else if (!straight.has(node.type)) return false;
    if (node.type === 'BlockStatement' && mayLeave(node, inner)) return false;
    inner = node;
  }
  return true;
}

/** Nodes whose parts are all evaluated, each once. */
const straight = new Set([
  'AssignmentExpression',
  'BlockStatement',
  'CallExpression',
  'ExportDefaultDeclaration',
  'ExportNamedDeclaration',
  'ExpressionStatement',
  'ParenthesizedExpression',
  'Program',
  'ReturnStatement',
  'SequenceExpression',
  'UnaryExpression',
  'VariableDeclaration',
  'VariableDeclarator',
]);

/**
 * Whether a call is `var load = lazily(() => {…})`, as bundlers write what loads a module once, when
 * it is first needed: `lazily` gives back a function.
 */
function isLoader(
  call: Extract<AnyNode, { type: 'CallExpression' }>,
  parent: AnyNode | undefined,
  { statement, node }: Located,
  resolve: Resolve,
): boolean {
  if (call.arguments[0] !== node || parent?.type !== 'VariableDeclarator') return false;
  const body = resolve(call.callee, { statement, node: call })?.node.body;
  if (body?.type !== 'BlockStatement') return body !== undefined && isFunction(body);
  const last = body.body.at(-1);
  return last?.type === 'ReturnStatement' && !!last.argument && isFunction(last.argument);
}

/** Whether a statement in front of `to` may end the function that the block is in. */
function mayLeave(block: AnyNode, to: AnyNode): boolean {
  return children(block).some((node) => node.start < to.start && leaves(node));
}

function leaves(node: AnyNode): boolean {
  if (isFunction(node)) return false;
  return leaving.has(node.type) || children(node).some(leaves);
}

const leaving = new Set([
  'BreakStatement',
  'ContinueStatement',
  'ReturnStatement',
  'ThrowStatement',
]);
