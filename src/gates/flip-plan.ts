import type { AnyNode, Expression } from 'acorn';
import { conjunctsOf, constantOf } from './conjuncts.ts';
import { evaluateCall } from './evaluate.ts';
import type { Oracle } from './frame.ts';
import { type FunctionNode, type Located, textOf } from './located.ts';
import type { ModuleGraph } from './resolve.ts';
import {
  atomKey,
  atomsRead,
  environment,
  flagSetting,
  isCertain,
  isFlag,
  subsets,
} from './settings.ts';
import { type Value, truth } from './values.ts';

/** The one function to flip, if any, and the conditions that are joined with it and stay. */
export interface FlipPlan {
  flip: Located<FunctionNode> | null;
  remaining: readonly string[];
}

const MAX_FLAGS = 8;
const MAX_DESCENT = 12;

/**
 * Descends from a function through the conditions it joins to the one that is not met and is a
 * feature flag; a function that decides in any other way is itself the candidate. Null where there
 * is no such function, or where more than one would have to be flipped.
 */
export function planFlip(
  graph: ModuleGraph,
  fn: Located<FunctionNode>,
  depth = 0,
): FlipPlan | null {
  if (depth > MAX_DESCENT) return null;
  const conditions = conjunctsOf(fn.node);
  const unmet = conditions.filter((node) => !holds(graph, fn, node));
  const plans = unmet.map((node) => {
    const callee = calledFunction(graph, { ...fn, node });
    return callee && planFlip(graph, callee, depth + 1);
  });
  const chosen = plans.find((plan) => plan?.flip);
  const flips = new Set<AnyNode>(plans.flatMap((plan) => (plan?.flip ? [plan.flip.node] : [])));
  const open = unmet.filter((_, index) => !plans[index]?.flip);
  if (chosen && flips.size === 1 && open.length === 0) return chosen;
  if (mayFlip(graph, fn)) return { flip: fn, remaining: [] };
  // Beside the flag stands something else: it stays. If it is a flag too, one flip is not enough.
  if (!chosen || flips.size !== 1 || open.some((node) => isOff(graph, fn, node))) return null;
  const texts = open.map((node) => textOf({ ...fn, node }));
  return { flip: chosen.flip, remaining: [...chosen.remaining, ...texts] };
}

/**
 * Conditions of a function that stand beside the call of `gate` and are not certain to hold, as
 * text; empty where the function does not join `gate` with others.
 */
export function conditionsBeside(
  graph: ModuleGraph,
  fn: Located<FunctionNode>,
  gate: AnyNode,
): string[] {
  const conditions = conjunctsOf(fn.node).map((node) => ({ ...fn, node }));
  const others = conditions.filter((at) => calledFunction(graph, at)?.node !== gate);
  if (others.length === conditions.length) return [];
  return others.filter(({ node }) => !holds(graph, fn, node)).map(textOf);
}

/**
 * Whether a function is a feature flag and nothing else: a constant, or some setting of flags alone
 * makes it true whatever its other inputs are. A check of a plan, permission, policy or safety that
 * can make it false on its own rules that out.
 */
function mayFlip(graph: ModuleGraph, fn: Located<FunctionNode>): boolean {
  if (fn.node.params.length > 0 || fn.node.async || fn.node.generator) return false;
  const [only, ...more] = conjunctsOf(fn.node);
  if (only && more.length === 0 && constantOf(only) === false) return true;
  const reads = atomsRead(graph, [fn]);
  const pure = reads.length > 0 && reads.every((atom) => isFlag(atom) || isSession(atom.kind));
  const inputs = reads.filter((atom) => isFlag(atom) || (pure && isSession(atom.kind)));
  const flags = [...new Set(inputs.map(atomKey))];
  if (flags.length === 0 || flags.length > MAX_FLAGS) return false;
  for (const set of subsets(flags, 2 ** MAX_FLAGS)) {
    if (isCertain(graph, fn, { oracle: flagSetting(flags, set) })) return true;
  }
  return false;
}

function isSession(kind: string): boolean {
  return kind === 'interactive' || kind === 'argv';
}

/** Whether one condition of a function holds in an empty environment, whatever else. */
function holds(graph: ModuleGraph, fn: Located, condition: Expression): boolean {
  return truth(valueOf(graph, fn, condition, environment([], false))) === true;
}

/** Whether one condition is false as long as no switch is set and remote flags keep their default. */
function isOff(graph: ModuleGraph, fn: Located, condition: Expression): boolean {
  return truth(valueOf(graph, fn, condition, environment([], true))) === false;
}

function valueOf(graph: ModuleGraph, fn: Located, body: Expression, oracle: Oracle): Value {
  const { start, end } = body;
  const arrow: FunctionNode = {
    type: 'ArrowFunctionExpression',
    expression: true,
    generator: false,
    async: false,
    params: [],
    body,
    start,
    end,
  };
  return evaluateCall(graph, { ...fn, node: arrow }, [], { oracle });
}

function calledFunction(
  graph: ModuleGraph,
  { statement, node }: Located,
): Located<FunctionNode> | null {
  if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier') return null;
  if (node.arguments.length > 0) return null;
  return graph.resolveFunction(node.callee.name, { statement, node });
}
