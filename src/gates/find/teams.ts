import type { AnyNode } from 'acorn';
import { traceOf, companions } from './absence.ts';
import { conjunctsOf } from '../evaluate/conjuncts.ts';
import { isConstantTrue, isMarkAt } from '../decide/edited.ts';
import { evaluateCall } from '../evaluate/evaluate.ts';
import { calledFunction } from '../decide/flip-plan.ts';
import { type FunctionNode, type Located, boundName, isFunction } from '../syntax/located.ts';
import type { ModuleGraph } from '../names/resolve.ts';
import { type Source, children, pathTo } from '../syntax/source.ts';
import type { GateSearch, User } from './tasks.ts';
import { findTool } from './tool-definitions.ts';
import { truth } from '../evaluate/values.ts';

/** The variables that have switched agent teams, newest first. */
export const teamsVariables = ['CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS', 'CLAUDE_CODE_AGENT_SWARMS'];
/** Tools that some builds have for teams; the newest have none of their own. */
const teamsTools = ['Teammate', 'TeamCreate'];

/**
 * The gate of `teams`: the one function without parameters that reads the teams variable, or that
 * alone asks the one that does, and returns nothing but true or false.
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
          const gate = askerOf(graph, { statement, node });
          if (decides(gate.node)) found.set(gate.node, gate);
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
      why: `${variable} is read, and no function gives true or false by it`,
    };
  }
  const trace = traceOf(graph, [...teamsTools, ...teamsVariables], companions.teams);
  if (trace !== null) return { kind: 'unclear', why: trace };
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

const MAX_ASKERS = 8;

/**
 * The function that decides by another, if that is only a part of it: the only one to mention it,
 * by a call, in a module that does not hand it on.
 */
function askerOf(
  graph: ModuleGraph,
  fn: Located<FunctionNode>,
  left = MAX_ASKERS,
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
    const asker = { statement, node };
    if (graph.resolveFunction(name, { statement, node: callee })?.node !== fn.node) continue;
    if (nameOf(asker) === null || !decides(node) || isOpposite(graph, asker, fn)) continue;
    return askerOf(graph, asker, left - 1);
  }
  return fn;
}

function nameOf(fn: Located<FunctionNode>): string | null {
  const own = fn.node.type === 'FunctionDeclaration' ? fn.node.id : null;
  return own ? own.name : boundName(fn);
}

/** Whether a function is certainly false where the one that it asks is true. */
function isOpposite(
  graph: ModuleGraph,
  asker: Located<FunctionNode>,
  { node }: Located<FunctionNode>,
): boolean {
  const options = { oracle: () => undefined, flipped: new Set([node]) };
  return truth(evaluateCall(graph, asker, [], options)) === false;
}

function firstOf<T>(items: Iterable<T>, count: number): T[] {
  const found: T[] = [];
  for (const item of items) {
    found.push(item);
    if (found.length === count) break;
  }
  return found;
}

/** Whether a function may be a gate: it is asked without more, and answers with true or false. */
function decides(fn: FunctionNode): boolean {
  return fn.params.length === 0 && returnsOnlyBooleans(fn);
}

/** Whether the name at a position is read there, as `x.NAME` or `x["NAME"]`. */
function isReadAt(source: Source, at: number): boolean {
  const before = source.text.slice(Math.max(0, at - 3), at).replaceAll(/\s/g, '');
  return before.endsWith('.') || /\[["'`]$/.test(before);
}

function isCommentAt(source: Source, at: number): boolean {
  return source.text.startsWith('/*', at - 2);
}

/** The values that the names of a function are given in it. */
type Locals = ReadonlyMap<string, readonly AnyNode[]>;

/** Whether every `return` of a function gives `true`, `false`, a negation or a comparison. */
function returnsOnlyBooleans(fn: FunctionNode): boolean {
  if (fn.body.type !== 'BlockStatement') return isBoolean(fn.body, new Map());
  const returns: AnyNode[] = [];
  const locals = new Map<string, AnyNode[]>();
  const give = (name: AnyNode, values: AnyNode[]): void => {
    if (name.type !== 'Identifier') return;
    locals.set(name.name, [...(locals.get(name.name) ?? []), ...values]);
  };
  const visit = (node: AnyNode): void => {
    if (isFunction(node)) return;
    if (node.type === 'ReturnStatement') returns.push(node.argument ?? node);
    if (node.type === 'VariableDeclarator') give(node.id, node.init ? [node.init] : []);
    if (node.type === 'AssignmentExpression') {
      give(node.left, [node.operator === '=' ? node.right : node]);
    }
    for (const child of children(node)) visit(child);
  };
  visit(fn.body);
  return returns.length > 0 && returns.every((node) => isBoolean(node, locals));
}

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
