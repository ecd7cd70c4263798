import type { AnyNode } from 'acorn';
import { isFunction } from './located.ts';
import { children, descendants } from './source.ts';

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
