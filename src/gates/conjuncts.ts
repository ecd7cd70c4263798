import type { AnyNode, Expression, Statement, UnaryExpression } from 'acorn';
import type { FunctionNode } from './located.ts';

/**
 * The conditions of which all have to hold for a function to return true, where it is written as
 * `return a() && b()` or as `if (!a()) return false; return b()`; empty where it decides otherwise.
 */
export function conjunctsOf({ body }: FunctionNode): Expression[] {
  if (body.type !== 'BlockStatement') return split(body);
  const last = body.body.at(-1);
  if (last?.type !== 'ReturnStatement' || !last.argument) return [];
  const guards = body.body.slice(0, -1).map(guard);
  const found = guards.flatMap((condition) => (condition ? split(condition) : []));
  return guards.includes(null) ? [] : [...found, ...split(last.argument)];
}

/** `false` or `!1`, `true` or `!0`; null for anything else. */
export function constantOf(node: AnyNode): boolean | null {
  if (node.type === 'Literal') return typeof node.value === 'boolean' ? node.value : null;
  if (node.type !== 'UnaryExpression' || node.operator !== '!') return null;
  const { argument } = node;
  return argument.type === 'Literal' && typeof argument.value === 'number' ? !argument.value : null;
}

/** The condition that a statement `if (…) return false` lets pass; null for any other statement. */
function guard(statement: Statement): Expression | null {
  if (statement.type !== 'IfStatement' || statement.alternate) return null;
  const { test, consequent } = statement;
  const [only] = consequent.type === 'BlockStatement' ? consequent.body : [consequent];
  const single = consequent.type !== 'BlockStatement' || consequent.body.length === 1;
  if (!single || only?.type !== 'ReturnStatement' || !only.argument) return null;
  return constantOf(only.argument) === false ? negated(test) : null;
}

function negated(node: Expression): Expression {
  if (node.type === 'UnaryExpression' && node.operator === '!') return node.argument;
  const { start, end } = node;
  const not: UnaryExpression = {
    type: 'UnaryExpression',
    operator: '!',
    prefix: true,
    argument: node,
    start,
    end,
  };
  return not;
}

function split(node: Expression): Expression[] {
  if (node.type === 'ParenthesizedExpression') return split(node.expression);
  return node.type === 'LogicalExpression' && node.operator === '&&'
    ? [...split(node.left), ...split(node.right)]
    : [node];
}
