import type { AnyNode, CallExpression } from 'acorn';
import {
  type FunctionNode,
  type Located,
  hasOwnNode,
  isFunction,
  pathOf,
} from '../syntax/located.ts';
import { children } from '../syntax/source.ts';

type Resolve = (callee: AnyNode, from: Located) => Located<FunctionNode> | null;

const known = new WeakMap<AnyNode, boolean>();

/**
 * Whether a name certainly holds the one value written for it by the time a gate runs: it is set at
 * the top level of its module or of a function around the gate, or when a bundler's wrapper loads
 * the module. A value set on a condition, or by a function that may run at any time or never, is
 * state. `entered`: functions being evaluated, whose variables are not settled.
 */
export function isSettled(
  at: Located,
  resolve: Resolve,
  entered: ReadonlySet<AnyNode> = new Set(),
): boolean {
  if (at.node.type === 'FunctionDeclaration') return true;
  const path = pathOf(at);
  const inside = path.slice(0, path.indexOf(at.node));
  if (inside.some((node) => entered.has(node))) return false;
  const found = known.get(at.node) ?? isSet(at, inside, resolve);
  known.set(at.node, found);
  return found;
}

function isSet(at: Located, around: readonly AnyNode[], resolve: Resolve): boolean {
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

/** Nodes that evaluate each of their parts exactly once. */
const straight = new Set([
  'AssignmentExpression',
  'BlockStatement',
  'CallExpression',
  'ExportDefaultDeclaration',
  'ExportNamedDeclaration',
  'ExpressionStatement',
  'Program',
  'ReturnStatement',
  'SequenceExpression',
  'UnaryExpression',
  'VariableDeclaration',
  'VariableDeclarator',
]);

/**
 * Whether a call is `var load = lazily(() => {…})`, the wrapper by which bundlers load a module on
 * first use: `lazily` returns a function.
 */
function isLoader(
  call: CallExpression,
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

/** Whether a statement before `to` may end the function around the block. */
function mayLeave(block: AnyNode, to: AnyNode): boolean {
  return children(block).some((node) => node.start < to.start && hasOwnNode(node, leaving));
}

const leaving: ReadonlySet<string> = new Set([
  'BreakStatement',
  'ContinueStatement',
  'ReturnStatement',
  'ThrowStatement',
]);
