import type { AnyNode } from 'acorn';
import { constantOf } from './conjuncts.ts';
import { type FunctionNode, isFunction } from '../syntax/located.ts';
import { children } from '../syntax/source.ts';

/** What a function may return: the argument of each `return`, or the body of an arrow. */
export function resultsOf({ body }: FunctionNode): AnyNode[] {
  if (body.type !== 'BlockStatement') return [body];
  const found: AnyNode[] = [];
  const visit = (node: AnyNode): void => {
    if (isFunction(node)) return;
    if (node.type === 'ReturnStatement' && node.argument) found.push(node.argument);
    for (const child of children(node)) visit(child);
  };
  visit(body);
  return found;
}

/**
 * Whether a function that is given a remote flag and its default returns the opposite of what it
 * reads (`return !read(name, fallback)`): its default is then not the one that is written.
 */
export function returnsOpposite(fn: FunctionNode): boolean {
  const found = known.get(fn) ?? resultsOf(fn).some(isOpposite);
  known.set(fn, found);
  return found;
}

const known = new WeakMap<FunctionNode, boolean>();

function isOpposite(node: AnyNode): boolean {
  switch (node.type) {
    case 'ParenthesizedExpression':
      return isOpposite(node.expression);
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
