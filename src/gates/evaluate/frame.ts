import type { AnyNode } from 'acorn';
import { type FunctionNode, type Located, textOf } from '../syntax/located.ts';
import type { ModuleGraph } from '../names/resolve.ts';
import type { UntrackedLocals } from './untracked-locals.ts';
import { type Atom, type Value, atomsOf, isObject, unknown } from './values.ts';

/** Where evaluation stands: the place in the source, the local names, the depth of calls. */
export interface Frame {
  at: Located;
  scope: Map<string, Value>;
  untracked: UntrackedLocals;
  depth: number;
}

/** Decides an atom for one evaluation; undefined leaves it unknown. */
export type Oracle = (atom: Atom) => Value | undefined;

export interface EvaluationOptions {
  oracle: Oracle;
  /** Functions assumed to return true regardless of their bodies: the flips being tried. */
  flipped?: ReadonlySet<AnyNode>;
  /** Called for every atom read. */
  onAtom?: (atom: Atom) => void;
  /** Called for every function entered; the callback it returns runs when the function is left. */
  onCall?: (fn: Located<FunctionNode>) => () => void;
}

/** What following one kind of expression needs of the evaluation around it. */
export interface Evaluator {
  readonly graph: ModuleGraph;
  /**
   * Whether something on a path that was followed may throw, or changes what a gate reads: then no
   * result is certain. A call that cannot be followed counts only if its value is unused; if the
   * value is used, the call is assumed to return one.
   */
  interrupted: boolean;
  /** Set while a call is followed for its effect alone: nothing then decides the gate. */
  silent: boolean;
  follow(node: AnyNode, frame: Frame): Value;
  /** The value of calling a function, `depth` calls down. */
  call(fn: Located<FunctionNode>, args: readonly Value[], depth: number): Value;
  /** Reports an atom and asks the oracle for its value. */
  read(atom: Atom): Value;
  /** Whether a value is certain to be set when the gate is asked. */
  isSettled(at: Located): boolean;
}

/** An unknown value that depends on a piece of code. */
export function unknownAt(at: Located, node: AnyNode, atoms: readonly Atom[] = []): Value {
  const name = textOf({ ...at, node }).slice(0, 60);
  return unknown([...atoms, { kind: 'other', name }]);
}

/** Gives a local name its value, or an unknown one where the name cannot be tracked. */
export function setLocal(name: string, value: Value, { at, scope, untracked }: Frame): void {
  const mayMutate =
    isObject(value) &&
    (untracked.mutated.has(name) || (untracked.iterated.has(name) && !isEmptyList(value)));
  const unsure = unknownAt(at, at.node, atomsOf(value));
  if (untracked.values.has(name)) scope.set(name, unsure);
  // The contents of a list that may be mutated are unknown; it is still a list, and so truthy.
  else if (mayMutate) scope.set(name, unknown(atomsOf(unsure), true));
  else scope.set(name, value);
}

function isEmptyList(value: Value): boolean {
  return value.known && Array.isArray(value.value) && value.value.length === 0;
}
