import type { AnyNode } from 'acorn';
import { hasOwnNode } from '../syntax/located.ts';
import { descendants } from '../syntax/source.ts';

/** Whether code throws anywhere, nested functions included. */
export function throws(node: AnyNode): boolean {
  for (const { type } of descendants(node)) if (type === 'ThrowStatement') return true;
  return false;
}

/** Whether code, run for its effect, may end the function around it: it throws or calls something. */
export function interrupts(node: AnyNode): boolean {
  return hasOwnNode(node, interrupting);
}

const interrupting: ReadonlySet<string> = new Set([
  'AwaitExpression',
  'CallExpression',
  'ImportExpression',
  'NewExpression',
  'TaggedTemplateExpression',
  'ThrowStatement',
  'YieldExpression',
]);

/**
 * Whether code has any effect when its value is unused: it may end the function, or runs a getter,
 * an iterator or a conversion, any of which may end it too.
 */
export function acts(node: AnyNode): boolean {
  return hasOwnNode(node, acting);
}

const acting: ReadonlySet<string> = new Set([
  ...interrupting,
  'BinaryExpression',
  'MemberExpression',
  'SpreadElement',
  'TemplateLiteral',
]);
