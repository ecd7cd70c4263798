import { expect, test } from 'vitest';
import { binary, coalesce, unary } from '../../../../src/gates/evaluate/operators.ts';
import {
  type Value,
  isSame,
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
  ['undefined ?? true', coalesce(known(undefined), () => yes), true],
  ['0 ?? true', coalesce(known(0), () => yes), false],
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
  ['different types', '!=', known('1'), known(1), null],
  ['the same text', '==', known('a'), known('a'), true],
  ['null and undefined', '!=', known(null), known(undefined), false],
  ['falsy and null', '==', falsy, known(null), null],
  ['unknown and unknown', '==', open, open, null],
  ['falsy and falsy', '===', falsy, falsy, null],
  ['a list and a text', '===', known([]), known('a'), null],
  ['a list and nothing', '===', known([]), known(''), false],
  ['numbers', '>', known(1), known(0), true],
  ['one number', '>', known(1), known(1), false],
  ['numbers', '<', known(0), known(1), true],
  ['one number', '<', known(1), known(1), false],
  ['numbers', '>=', known(0), known(1), false],
  ['one number', '>=', known(1), known(1), true],
  ['numbers', '<=', known(1), known(0), false],
  ['one number', '<=', known(1), known(1), true],
  ['a number and unknown', '>', known(1), open, undefined],
  ['unknown and a number', '<', open, known(1), undefined],
  ['a number and a text', '<', known(1), known('2'), undefined],
  ['texts in order', '>', known('b'), known('a'), undefined],
  ['a sum', '+', known(1), known(1), undefined],
])('%s with %s', (_, operator, left, right, expected) => {
  const value = binary(operator, left, right);
  expect(value && truth(value)).toBe(expected);
});

test.each<[string, Value, unknown]>([
  ['typeof', known(null), known('object')],
  ['typeof', known('a'), known('string')],
  ['typeof', known(undefined), known('undefined')],
  ['typeof', known([]), known('object')],
  ['typeof', known(/a/), known('object')],
  ['!', known(''), known(true)],
  ['typeof', open, undefined],
  ['void', open, known(undefined)],
  ['-', known(1), undefined],
])('%s of a value', (operator, value, expected) => {
  expect(unary(operator, value)).toEqual(expected);
});

test('values are the same only if that is certain', () => {
  const list = known([]);
  const pairs: [Value, Value | undefined][] = [
    [known(1), known(1)],
    [open, open],
    [list, list],
    [known(1), known(2)],
    [known([]), known([])],
    [open, known(undefined)],
    [known(undefined), open],
    [known(undefined), undefined],
    [open, unknown([atom])],
  ];
  const same = pairs.map(([a, b]) => isSame(a, b));
  expect(same).toEqual([true, true, true, false, false, false, false, false, false]);
});

test('an unknown value keeps each input once, and enough of other conditions', () => {
  const others = Array.from({ length: 20 }, (_, at) => ({ kind: 'other', name: `${at}` }) as const);
  const env = { kind: 'env', name: 'A', parsed: false } as const;
  const value = unknown([...others, env, env, ...others]);
  expect(value.known ? [] : value.atoms).toEqual([...others.slice(0, 16), env]);
});
