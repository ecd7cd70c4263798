/** An input of a gate that its code alone does not decide. */
export type Atom =
  /** An environment variable; `parsed` if read through a registry that returns booleans. */
  | { kind: 'env'; name: string; parsed: boolean }
  /** A flag that the vendor switches remotely, with the default compiled into the build. */
  | { kind: 'remote-flag'; name: string; fallback: Value }
  /** Whether the session is interactive. */
  | { kind: 'interactive'; name: string }
  /** Whether the command line has an option. */
  | { kind: 'argv'; name: string }
  /** Anything else: a model, an account, a plan, a policy, … */
  | { kind: 'other'; name: string };

export function atomKey({ kind, name }: Atom): string {
  return `${kind} ${name}`;
}

type Primitive = string | number | boolean | null | undefined;

/**
 * A value in three-valued logic: known, or unknown with the atoms it depends on. `truth` is set if
 * an unknown value is certain to be truthy or falsy.
 */
export type Value = Known | Unknown;
export interface Known {
  known: true;
  value: Primitive | readonly Value[] | ReadonlySet<Value> | RegExp;
}
export interface Unknown {
  known: false;
  truth: boolean | null;
  atoms: readonly Atom[];
}

export function known(value: Known['value']): Known {
  return { known: true, value };
}

export function unknown(atoms: readonly Atom[], truth: boolean | null = null): Unknown {
  return { known: false, truth, atoms: atoms.length > 1 ? distinct(atoms) : atoms };
}

/** Enough to show that something else decides; keeping all would double them at each condition. */
const MAX_OTHERS = 16;

/** Each atom once, with a limit on those of the kind `other`. */
function distinct(atoms: readonly Atom[]): Atom[] {
  const found = new Map<string, Atom>();
  let others = 0;
  for (const atom of atoms) {
    const key = atomKey(atom);
    if (found.has(key) || (atom.kind === 'other' && ++others > MAX_OTHERS)) continue;
    found.set(key, atom);
  }
  return [...found.values()];
}

/** True, false, or null when neither is certain. */
export function truth(value: Value): boolean | null {
  return value.known ? Boolean(value.value) : value.truth;
}

/** Whether a value is a known list, set or pattern: recreated at each read, it has no identity. */
export function isObject(value: Value): boolean {
  return value.known && typeof value.value === 'object' && value.value !== null;
}

/** Whether two values are certainly the same. */
export function isSame(a: Value, b: Value | undefined): boolean {
  if (a === b) return true;
  return a.known && b?.known === true && !isObject(a) && a.value === b.value;
}

export function atomsOf(value: Value): readonly Atom[] {
  return value.known ? [] : value.atoms;
}

export function not(value: Value): Value {
  const certain = truth(value);
  return certain === null ? unknown(atomsOf(value)) : known(!certain);
}

/** `left && right()` or `left || right()`; the right side is evaluated only if it can be reached. */
export function logical(operator: '&&' | '||', left: Value, right: () => Value): Value {
  const stops = operator === '||';
  const leftTruth = truth(left);
  if (leftTruth === stops) return left;
  const other = right();
  if (leftTruth !== null) return other;
  return unknown([...atomsOf(left), ...atomsOf(other)], truth(other) === stops ? stops : null);
}

/** The value after two branches, either of which may have been taken. */
export function join(left: Value, right: Value, condition: Value): Value {
  if (left.known && right.known && left.value === right.value) return left;
  const [a, b] = [truth(left), truth(right)];
  const atoms = [...atomsOf(condition), ...atomsOf(left), ...atomsOf(right)];
  return unknown(atoms, a === b ? a : null);
}
