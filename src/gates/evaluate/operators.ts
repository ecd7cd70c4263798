import { type Value, atomsOf, isObject, join, known, not, truth, unknown } from './values.ts';

/** `left <operator> right`; undefined if the operator is not supported. */
export function binary(operator: string, left: Value, right: Value): Value | undefined {
  switch (operator) {
    case '===':
      return strictlyEqual(left, right);
    case '!==':
      return not(strictlyEqual(left, right));
    case '==':
      return looselyEqual(left, right);
    case '!=':
      return not(looselyEqual(left, right));
    default:
      return compared(operator, left, right);
  }
}

function compared(operator: string, left: Value, right: Value): Value | undefined {
  if (!left.known || !right.known) return undefined;
  const [a, b] = [left.value, right.value];
  if (typeof a !== 'number' || typeof b !== 'number') return undefined;
  if (operator === '>') return known(a > b);
  if (operator === '<') return known(a < b);
  if (operator === '>=') return known(a >= b);
  return operator === '<=' ? known(a <= b) : undefined;
}

/** `<operator> value`; undefined if the operator is not supported. */
export function unary(operator: string, value: Value): Value | undefined {
  if (operator === '!') return not(value);
  if (operator === 'void') return known(undefined);
  if (operator !== 'typeof' || !value.known) return undefined;
  return known(
    value.value === null || typeof value.value === 'object' ? 'object' : typeof value.value,
  );
}

/** `left ?? right()`. */
export function coalesce(left: Value, right: () => Value): Value {
  if (left.known) return left.value === null || left.value === undefined ? right() : left;
  return left.truth === true ? left : join(left, right(), left);
}

/** `left === right`. */
export function strictlyEqual(left: Value, right: Value): Value {
  const objects = isObject(left) || isObject(right);
  // A list is recreated at each read, so its identity means nothing here.
  if (left.known && right.known && !objects) return known(left.value === right.value);
  // A truthy value never equals a falsy one.
  const [a, b] = [truth(left), truth(right)];
  if (a !== null && b !== null && a !== b) return known(false);
  return unknown([...atomsOf(left), ...atomsOf(right)]);
}

function looselyEqual(left: Value, right: Value): Value {
  const [a, b] = [nullish(left), nullish(right)];
  if (a === true && b === true) return known(true);
  if (a !== null && b !== null && a !== b) return known(false);
  // Between different types `==` converts, which is not supported.
  const comparable = left.known && right.known && typeof left.value === typeof right.value;
  return comparable ? strictlyEqual(left, right) : unknown([...atomsOf(left), ...atomsOf(right)]);
}

function nullish(value: Value): boolean | null {
  if (value.known) return value.value === null || value.value === undefined;
  return value.truth ? false : null;
}
