import type {
  AnyNode,
  ArrowFunctionExpression,
  BlockStatement,
  Expression,
  Statement,
  UnaryExpression,
} from 'acorn';
import type { FunctionNode } from '../syntax/located.ts';

/**
 * The conditions that must all hold for a function to return true, if it is written as
 * `return a() && b()` or as `if (!a()) return false; return b()`; empty for any other form.
 */
export function conjunctsOf(fn: FunctionNode): Expression[] {
  const parts = partsOf(fn).map(({ asFunction }) => asFunction.body);
  const conditions = parts.flatMap((body) => (body.type === 'BlockStatement' ? [] : [body]));
  return conditions.length < parts.length ? [] : conditions.flatMap(split);
}

/** A piece of a function's body that must pass for the function to return true. */
export interface Part {
  /** Its range, in the positions of the function's statement. */
  start: number;
  end: number;
  /** The piece as a function without parameters. */
  asFunction: ArrowFunctionExpression;
  /** The text that replaces it so that it always passes. */
  opened: '' | '!0' | 'return!0';
}

/**
 * The parts of a function that must all pass, in order: the leading `if (…) return false`, then the
 * conditions of the final `return`, or all remaining statements as one part.
 */
export function partsOf({ body }: FunctionNode): Part[] {
  if (body.type !== 'BlockStatement') return split(body).map(conditionPart);
  const guards: Part[] = [];
  for (const [index, statement] of body.body.entries()) {
    const condition = guard(statement);
    if (!condition) return [...guards, ...lastParts(body.body.slice(index))];
    const { start, end } = statement;
    guards.push({ start, end, asFunction: expressionAsFunction(condition), opened: '' });
  }
  return [];
}

/** The parts of the statements after the guards. */
function lastParts(statements: Statement[]): Part[] {
  const [first, ...more] = statements;
  if (!first) return [];
  if (first.type === 'ReturnStatement' && first.argument && more.length === 0) {
    return split(first.argument).map(conditionPart);
  }
  const { start } = first;
  const end = statements.at(-1)?.end ?? first.end;
  const block: BlockStatement = { type: 'BlockStatement', body: statements, start, end };
  return [{ start, end, asFunction: asFunction(block), opened: 'return!0' }];
}

function conditionPart(node: Expression): Part {
  const { start, end } = node;
  return { start, end, asFunction: expressionAsFunction(node), opened: '!0' };
}

/** A condition as a function without parameters. */
export function expressionAsFunction(body: Expression): ArrowFunctionExpression {
  return { ...asFunction(body), expression: true };
}

function asFunction(body: Expression | BlockStatement): ArrowFunctionExpression {
  return {
    type: 'ArrowFunctionExpression',
    expression: false,
    generator: false,
    async: false,
    params: [],
    body,
    start: body.start,
    end: body.end,
  };
}

/** `false` or `!1`, `true` or `!0`; null for anything else. */
export function constantOf(node: AnyNode): boolean | null {
  if (node.type === 'Literal') return typeof node.value === 'boolean' ? node.value : null;
  if (node.type !== 'UnaryExpression' || node.operator !== '!') return null;
  const { argument } = node;
  return argument.type === 'Literal' && typeof argument.value === 'number' ? !argument.value : null;
}

/** The condition that passes a statement `if (…) return false`; null for any other statement. */
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
  return node.type === 'LogicalExpression' && node.operator === '&&'
    ? [...split(node.left), ...split(node.right)]
    : [node];
}
