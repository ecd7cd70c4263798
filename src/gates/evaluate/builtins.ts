import { type Value, isObject, known } from './values.ts';

/**
 * The result of a built-in method on a known value, of the methods that builds test environment
 * variables with (`x.toLowerCase().trim()`, `["1","true"].includes(x)`); undefined for any other
 * method or an unknown argument.
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
  if (Array.isArray(target)) {
    const items = target as readonly Value[];
    // An empty list answers the same for any element or callback.
    const hasArgument = args.length > 0 && (method === 'includes' || !argument?.known);
    const answer = items.length === 0 && hasArgument ? ofEmptyList.get(method) : undefined;
    if (answer !== undefined) return known(answer);
    return method === 'includes' ? holds(items, args) : undefined;
  }
  if (target instanceof Set) {
    return method === 'has' ? holds([...(target as ReadonlySet<Value>)], args) : undefined;
  }
  // A pattern with the flag `g` or `y` keeps its position between calls.
  const stateless = target instanceof RegExp && !/[gy]/.test(target.flags);
  if (stateless && method === 'test' && argument?.known && typeof argument.value === 'string') {
    if (isFast(target, argument.value)) return known(target.test(argument.value));
  }
  return undefined;
}

/** Whether a match ends quickly: values of switches are short, a long text or pattern may run for ages. */
function isFast({ source }: RegExp, text: string): boolean {
  const repeats = source.match(/[*+{]/g)?.length ?? 0;
  return source.length <= 200 && text.length <= (repeats > 2 ? 4 : 16);
}

/** Whether the values include the only argument; an object equals nothing but itself. */
function holds(items: readonly Value[], [argument, ...more]: readonly Value[]): Value | undefined {
  if (more.length > 0 || !argument?.known || isObject(argument)) return undefined;
  if (items.some((item) => item.known && item.value === argument.value)) return known(true);
  return items.every((item) => item.known) ? known(false) : undefined;
}

const ofEmptyList = new Map(Object.entries({ includes: false, some: false, every: true }));

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

/** The `length` of a known text or list; not the `size` of a set, which drops duplicates. */
export function lengthOf(value: Value): Value | undefined {
  if (!value.known) return undefined;
  const { value: target } = value;
  const hasLength = typeof target === 'string' || Array.isArray(target);
  return hasLength ? known((target as string | readonly Value[]).length) : undefined;
}
