import { type Flip, type FlipPlan, planFlip } from './flip-plan.ts';
import type { FunctionNode, Located } from '../syntax/located.ts';
import type { ModuleGraph } from '../names/resolve.ts';
import { atomsRead, environment, isCertain, subsets } from './assignments.ts';
import { isSwitch } from '../inputs/flag-names.ts';
import type { Atom } from '../evaluate/values.ts';

/** The functions that must all return true for a capability to be on. */
export type Gate = readonly Located<FunctionNode>[];

/** What it takes to open a gate. */
export interface Solution {
  /** Variables that open it when set to `1`; empty if it is open already; null if none do. */
  env: readonly string[] | null;
  /** Remote flags that must keep their built-in default for `env` to work. */
  assumes: readonly string[];
  /** The one function to edit to open it. */
  flip: Flip | null;
  /** The code of conditions that stay after the flip: they are not ours to change. */
  remaining: readonly string[];
  /** Everything the gate reads. */
  reads: readonly Atom[];
  /** The names of the environment switches among them. */
  switches: readonly string[];
}

/** How many environments are tried; published gates have three switches at most. */
const MAX_TRIES = 256;

/**
 * Solves a gate: which environment opens it regardless of its other inputs, and which single function
 * would have to be edited. Sets only variables whose names make them switches, and as few as possible.
 */
export function solve(graph: ModuleGraph, gate: Gate): Solution {
  const reads = atomsRead(graph, gate);
  const names = reads.flatMap(({ kind, name }) => (kind === 'env' && isSwitch(name) ? [name] : []));
  const switches = [...new Set(names)];
  const { env, assumes } = solveEnvironment(graph, gate, switches);
  const { flip, remaining } = solveFlip(graph, gate);
  return { env, assumes, flip, remaining, reads, switches };
}

function solveEnvironment(
  graph: ModuleGraph,
  gate: Gate,
  switches: readonly string[],
): Pick<Solution, 'env' | 'assumes'> {
  for (const defaults of [false, true]) {
    for (const env of subsets(switches, MAX_TRIES)) {
      const oracle = environment(env, defaults);
      const read = new Set<string>();
      const onAtom = ({ kind, name }: Atom): void => {
        if (kind === 'remote-flag') read.add(name);
      };
      if (!gate.every((fn) => isCertain(graph, fn, { oracle, onAtom }))) continue;
      return { env, assumes: defaults ? [...read] : [] };
    }
  }
  return { env: null, assumes: [] };
}

/** Plans a flip for all functions of the gate; they must agree on one function. */
function solveFlip(graph: ModuleGraph, gate: Gate): FlipPlan {
  const nothing: FlipPlan = { flip: null, remaining: [] };
  const plans = gate.map((fn) => planFlip(graph, fn));
  const flip = plans[0]?.flip;
  if (!flip || plans.some((plan) => plan?.flip?.fn.node !== flip.fn.node)) return nothing;
  const remaining = [...new Set(plans.flatMap((plan) => plan?.remaining ?? []))];
  const options = { oracle: environment([], false), flipped: new Set([flip.fn.node]) };
  const opens = remaining.length > 0 || gate.every((fn) => isCertain(graph, fn, options));
  return opens ? { flip, remaining } : nothing;
}
