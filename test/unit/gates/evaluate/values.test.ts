import { expect, test } from 'vitest';
import { binary, coalesce, unary } from '../../../../src/gates/evaluate/operators.ts';
import {
  type Value,
  join,
  known,
  logical,
  not,
  truth,
  unknown,
} from '../../../../src/gates/evaluate/values.ts';

const atom = { kind: 'other', name: 'x' } as const;
const yes = known(true);
const no = known(false);
const open = unknown([atom]);
const truthy = unknown([atom], true);
const falsy = unknown([atom], false);

test.each<[string, Value, boolean | null]>([
  ['!true', not(yes), false],
  ['!unknown', not(open), null],
  ['!truthy', not(truthy), false],
  ['true && unknown', logical('&&', yes, () => open), null],
  ['false && unknown', logical('&&', no, () => open), false],
  ['unknown && false', logical('&&', open, () => no), false],
  ['unknown && true', logical('&&', open, () => yes), null],
  ['truthy && truthy', logical('&&', truthy, () => truthy), true],
  ['unknown || true', logical('||', open, () => yes), true],
  ['unknown || false', logical('||', open, () => no), null],
  ['falsy || falsy', logical('||', falsy, () => falsy), false],
  ['null ?? true', coalesce(known(null), () => yes), true],
  ['falsy ?? true', coalesce(falsy, () => yes), null],
  ['truthy ?? false', coalesce(truthy, () => no), true],
  ['either true or true', join(yes, known(true), open), true],
  ['either 1 or "a"', join(known(1), known('a'), open), true],
  ['either true or false', join(yes, no, open), null],
  ['either true or unknown', join(yes, open, open), null],
])('%s', (_, value, expected) => {
  expect(truth(value)).toBe(expected);
});

test.each<[string, string, Value, Value, boolean | null | undefined]>([
  ['the same text', '===', known('a'), known('a'), true],
  ['texts', '!==', known('a'), known('b'), true],
  ['truthy and falsy', '===', truthy, falsy, false],
  ['unknown and true', '===', open, yes, null],
  ['lists', '===', known([]), known([]), null],
  ['null and undefined', '==', known(null), known(undefined), true],
  ['null and zero', '==', known(null), known(0), false],
  ['truthy and null', '!=', truthy, known(null), true],
  ['different types', '==', known('1'), known(1), null],
  ['numbers', '>', known(1), known(0), true],
  ['texts in order', '>', known('b'), known('a'), undefined],
  ['a sum', '+', known(1), known(1), undefined],
])('%s with %s', (_, operator, left, right, expected) => {
  const value = binary(operator, left, right);
  expect(value && truth(value)).toBe(expected);
});

test.each<[string, Value, unknown]>([
  ['typeof', known(null), known('object')],
  ['typeof', known('a'), known('string')],
  ['typeof', open, undefined],
  ['void', open, known(undefined)],
  ['-', known(1), undefined],
])('%s of a value', (operator, value, expected) => {
  expect(unary(operator, value)).toEqual(expected);
});
