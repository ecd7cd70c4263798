import type { AnyNode } from 'acorn';
import { companions, traceOf } from './absence.ts';
import { returnsOnlyBooleans } from './boolean-returns.ts';
import { conjunctsOf } from '../evaluate/conjuncts.ts';
import { isConstantTrue, isMarkAt } from '../decide/edited.ts';
import { evaluateCall } from '../evaluate/evaluate.ts';
import { calledFunction } from '../decide/flip-plan.ts';
import { type FunctionNode, type Located, boundName, isFunction } from '../syntax/located.ts';
import type { ModuleGraph } from '../names/resolve.ts';
import { type Source, pathTo } from '../syntax/source.ts';
import type { GateSearch, User } from './gate-search.ts';
import { findTool } from './tool-definitions.ts';
import { truth } from '../evaluate/values.ts';

/** The variables that switch agent teams, newest first. */
export const teamsVariables = ['CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS', 'CLAUDE_CODE_AGENT_SWARMS'];
/** The tools for teams; the newest builds have none of them. */
const teamsTools = ['Teammate', 'TeamCreate'];

/**
 * The gate of `teams`: the one function without parameters that reads the teams variable, or is the
 * only caller of the one that does, and returns only true or false.
 */
export function findTeamsGate(graph: ModuleGraph): GateSearch {
  const found = new Map<AnyNode, Located<FunctionNode>>();
  const readers = new Set<FunctionNode>();
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
        const node = path.findLast(isFunction);
        if (!node) continue;
        if (isMarkAt(statement, variable, at)) edited.set(node, { statement, node });
        else if (path.some(({ type }) => type === 'MemberExpression')) {
          readers.add(node);
          const gate = callerOf(graph, { statement, node });
          if (decides(gate.node)) found.set(gate.node, gate);
        }
      }
    }
  }
  const gate = [...new Map([...found, ...edited]).values()];
  if (gate.length > 1) {
    return { kind: 'unclear', why: `${gate.length} functions depend on a teams variable` };
  }
  if (edited.size === 1) return { kind: 'edited', by: 'cc-mirror' };
  const users = toolsOf(graph);
  const [only] = gate;
  if (only) {
    const [anchored] = readers.has(only.node) ? [] : readers;
    return { kind: 'found', gate, users, ...(anchored && { anchored }) };
  }
  const [user] = users;
  if (user) return withoutGate(graph, user);
  const [variable = teamsVariables.join(' or ')] = named;
  if (readers.size > 0) {
    return {
      kind: 'unclear',
      why: `${variable} is read, but no function returns true or false from it`,
    };
  }
  const trace = traceOf(graph, [...teamsTools, ...teamsVariables], companions.teams);
  if (trace !== null) return { kind: 'unclear', why: trace };
  const why = `no function of the build checks ${variable}`;
  return { kind: 'absent', why: named.length > 0 ? `${why}, though it is named` : why };
}

function toolsOf(graph: ModuleGraph): User[] {
  return teamsTools.flatMap((tool) => {
    const search = findTool(graph, tool);
    return search.kind === 'found' ? [{ tool, isEnabled: search.isEnabled }] : [];
  });
}

/** A build that has the tools but lacks the variable that every published build with them reads. */
function withoutGate(graph: ModuleGraph, { tool, isEnabled }: User): GateSearch {
  const asked = conjunctsOf(isEnabled.node).map((node) =>
    calledFunction(graph, { ...isEnabled, node }),
  );
  if (asked.some((fn) => fn && isConstantTrue(fn))) return { kind: 'edited', by: 'another tool' };
  return {
    kind: 'unclear',
    why: `the build has the tool ${tool}, but nothing in it depends on a teams variable`,
  };
}

const MAX_CALLERS = 8;

/**
 * The function that `fn` is only a part of, or `fn` itself: its only mention besides the declaration
 * is a call in that function.
 */
function callerOf(
  graph: ModuleGraph,
  fn: Located<FunctionNode>,
  left = MAX_CALLERS,
): Located<FunctionNode> {
  const name = nameOf(fn);
  const { source } = fn.statement;
  const mentions = name === null ? [] : firstOf(source.words(name), 3);
  if (name === null || mentions.length !== 2 || left === 0) return fn;
  for (const at of mentions) {
    const statement = source.statementAt(at);
    const path = statement ? pathTo(statement, at) : [];
    const node = path.findLast(isFunction);
    const [call, callee] = path.slice(-2);
    if (!statement || !node || call?.type !== 'CallExpression' || call.callee !== callee) continue;
    const caller = { statement, node };
    if (graph.resolveCallee(callee, { statement, node: callee })?.node !== fn.node) continue;
    if (nameOf(caller) === null || !decides(node) || isOpposite(graph, caller, fn)) continue;
    return callerOf(graph, caller, left - 1);
  }
  return fn;
}

function nameOf(fn: Located<FunctionNode>): string | null {
  const own = fn.node.type === 'FunctionDeclaration' ? fn.node.id : null;
  return own ? own.name : boundName(fn);
}

/** Whether a function is certainly false if the one that it calls is true. */
function isOpposite(
  graph: ModuleGraph,
  caller: Located<FunctionNode>,
  { node }: Located<FunctionNode>,
): boolean {
  const options = { oracle: () => undefined, flipped: new Set([node]) };
  return truth(evaluateCall(graph, caller, options)) === false;
}

function firstOf<T>(items: Iterable<T>, count: number): T[] {
  const found: T[] = [];
  for (const item of items) {
    found.push(item);
    if (found.length === count) break;
  }
  return found;
}

/** Whether a function may be a gate: it takes no parameters and returns true or false. */
function decides(fn: FunctionNode): boolean {
  return fn.params.length === 0 && returnsOnlyBooleans(fn);
}

/** Whether the name at a position is read as `x.NAME` or `x["NAME"]`. */
function isReadAt(source: Source, at: number): boolean {
  const before = source.text.slice(Math.max(0, at - 3), at).replaceAll(/\s/g, '');
  return before.endsWith('.') || /\[["'`]$/.test(before);
}

function isCommentAt(source: Source, at: number): boolean {
  return source.text.startsWith('/*', at - 2);
}
