import type { AnyNode } from 'acorn';
import { conjunctsOf } from './conjuncts.ts';
import { isConstantTrue, isMarkAt } from './edited.ts';
import { calledFunction } from './flip-plan.ts';
import { type FunctionNode, type Located, isFunction } from './located.ts';
import type { ModuleGraph } from './resolve.ts';
import { type Source, children, pathTo } from './source.ts';
import type { GateSearch, User } from './tasks.ts';
import { findTool } from './tools.ts';

/** The variables that have switched agent teams, newest first. */
export const teamsVariables = ['CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS', 'CLAUDE_CODE_AGENT_SWARMS'];
/** Tools that some builds have for teams; the newest have none of their own. */
const teamsTools = ['Teammate', 'TeamCreate'];

/**
 * The gate of `teams`: the one function without parameters that reads the teams variable and
 * returns nothing but true or false.
 */
export function findTeamsGate(graph: ModuleGraph): GateSearch {
  const found = new Map<AnyNode, Located<FunctionNode>>();
  const edited = new Map<AnyNode, Located<FunctionNode>>();
  const named: string[] = [];
  for (const variable of teamsVariables) {
    for (const source of graph.containing(variable)) {
      named.push(variable);
      for (const at of source.words(variable)) {
        if (!isReadAt(source, at) && !isCommentAt(source, at)) continue;
        const statement = source.statementAt(at);
        if (!statement) {
          const { name } = source.module;
          return { kind: 'unclear', why: `the code around ${variable} in ${name} does not parse` };
        }
        const path = pathTo(statement, at);
        const fn = path.findLast(isFunction);
        if (!fn || fn.params.length > 0) continue;
        if (isMarkAt(statement, variable, at)) edited.set(fn, { statement, node: fn });
        else if (path.some(({ type }) => type === 'MemberExpression') && returnsOnlyBooleans(fn)) {
          found.set(fn, { statement, node: fn });
        }
      }
    }
  }
  const gate = [...new Map([...found, ...edited]).values()];
  if (gate.length > 1) {
    return { kind: 'unclear', why: `${gate.length} functions decide by a teams variable` };
  }
  if (edited.size === 1) return { kind: 'edited', by: 'cc-mirror' };
  const users = toolsOf(graph);
  if (gate.length === 1) return { kind: 'found', gate, users };
  const [user] = users;
  if (user) return withoutGate(graph, user);
  const [variable = teamsVariables.join(' or ')] = named;
  const why = `no function of the build decides by ${variable}`;
  return { kind: 'absent', why: named.length > 0 ? `${why}, though it is named` : why };
}

function toolsOf(graph: ModuleGraph): User[] {
  return teamsTools.flatMap((tool) => {
    const search = findTool(graph, tool);
    return search.kind === 'found' ? [{ tool, isEnabled: search.isEnabled }] : [];
  });
}

/** A build that has the tools, and where nothing reads the variable that every such build reads. */
function withoutGate(graph: ModuleGraph, { tool, isEnabled }: User): GateSearch {
  const asked = conjunctsOf(isEnabled.node).map((node) =>
    calledFunction(graph, { ...isEnabled, node }),
  );
  if (asked.some((fn) => fn && isConstantTrue(fn))) return { kind: 'edited', by: 'another tool' };
  return {
    kind: 'unclear',
    why: `the tool ${tool} is there, and nothing decides by a teams variable`,
  };
}

/** Whether the name at a position is read there, as `x.NAME` or `x["NAME"]`. */
function isReadAt(source: Source, at: number): boolean {
  const before = source.text.slice(Math.max(0, at - 3), at).replaceAll(/\s/g, '');
  return before.endsWith('.') || /\[["'`]$/.test(before);
}

function isCommentAt(source: Source, at: number): boolean {
  return source.text.startsWith('/*', at - 2);
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
