import type { AnyNode, ArrayExpression, ObjectExpression, Property } from 'acorn';

/** Every value that an object literal gives a key; null for a getter or setter. */
export function valuesOf(object: ObjectExpression, key: string): (AnyNode | null)[] {
  return object.properties.flatMap((entry) =>
    entry.type === 'Property' && keyOf(entry) === key
      ? [entry.kind === 'init' ? entry.value : null]
      : [],
  );
}

/**
 * The value that an object literal is certain to have under a key. Null if there is none, if there
 * are two, if a getter computes it, or if something after it may replace it.
 */
export function propertyOf(object: ObjectExpression, key: string): AnyNode | null {
  const [value, ...more] = valuesOf(object, key);
  if (!value || more.length > 0) return null;
  const later = object.properties.filter(({ start }) => start >= value.end);
  return later.every((entry) => entry.type === 'Property' && keyOf(entry) !== null) ? value : null;
}

/** The element that a list literal is certain to have at an index. */
export function elementOf({ elements }: ArrayExpression, index: number): AnyNode | null {
  const before = elements.slice(0, index + 1);
  return before.some((element) => element?.type === 'SpreadElement')
    ? null
    : (before[index] ?? null);
}

/** The name of a property; null if it is computed. */
export function keyOf({ key, computed }: Pick<Property, 'key' | 'computed'>): string | null {
  if (key.type === 'Identifier' && !computed) return key.name;
  return key.type === 'Literal' ? String(key.value) : null;
}
