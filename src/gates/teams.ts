import type { AnyNode } from 'acorn';
import { conjunctsOf, constantOf } from './conjuncts.ts';
import { editMark } from './flip.ts';
import { type FunctionNode, type Located, isFunction } from './located.ts';
import type { ModuleGraph } from './resolve.ts';
import { type Source, children, pathTo } from './source.ts';
import type { GateSearch } from './tasks.ts';
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
  const edited = new Set<AnyNode>();
  const unread: string[] = [];
  for (const variable of teamsVariables) {
    for (const source of graph.containing(variable)) {
      for (const at of source.words(variable)) {
        const kind = mentionAt(source, variable, at);
        if (kind === 'other') continue;
        const statement = source.statementAt(at);
        if (!statement) {
          unread.push(source.module.name);
          continue;
        }
        const path = pathTo(statement, at);
        const fn = path.findLast(isFunction);
        if (!fn || fn.params.length > 0) continue;
        if (kind === 'mark') {
          if (isEditedAt(fn, at - statement.start)) edited.add(fn);
        } else if (
          path.some(({ type }) => type === 'MemberExpression') &&
          returnsOnlyBooleans(fn)
        ) {
          found.set(fn, { statement, node: fn });
        }
      }
    }
  }
  if (unread.length > 0) {
    return {
      kind: 'unclear',
      why: `the code around a teams variable in ${unread[0]} does not parse`,
    };
  }
  const gate = [...found.values()];
  const count = gate.length + edited.size;
  if (count > 1) return { kind: 'unclear', why: `${count} functions decide by a teams variable` };
  if (edited.size === 1) return { kind: 'edited' };
  const users = toolsOf(graph);
  if (gate.length === 1) return { kind: 'found', gate, users };
  const names = teamsVariables.join(' or ');
  return { kind: 'absent', why: `no function of the build decides by ${names}` };
}

function toolsOf(graph: ModuleGraph): { tool: string; isEnabled: Located<FunctionNode> }[] {
  return teamsTools.flatMap((tool) => {
    const search = findTool(graph, tool);
    return search.kind === 'found' ? [{ tool, isEnabled: search.isEnabled }] : [];
  });
}

/** Whether the variable is read there, as `x.NAME` or `x["NAME"]`, or stands in the mark of an edit. */
function mentionAt(source: Source, variable: string, at: number): 'read' | 'mark' | 'other' {
  const before = source.text.slice(Math.max(0, at - 3), at).replaceAll(/\s/g, '');
  if (before.endsWith('.') || /\[["'`]$/.test(before)) return 'read';
  const marked = source.text.startsWith(`${editMark}*/`, at + variable.length);
  return marked && before.endsWith('/*') ? 'mark' : 'other';
}

/** Whether a function only returns true and has that position behind its one statement. */
function isEditedAt(fn: FunctionNode, at: number): boolean {
  const { body } = fn;
  if (body.type !== 'BlockStatement' || body.body.length !== 1) return false;
  const [only, ...more] = conjunctsOf(fn);
  const statement = body.body[0];
  // Between the statement and the closing brace the parser allows nothing but comments.
  const behind = statement !== undefined && statement.end <= at && at < body.end;
  return behind && more.length === 0 && only !== undefined && constantOf(only) === true;
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
