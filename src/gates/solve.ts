import type { AnyNode, Expression } from 'acorn';
import { type EvaluationOptions, type Oracle, evaluateCall } from './evaluate.ts';
import { type FunctionNode, type Located, type ModuleGraph, isFunction } from './resolve.ts';
import { type Atom, type Value, atomsOf, known, truth } from './values.ts';

/** The functions of which all have to return true for a capability to be on. */
export type Gate = readonly Located<FunctionNode>[];

/** What it takes to open a gate. */
export interface Solution {
  /** Variables, each set to `1`, that open it; empty: it is open; null: none do. */
  env: readonly string[] | null;
  /** Remote flags that `env` relies on: they must keep their built-in default. */
  assumes: readonly string[];
  /** The one function whose body may be replaced by `return true` to open it. */
  flip: Located<FunctionNode> | null;
  /** Conditions that stay whatever is flipped: not ours to change. */
  remaining: readonly string[];
  /** Names of everything the gate reads. */
  reads: readonly Atom[];
}

const MAX_FLAGS = 8;

/**
 * Solves a gate: which environment opens it whatever its other inputs are, and which single
 * function stands between. A function may be flipped only if it is a constant `false` or if some
 * setting of feature flags alone (environment, remote flags, session mode) makes it true: what a
 * plan, permission, policy or safety check decides is thereby never touched.
 */
export function solve(graph: ModuleGraph, gate: Gate): Solution {
  const reads = atomsRead(graph, gate);
  const names = [...new Set(reads.flatMap((atom) => (atom.kind === 'env' ? [atom.name] : [])))];
  const opens = (oracle: Oracle): boolean => gate.every((fn) => certain(graph, fn, { oracle }));

  let env: string[] | null = null;
  let assumes: string[] = [];
  for (const defaults of [false, true]) {
    env = subsets(names).find((set) => opens(environment(set, defaults))) ?? null;
    if (!env) continue;
    if (defaults)
      assumes = reads.flatMap((atom) => (atom.kind === 'remote-flag' ? [atom.name] : []));
    break;
  }

  const plans = gate.map((fn) => planFlip(graph, fn));
  const [first] = plans;
  const same = first?.flip && plans.every((plan) => plan?.flip?.node === first.flip?.node);
  const flip = same ? first.flip : null;
  const remaining = [...new Set(plans.flatMap((plan) => plan?.remaining ?? []))];
  const proved =
    flip !== null &&
    flip !== undefined &&
    (remaining.length > 0 ||
      gate.every((fn) =>
        certain(graph, fn, { oracle: environment([], false), flipped: new Set([flip.node]) }),
      ));
  return { env, assumes: [...new Set(assumes)], flip: proved ? flip : null, remaining, reads };
}

interface FlipPlan {
  flip: Located<FunctionNode> | null;
  remaining: readonly string[];
}

/**
 * Descends from a function through `return f()` and `return a()&&b()` to the one condition that is
 * not met; a function that decides in any other way is itself the candidate.
 */
function planFlip(graph: ModuleGraph, fn: Located<FunctionNode>): FlipPlan | null {
  const returned = soleReturn(fn.node);
  const conditions = returned ? conjuncts(returned) : [];
  const inner = { statement: fn.statement, enclosing: [...fn.enclosing, fn.node] };
  const failing = conditions.filter((node) => !conditionHolds(graph, fn, node));
  const called = failing.map((node) => calledFunction(graph, { ...inner, node }));
  const single = conditions.length === 1;

  if (called.length > 0 && (single ? called[0] : conditions.length > 1)) {
    const plans = called.map((callee) => callee && planFlip(graph, callee));
    const flips = new Set(plans.flatMap((plan) => (plan?.flip ? [plan.flip.node] : [])));
    const open = failing.filter((_, index) => !plans[index]?.flip);
    const chosen = plans.find((plan) => plan?.flip);
    if (flips.size === 1 && chosen && open.length === 0) return chosen;
    if (mayFlip(graph, fn)) return { flip: fn, remaining: [] };
    if (flips.size === 1 && chosen) {
      const texts = open.map((node) => textOf(fn, node));
      return { flip: chosen.flip, remaining: [...chosen.remaining, ...texts] };
    }
    return null;
  }
  return mayFlip(graph, fn) ? { flip: fn, remaining: [] } : null;
}

/** Whether a function is a feature flag and nothing else. */
function mayFlip(graph: ModuleGraph, fn: Located<FunctionNode>): boolean {
  if (fn.node.params.length > 0 || fn.node.async || fn.node.generator) return false;
  if (isConstantFalse(fn.node)) return true;
  const flags = flagAtoms(atomsRead(graph, [fn]));
  if (flags.length === 0 || flags.length > MAX_FLAGS) return false;
  return subsets(flags).some((set) => certain(graph, fn, { oracle: freely(flags, set) }));
}

function flagAtoms(atoms: readonly Atom[]): string[] {
  return [...new Set(atoms.filter(({ kind }) => kind !== 'other').map(atomKey))];
}

/** Each flag on or off as the subset says; everything else unknown. */
function freely(flags: readonly string[], on: readonly string[]): Oracle {
  return (atom) => {
    const key = atomKey(atom);
    if (!flags.includes(key)) return undefined;
    if (atom.kind === 'env') return envValue(atom.parsed, on.includes(key));
    return known(on.includes(key));
  };
}

/** The given variables are `1`, all others unset; remote flags unknown or at their default. */
function environment(set: readonly string[], defaults: boolean): Oracle {
  return (atom) => {
    if (atom.kind === 'env') return envValue(atom.parsed, set.includes(atom.name));
    if (atom.kind === 'remote-flag' && defaults) return atom.fallback;
    return undefined;
  };
}

function envValue(parsed: boolean, set: boolean): Value {
  if (!set) return known(undefined);
  return known(parsed ? true : '1');
}

function atomsRead(graph: ModuleGraph, gate: Gate): Atom[] {
  const atoms = new Map<string, Atom>();
  const onAtom = (atom: Atom): void => void atoms.set(atomKey(atom), atom);
  for (const fn of gate) {
    const value = evaluateCall(graph, fn, [], { oracle: () => undefined, onAtom });
    for (const atom of atomsOf(value)) onAtom(atom);
  }
  return [...atoms.values()];
}

function atomKey({ kind, name }: Atom): string {
  return `${kind} ${name}`;
}

function certain(
  graph: ModuleGraph,
  fn: Located<FunctionNode>,
  options: EvaluationOptions,
): boolean {
  return truth(evaluateCall(graph, fn, [], options)) === true;
}

/** Whether one condition of a function holds in an empty environment, whatever else. */
function conditionHolds(
  graph: ModuleGraph,
  fn: Located<FunctionNode>,
  condition: Expression,
): boolean {
  const node = {
    ...fn.node,
    type: 'ArrowFunctionExpression',
    params: [],
    body: condition,
  } as FunctionNode;
  return certain(graph, { ...fn, node }, { oracle: environment([], false) });
}

/** The expression of a body that is only `return <expression>`. */
function soleReturn({ body }: FunctionNode): Expression | null {
  if (body.type !== 'BlockStatement') return body;
  const [only] = body.body;
  if (body.body.length !== 1 || only?.type !== 'ReturnStatement') return null;
  return only.argument ?? null;
}

function conjuncts(node: Expression): Expression[] {
  if (node.type === 'LogicalExpression' && node.operator === '&&') {
    return [...conjuncts(node.left), ...conjuncts(node.right)];
  }
  return [node.type === 'ParenthesizedExpression' ? node.expression : node];
}

function calledFunction(
  graph: ModuleGraph,
  { node, ...at }: Located,
): Located<FunctionNode> | null {
  if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier') return null;
  if (node.arguments.length > 0) return null;
  const binding = graph.resolve(node.callee.name, { ...at, node });
  if (binding.kind !== 'value' || !isFunction(binding.at.node)) return null;
  return { ...binding.at, node: binding.at.node };
}

function isConstantFalse(node: FunctionNode): boolean {
  const returned = soleReturn(node);
  if (returned?.type === 'Literal') return returned.value === false;
  return (
    returned?.type === 'UnaryExpression' &&
    returned.operator === '!' &&
    returned.argument.type === 'Literal' &&
    returned.argument.value === 1
  );
}

function textOf(fn: Located, node: AnyNode): string {
  const { source, start } = fn.statement;
  return source.text.slice(start + node.start, start + node.end);
}

/** All subsets, the smallest first. */
function subsets(names: readonly string[]): string[][] {
  const all: string[][] = [[]];
  for (const name of names.slice(0, MAX_FLAGS)) all.push(...all.map((set) => [...set, name]));
  return all.sort((a, b) => a.length - b.length);
}
