import type { AnyNode } from 'acorn';
import { constantOf } from './conjuncts.ts';
import { type FunctionNode, ownNodes } from '../syntax/located.ts';

/** What a function may return: the argument of each `return`, or the body of an arrow. */
export function resultsOf({ body }: FunctionNode): AnyNode[] {
  if (body.type !== 'BlockStatement') return [body];
  return [...ownNodes(body)].flatMap((node) =>
    node.type === 'ReturnStatement' && node.argument ? [node.argument] : [],
  );
}

/**
 * Whether a function that takes a remote flag and its default returns the opposite of what it reads
 * (`return !read(name, fallback)`): the written default is then not the flag's own.
 */
export function returnsOpposite(fn: FunctionNode): boolean {
  const found = known.get(fn) ?? resultsOf(fn).some(isOpposite);
  known.set(fn, found);
  return found;
}

const known = new WeakMap<FunctionNode, boolean>();

function isOpposite(node: AnyNode): boolean {
  switch (node.type) {
    case 'LogicalExpression':
      return isOpposite(node.left) || isOpposite(node.right);
    case 'ConditionalExpression':
      return isOpposite(node.consequent) || isOpposite(node.alternate);
    case 'UnaryExpression':
      return node.operator === '!' && constantOf(node) === null && !isOpposite(node.argument);
    case 'BinaryExpression': {
      const constants = [constantOf(node.left), constantOf(node.right)];
      const negates = node.operator.startsWith('!');
      return constants.includes(negates);
    }
    default:
      return false;
  }
}
