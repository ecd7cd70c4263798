import { type Value, known } from './values.ts';

/**
 * The result of a built-in method on a known value, as the tests of environment values use them
 * (`x.toLowerCase().trim()`, `["1","true"].includes(x)`); undefined where it is not one of those
 * or an argument is unknown.
 */
export function callBuiltin(
  object: Value,
  method: string,
  args: readonly Value[],
): Value | undefined {
  if (!object.known) return undefined;
  const [argument] = args;
  const target = object.value;
  if (typeof target === 'string') {
    const plain = plainStringMethods.get(method);
    if (plain && args.length === 0) return known(plain(target));
    const test = stringTests.get(method);
    if (test && args.length === 1 && argument?.known && typeof argument.value === 'string') {
      return known(test(target, argument.value));
    }
  }
  // Of an empty list every question has its answer, whatever is asked for.
  if (Array.isArray(target) && target.length === 0) {
    const answer = ofNothing.get(method);
    if (answer !== undefined) return known(answer);
  }
  if (Array.isArray(target) && (method === 'includes' || method === 'has') && args.length === 1) {
    if (!argument?.known) return undefined;
    const items = target as readonly Value[];
    if (items.some((item) => item.known && item.value === argument.value)) return known(true);
    return items.every((item) => item.known) ? known(false) : undefined;
  }
  // A pattern with `g` or `y` remembers where it stopped.
  const stateless = target instanceof RegExp && !/[gy]/.test(target.flags);
  if (stateless && method === 'test' && argument?.known) {
    // The value of a switch is short; a long text could make a pattern run forever.
    if (typeof argument.value === 'string' && argument.value.length <= 16) {
      return known(new RegExp(target.source, target.flags).test(argument.value));
    }
  }
  return undefined;
}

const ofNothing = new Map(
  Object.entries({
    includes: false,
    has: false,
    some: false,
    every: true,
  }),
);

const plainStringMethods = new Map(
  Object.entries({
    toLowerCase: (text: string) => text.toLowerCase(),
    toUpperCase: (text: string) => text.toUpperCase(),
    trim: (text: string) => text.trim(),
    toString: (text: string) => text,
  }),
);

const stringTests = new Map(
  Object.entries({
    includes: (text: string, other: string) => text.includes(other),
    startsWith: (text: string, other: string) => text.startsWith(other),
    endsWith: (text: string, other: string) => text.endsWith(other),
  }),
);

/** The `length` of a known text or list. */
export function lengthOf(value: Value): Value | undefined {
  if (!value.known) return undefined;
  const { value: target } = value;
  const measured = typeof target === 'string' || Array.isArray(target);
  return measured ? known(target.length) : undefined;
}
