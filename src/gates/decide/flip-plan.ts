import type { AnyNode, Expression } from 'acorn';
import {
  type Part,
  conjunctsOf,
  constantOf,
  expressionAsFunction,
  partsOf,
} from '../evaluate/conjuncts.ts';
import { evaluateCall } from '../evaluate/evaluate.ts';
import { type FunctionNode, type Located, textOf } from '../syntax/located.ts';
import type { ModuleGraph } from '../names/resolve.ts';
import { atomsRead, environment, flagSetting, isCertain, isFlag, subsets } from './assignments.ts';
import { namesSwitch } from '../inputs/flag-names.ts';
import { atomKey, truth } from '../evaluate/values.ts';
import { writesOutside } from './outside-writes.ts';

/** A function to edit so that the feature flags in its body no longer decide. */
export interface Flip {
  fn: Located<FunctionNode>;
  /** The parts of the body that are feature flags; null if the whole body is one. */
  flags: readonly Part[] | null;
}

/** The one function to flip, if any, and the other conditions of the gate, which stay. */
export interface FlipPlan {
  flip: Flip | null;
  remaining: readonly string[];
}

const MAX_FLAGS = 8;

/**
 * Descends from a function through its conditions to the unmet one that is a feature flag; a function
 * of any other form is itself the candidate. Null if there is no such function, or more than one to
 * flip. `plans`: the plans made so far.
 */
export function planFlip(
  graph: ModuleGraph,
  fn: Located<FunctionNode>,
  plans = new Map<FunctionNode, FlipPlan | null>(),
): FlipPlan | null {
  const known = plans.get(fn.node);
  if (known !== undefined) return known;
  // A recursive call gets no plan.
  plans.set(fn.node, null);
  const plan = makePlan(graph, fn, plans);
  plans.set(fn.node, plan);
  return plan;
}

function makePlan(
  graph: ModuleGraph,
  fn: Located<FunctionNode>,
  known: Map<FunctionNode, FlipPlan | null>,
): FlipPlan | null {
  const conditions = conjunctsOf(fn.node);
  const unmet = conditions.filter((node) => !holds(graph, fn, node));
  const plans = unmet.map((node) => {
    const callee = calledFunction(graph, { ...fn, node });
    return callee && planFlip(graph, callee, known);
  });
  const chosen = plans.find((plan) => plan?.flip);
  const flips = new Set<AnyNode>(plans.flatMap((plan) => (plan?.flip ? [plan.flip.fn.node] : [])));
  const open = unmet.filter((_, index) => !plans[index]?.flip);
  if (chosen && flips.size === 1 && open.length === 0) return chosen;
  if (mayFlip(graph, fn)) return { flip: { fn, flags: null }, remaining: [] };
  // The other conditions stay. If one of them is a flag too, one flip is not enough.
  const texts = open.map((node) => textOf({ ...fn, node }));
  const off = open.some((node) => isOff(graph, fn, node)) || texts.some(namesSwitch);
  if (chosen && flips.size === 1 && !off) {
    return { flip: chosen.flip, remaining: [...chosen.remaining, ...texts] };
  }
  return planParts(graph, fn);
}

/**
 * Flips the flags alone where one body also holds other checks. Null if there are no flags, or if
 * a part that stays is off by default or reads a flag.
 */
function planParts(graph: ModuleGraph, fn: Located<FunctionNode>): FlipPlan | null {
  if (!isPlain(fn.node)) return null;
  const flags: Part[] = [];
  const remaining: string[] = [];
  for (const part of partsOf(fn.node)) {
    const asFunction = { ...fn, node: part.asFunction };
    if (isCertain(graph, asFunction, { oracle: environment([], false) })) continue;
    const readsFlags = atomsRead(graph, [asFunction]).some(isFlag);
    if (readsFlags && mayFlip(graph, asFunction)) {
      flags.push(part);
      continue;
    }
    const off = truth(evaluateCall(graph, asFunction, { oracle: environment([], true) }));
    const text = textBetween(fn, part);
    // A part that stays and may be off, or reads a switch, would keep the gate closed.
    if (readsFlags || off === false || namesSwitch(text)) return null;
    remaining.push(text);
  }
  return flags.length > 0 ? { flip: { fn, flags }, remaining } : null;
}

/**
 * The code of a function's conditions besides the call of `gate` that are not certain to hold; empty
 * if `gate` is not one of its conditions.
 */
export function otherConditions(
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
 * Whether a function is purely a feature flag: a constant false, or true for some setting of flags
 * regardless of its other inputs. A plan, permission, policy or safety check that can make it false
 * rules that out.
 */
function mayFlip(graph: ModuleGraph, fn: Located<FunctionNode>): boolean {
  if (!isPlain(fn.node)) return false;
  const [only, ...more] = conjunctsOf(fn.node);
  if (only && more.length === 0 && constantOf(only) === false) return true;
  const reads = atomsRead(graph, [fn]);
  const pure = reads.every((atom) => isFlag(atom) || isSession(atom.kind));
  const inputs = reads.filter((atom) => isFlag(atom) || (pure && isSession(atom.kind)));
  const flags = [...new Set(inputs.map(atomKey))];
  if (flags.length === 0 || flags.length > MAX_FLAGS || writesOutside(graph, fn)) return false;
  for (const set of subsets(flags, 2 ** MAX_FLAGS)) {
    if (isCertain(graph, fn, { oracle: flagSetting(flags, set) })) return true;
  }
  return false;
}

function isPlain({ params, async, generator }: FunctionNode): boolean {
  return params.length === 0 && !async && !generator;
}

function isSession(kind: string): boolean {
  return kind === 'interactive' || kind === 'argv';
}

/** Whether a condition of a function is certain to hold in an empty environment. */
function holds(graph: ModuleGraph, fn: Located, condition: Expression): boolean {
  const node = expressionAsFunction(condition);
  return isCertain(graph, { ...fn, node }, { oracle: environment([], false) });
}

/** Whether a condition is false while no switch is set and remote flags have their defaults. */
function isOff(graph: ModuleGraph, fn: Located, condition: Expression): boolean {
  const at = { ...fn, node: expressionAsFunction(condition) };
  return truth(evaluateCall(graph, at, { oracle: environment([], true) })) === false;
}

function textBetween({ statement }: Located, { start, end }: Part): string {
  const text = statement.source.text.slice(statement.start + start, statement.start + end);
  return text.replace(/;$/, '');
}

/** The function that a condition calls without arguments; null for any other condition. */
export function calledFunction(
  graph: ModuleGraph,
  { statement, node }: Located,
): Located<FunctionNode> | null {
  if (node.type !== 'CallExpression' || node.arguments.length > 0) return null;
  return graph.resolveCallee(node.callee, { statement, node });
}
