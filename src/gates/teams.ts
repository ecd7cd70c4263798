import type { AnyNode } from 'acorn';
import {
  type FunctionNode,
  type Located,
  type ModuleGraph,
  isFunction,
  isWordAt,
  located,
} from './resolve.ts';
import { type Source, children, pathTo } from './source.ts';
import type { GateSearch } from './tasks.ts';

/** The variables that have switched agent teams, newest first. */
const teamsVariables = ['CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS', 'CLAUDE_CODE_AGENT_SWARMS'];

/**
 * The gate of `teams`: the one function without parameters that reads the teams variable and
 * returns nothing but true or false.
 */
export function findTeamsGate(graph: ModuleGraph): GateSearch {
  const found = new Map<AnyNode, Located<FunctionNode>>();
  const unread: string[] = [];
  for (const variable of teamsVariables) {
    for (const source of graph.containing(variable)) {
      for (const at of readsOf(source, variable)) {
        const statement = source.statementAt(at);
        if (!statement) {
          unread.push(source.module.name);
          continue;
        }
        const path = pathTo(statement, at);
        const reads = path.some((node) => node.type === 'MemberExpression');
        const fn = path.findLast(isFunction);
        if (!reads || !fn || fn.params.length > 0 || !returnsOnlyBooleans(fn)) continue;
        found.set(fn, { ...located(statement, fn), node: fn });
      }
    }
  }
  if (unread.length > 0)
    return { kind: 'unclear', why: `could not parse the code in ${unread[0]}` };
  const gate = [...found.values()];
  if (gate.length === 1) return { kind: 'found', gate };
  if (gate.length > 1)
    return { kind: 'unclear', why: `${gate.length} functions read the teams variable` };
  return { kind: 'absent', why: 'no function decides by a teams variable' };
}

/** Positions at which the variable is read as a property: `x.NAME` or `x["NAME"]`. */
function* readsOf(source: Source, variable: string): Generator<number> {
  for (const at of source.find(variable)) {
    if (!isWordAt(source.text, variable, at)) continue;
    const before = source.text.slice(Math.max(0, at - 3), at).replaceAll(/\s/g, '');
    if (before.endsWith('.') || /\[["'`]$/.test(before)) yield at;
  }
}

/** Whether every `return` of a function gives `true`, `false`, a negation or a comparison. */
function returnsOnlyBooleans(fn: FunctionNode): boolean {
  if (fn.body.type !== 'BlockStatement') return isBoolean(fn.body);
  const returns: AnyNode[] = [];
  const visit = (node: AnyNode): void => {
    if (isFunction(node)) return;
    if (node.type === 'ReturnStatement') returns.push(node.argument ?? node);
    for (const child of children(node)) visit(child);
  };
  visit(fn.body);
  return returns.length > 0 && returns.every(isBoolean);
}

const comparisons = new Set(['===', '!==', '==', '!=', '<', '>', '<=', '>=']);

function isBoolean(node: AnyNode): boolean {
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'boolean';
    case 'UnaryExpression':
      return node.operator === '!';
    case 'BinaryExpression':
      return comparisons.has(node.operator);
    case 'LogicalExpression':
      return isBoolean(node.left) && isBoolean(node.right);
    case 'ConditionalExpression':
      return isBoolean(node.consequent) && isBoolean(node.alternate);
    case 'CallExpression':
      return true;
    default:
      return false;
  }
}
