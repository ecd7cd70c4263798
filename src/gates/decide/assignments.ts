import { evaluateCall } from '../evaluate/evaluate.ts';
import type { EvaluationOptions, Oracle } from '../evaluate/frame.ts';
import type { FunctionNode, Located } from '../syntax/located.ts';
import type { ModuleGraph } from '../names/resolve.ts';
import { isSwitch } from '../inputs/flag-names.ts';
import { type Atom, type Value, atomKey, atomsOf, known, truth } from '../evaluate/values.ts';

/** Whether a function is certain to return something truthy. */
export function isCertain(
  graph: ModuleGraph,
  fn: Located<FunctionNode>,
  options: EvaluationOptions,
): boolean {
  return truth(evaluateCall(graph, fn, options)) === true;
}

/** Every input that functions read on any path through them. */
export function atomsRead(graph: ModuleGraph, fns: readonly Located<FunctionNode>[]): Atom[] {
  const atoms = new Map<string, Atom>();
  const onAtom = (atom: Atom): void => void atoms.set(atomKey(atom), atom);
  for (const fn of fns) {
    for (const atom of atomsOf(evaluateCall(graph, fn, { oracle: () => undefined, onAtom }))) {
      onAtom(atom);
    }
  }
  return [...atoms.values()];
}

/** The given variables are `1`, all others unset; remote flags are unknown, or at their default. */
export function environment(set: readonly string[], defaults: boolean): Oracle {
  return (atom) => {
    if (atom.kind === 'env') return envValue(atom.parsed, set.includes(atom.name));
    return atom.kind === 'remote-flag' && defaults ? atom.fallback : undefined;
  };
}

/**
 * Whether an atom makes a function a feature flag: an environment switch or a remote flag. A flag may
 * also depend on the session being interactive or on an option, but those alone make no flag: they
 * decide other things, too (such as asking for a plan in interactive sessions only).
 */
export function isFlag(atom: Atom): boolean {
  return atom.kind === 'remote-flag' || (atom.kind === 'env' && isSwitch(atom.name));
}

/** Turns on the flags in `on` and turns off the rest; everything else is unknown. */
export function flagSetting(flags: readonly string[], on: readonly string[]): Oracle {
  return (atom) => {
    const key = atomKey(atom);
    if (!flags.includes(key)) return undefined;
    if (atom.kind === 'env') return envValue(atom.parsed, on.includes(key));
    // A remote list is neither on nor off: its default counts as off.
    const list = atom.kind === 'remote-flag' && atom.fallback.known && atom.fallback;
    if (list && Array.isArray(list.value) && !on.includes(key)) return list;
    return known(on.includes(key));
  };
}

/** The subsets of a list, smallest first, `limit` of them at most. */
export function* subsets(names: readonly string[], limit: number): Generator<string[]> {
  let left = limit;
  for (let size = 0; size <= names.length; size++) {
    for (const set of ofSize(names, size, 0)) {
      if (left-- <= 0) return;
      yield set;
    }
  }
}

function* ofSize(names: readonly string[], size: number, from: number): Generator<string[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (const [index, name] of names.entries()) {
    if (index < from || names.length - index < size) continue;
    for (const rest of ofSize(names, size - 1, index + 1)) yield [name, ...rest];
  }
}

function envValue(parsed: boolean, set: boolean): Value {
  if (!set) return known(undefined);
  return known(parsed ? true : '1');
}
