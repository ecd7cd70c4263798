import type { AnyNode } from 'acorn';
import { type FunctionNode, ownNodes } from '../syntax/located.ts';

/** Whether every `return` of a function gives `true`, `false`, a negation, a comparison or a call. */
export function returnsOnlyBooleans({ body }: FunctionNode): boolean {
  if (body.type !== 'BlockStatement') return isBoolean(body, new Map());
  const returns: AnyNode[] = [];
  const locals = new Map<string, AnyNode[]>();
  const assign = (target: AnyNode, values: AnyNode[]): void => {
    if (target.type !== 'Identifier') return;
    locals.set(target.name, [...(locals.get(target.name) ?? []), ...values]);
  };
  for (const node of ownNodes(body)) {
    if (node.type === 'ReturnStatement') returns.push(node.argument ?? node);
    if (node.type === 'VariableDeclarator') assign(node.id, node.init ? [node.init] : []);
    if (node.type === 'AssignmentExpression') {
      assign(node.left, [node.operator === '=' ? node.right : node]);
    }
  }
  return returns.length > 0 && returns.every((node) => isBoolean(node, locals));
}

/** The values assigned to each name of a function. */
type Locals = ReadonlyMap<string, readonly AnyNode[]>;

const comparisons = new Set(['===', '!==', '==', '!=', '<', '>', '<=', '>=']);

function isBoolean(node: AnyNode, locals: Locals): boolean {
  const are = (...nodes: (AnyNode | undefined)[]): boolean =>
    nodes.every((part) => part && isBoolean(part, locals));
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'boolean';
    case 'UnaryExpression':
      return node.operator === '!';
    case 'BinaryExpression':
      return comparisons.has(node.operator);
    case 'LogicalExpression':
      return are(node.left, node.right);
    case 'ConditionalExpression':
      return are(node.consequent, node.alternate);
    case 'SequenceExpression':
      return are(node.expressions.at(-1));
    case 'Identifier': {
      const values = locals.get(node.name) ?? [];
      const others = new Map([...locals].filter(([name]) => name !== node.name));
      return values.length > 0 && values.every((value) => isBoolean(value, others));
    }
    case 'CallExpression':
      return true;
    default:
      return false;
  }
}
