import type { AnyNode } from 'acorn';
import { isFunction } from '../syntax/located.ts';
import { children, descendants } from '../syntax/source.ts';

/** Whether something is thrown anywhere in a piece of code, functions in it included. */
export function throws(node: AnyNode): boolean {
  for (const inner of descendants(node)) if (inner.type === 'ThrowStatement') return true;
  return false;
}

/**
 * Whether code that is run for its effect may end the function that it stands in: it throws, or
 * calls what may throw.
 */
export function interrupts(node: AnyNode): boolean {
  if (isFunction(node)) return false;
  return interrupting.has(node.type) || children(node).some(interrupts);
}

const interrupting = new Set([
  'AwaitExpression',
  'CallExpression',
  'ImportExpression',
  'NewExpression',
  'TaggedTemplateExpression',
  'ThrowStatement',
  'YieldExpression',
]);

/**
 * Whether code does anything when it is run for its effect alone: it may end the function, or asks a
 * getter, an iterator or a conversion, which may do so.
 */
export function acts(node: AnyNode): boolean {
  if (isFunction(node)) return false;
  return interrupting.has(node.type) || asking.has(node.type) || children(node).some(acts);
}

const asking = new Set([
  'BinaryExpression',
  'MemberExpression',
  'SpreadElement',
  'TemplateLiteral',
]);
