import { describe, expect, it } from 'vitest';
import { type OwnedValues, mergeOwned } from '../../../src/variant/settings.ts';

const path = 'settings.json';
const merge = (text: string | null, wanted: OwnedValues, before: OwnedValues | null): unknown =>
  JSON.parse(mergeOwned(text, wanted, before, path));

describe('values of ours', () => {
  it.each<[string, string | null, OwnedValues, OwnedValues | null, OwnedValues]>([
    ['are set in a new file', null, { a: 1, 'b.c': true }, null, { a: 1, b: { c: true } }],
    ['are set in an empty file', ' \n', { a: 1 }, null, { a: 1 }],
    [
      'are added to what is there',
      '{"x":1,"b":{"y":2}}',
      { 'b.c': true },
      null,
      { x: 1, b: { y: 2, c: true } },
    ],
    ['do not replace what the user had before us', '{"a":"mine"}', { a: 1 }, null, { a: 'mine' }],
    ['change when they are still as we wrote them', '{"a":1}', { a: 2 }, { a: 1 }, { a: 2 }],
    ['stay as the user changed them', '{"a":9}', { a: 2 }, { a: 1 }, { a: 9 }],
    ['stay away once the user removed them', '{}', { a: 2 }, { a: 1 }, {}],
    ['come with a new version of ours', '{}', { a: 2 }, { b: 1 }, { a: 2 }],
    [
      'do not break into something else of that name',
      '{"b":"text"}',
      { 'b.c': 1 },
      null,
      { b: 'text' },
    ],
    ['join a list', '{"l":["u"]}', { l: ['o'] }, null, { l: ['u', 'o'] }],
    ['are in a list once', '{"l":["o"]}', { l: ['o'] }, null, { l: ['o'] }],
    [
      'stay out of a list that the user removed them from',
      '{"l":[]}',
      { l: ['o'] },
      { l: ['o'] },
      { l: [] },
    ],
    [
      'join a list as objects, and are known again',
      '{"l":[{"a":1}]}',
      { l: [{ a: 1 }, { b: 2 }] },
      null,
      { l: [{ a: 1 }, { b: 2 }] },
    ],
    [
      'leave a list that they are not wanted in any more, and take it along if it is empty',
      '{"h":{"l":["o"],"m":["u","o"]},"x":1}',
      {},
      { 'h.l': ['o'], 'h.m': ['o'] },
      { h: { m: ['u'] }, x: 1 },
    ],
    [
      'take the objects along that were made for them',
      '{"h":{"l":[{"a":1}]}}',
      {},
      { 'h.l': [{ a: 1 }] },
      {},
    ],
    [
      'are known by the command of a hook, whatever the user changed around it',
      '{"h":{"l":[{"matcher":"u","hooks":[{"command":"o","timeout":9}]},{"hooks":[{"command":"u"}]}]}}',
      {},
      { 'h.l': [{ matcher: 'o', hooks: [{ command: 'o' }] }] },
      { h: { l: [{ hooks: [{ command: 'u' }] }] } },
    ],
    [
      'stay where the user changed one of them',
      '{"h":{"l":[{"a":9}]}}',
      { 'h.l': [{ a: 1 }] },
      { 'h.l': [{ a: 1 }] },
      { h: { l: [{ a: 9 }] } },
    ],
    ['join a list later', '{"l":["o"]}', { l: ['o', 'p'] }, { l: ['o'] }, { l: ['o', 'p'] }],
  ])('%s', (_, text, wanted, before, expected) => {
    expect(merge(text, wanted, before)).toEqual(expected);
  });

  it('leave the text byte for byte where nothing changes', () => {
    const text = '{ "z":1,\n\t"a": 2 }';
    expect(mergeOwned(text, { a: 2 }, { a: 2 }, path)).toBe(text);
  });

  it('keep the order of keys', () => {
    const text = mergeOwned('{"z":1,"a":2}', { m: 1 }, null, path);
    expect(text).toBe('{\n  "z": 1,\n  "a": 2,\n  "m": 1\n}\n');
  });
});

it.each([
  ['{\n  "a": 1,\n  oops\n}', /settings\.json:3:3 is not valid JSON/],
  ['[1]', /holds no JSON object/],
])('never overwrites %j', (text, message) => {
  expect(() => mergeOwned(text, { a: 1 }, null, path)).toThrow(message);
});
