import { describe, expect, it } from 'vitest';
import {
  type OwnedValues,
  knownBefore,
  mergeOwned,
  missingItems,
} from '../../../src/config/merge.ts';

const path = 'settings.json';
const merge = (text: string | null, wanted: OwnedValues, before: OwnedValues | null): unknown =>
  JSON.parse(mergeOwned(text, wanted, before, path));

describe('our values', () => {
  it.each<[string, string | null, OwnedValues, OwnedValues | null, OwnedValues]>([
    ['are set in a new file', null, { a: 1, 'b.c': true }, null, { a: 1, b: { c: true } }],
    ['are set in an empty file', ' \n', { a: 1 }, null, { a: 1 }],
    [
      'are added to the rest',
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
      'do not replace another value with the name of an object',
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
      'are added to a list once, also objects',
      '{"l":[{"a":1}]}',
      { l: [{ a: 1 }, { b: 2 }] },
      null,
      { l: [{ a: 1 }, { b: 2 }] },
    ],
    [
      'are removed from a list when no longer wanted, with the list if it is empty',
      '{"h":{"l":["o"],"m":["u","o"]},"x":1}',
      {},
      { 'h.l': ['o'], 'h.m': ['o'] },
      { h: { m: ['u'] }, x: 1 },
    ],
    [
      'are removed with the objects that were created for them',
      '{"h":{"l":[{"a":1}]}}',
      {},
      { 'h.l': [{ a: 1 }] },
      {},
    ],
    [
      'are recognised by the command of a hook, even if the user changed the rest',
      '{"h":{"l":[{"matcher":"u","hooks":[{"command":"o","timeout":9}]},{"hooks":[{"command":"u"}]}]}}',
      {},
      { 'h.l': [{ matcher: 'o', hooks: [{ command: 'o' }] }] },
      { h: { l: [{ hooks: [{ command: 'u' }] }] } },
    ],
    [
      'join hooks that are none',
      '{"h":{"l":[{"hooks":[null,"o"]}]}}',
      { 'h.l': [{ hooks: [{ command: 'o' }] }] },
      null,
      { h: { l: [{ hooks: [null, 'o'] }, { hooks: [{ command: 'o' }] }] } },
    ],
    [
      'stay as the user changed them',
      '{"h":{"l":[{"a":9}]}}',
      { 'h.l': [{ a: 1 }] },
      { 'h.l': [{ a: 1 }] },
      { h: { l: [{ a: 9 }] } },
    ],
    [
      'are removed when no longer wanted, with the object created for them',
      '{"a":1,"b":{"c":2},"x":1}',
      {},
      { a: 1, 'b.c': 2 },
      { x: 1 },
    ],
    [
      'are removed without the rest of their object',
      '{"b":{"c":2,"u":1}}',
      {},
      { 'b.c': 2 },
      { b: { u: 1 } },
    ],
    ['that the user changed stay when no longer wanted', '{"a":9}', {}, { a: 1 }, { a: 9 }],
    ['that the user removed are not missed', '{"x":1}', {}, { a: 1, l: ['o'] }, { x: 1 }],
    [
      'leave the user’s items when a list is no longer wanted',
      '{"l":["u","o"],"m":["o"]}',
      { m: ['o'] },
      { l: ['o', 'p'], m: ['o'] },
      { l: ['u'], m: ['o'] },
    ],
    [
      'do not replace what the user wrote instead of a list',
      '{"l":"mine"}',
      {},
      { l: ['o'] },
      { l: 'mine' },
    ],
    ['come back whole in a file that is gone', null, { a: 2 }, { a: 1 }, { a: 2 }],
    ['join a list later', '{"l":["o"]}', { l: ['o', 'p'] }, { l: ['o'] }, { l: ['o', 'p'] }],
  ])('%s', (_, text, wanted, before, expected) => {
    expect(merge(text, wanted, before)).toEqual(expected);
  });

  it('leave the text unchanged if nothing changes', () => {
    const text = '{ "z":1,\n\t"a": 2 }';
    expect(mergeOwned(text, { a: 2 }, { a: 2 }, path)).toBe(text);
    expect(mergeOwned(' \n', {}, null, path)).toBe(' \n');
  });

  it.each<[string, string, string]>([
    ['a byte order mark', '\uFEFF{\n  "z": 1\n}', '\uFEFF{\n  "z": 1,\n  "o": true\n}'],
    ['tabs and no last line end', '{\n\t"z": 1\n}', '{\n\t"z": 1,\n\t"o": true\n}'],
    [
      'Windows line ends',
      '{\r\n    "z": {}\r\n}\r\n',
      '{\r\n    "z": {},\r\n    "o": true\r\n}\r\n',
    ],
    [
      'large numbers, and the notation of numbers and strings',
      '{"z":12345678901234567890,"y":1.0,"x":1E2,"w":"\\u00e9\\/"}',
      '{"z":12345678901234567890,"y":1.0,"x":1E2,"w":"\\u00e9\\/","o":true}',
    ],
    ['keys that are there twice', '{"z":1,"z":2}', '{"z":1,"z":2,"o":true}'],
    ['a key with a name of JavaScript', '{"__proto__":{"a":1}}', '{"__proto__":{"a":1},"o":true}'],
    ['lines of any width', '{ "z" : [ 1,\n2 ] }', '{ "z" : [ 1,\n2 ], "o": true }'],
  ])('preserve %s', (_, text, expected) => {
    const merged = mergeOwned(text, { o: true }, null, path);
    expect(merged).toBe(expected);
    expect(mergeOwned(merged, {}, { o: true }, path)).toBe(text);
  });

  it('return to their former places, and newer values stay', () => {
    const old = '{\n  "a": 1,\n  "b": { "c": 2, "d": 3 },\n  "e": 4\n}\n';
    const before = { a: 1, 'b.c': 2 };
    const merged = mergeOwned(old, {}, before, path);
    expect(merged).toBe('{\n  "b": { "d": 3 },\n  "e": 4\n}\n');
    expect(mergeOwned(merged, before, {}, path, old)).toBe(old);
    const changed = merged.replace('"e": 4', '"f": 5');
    expect(mergeOwned(changed, before, {}, path, old)).toBe(old.replace('"e": 4', '"f": 5'));
  });
});

describe('undoing, by exchanging wanted and before', () => {
  const before: OwnedValues = { a: 1, gone: true, 'b.c': 1, l: ['o', 'p'], m: ['o'] };
  const wanted: OwnedValues = { a: 2, new: true, 'b.c': 2, l: ['o', 'q'], n: ['o'] };
  const old = { z: 1, a: 1, gone: true, b: { c: 1 }, l: ['u', 'o', 'p'], m: ['o'] };

  it('restores the old values', () => {
    const there = mergeOwned(JSON.stringify(old), wanted, before, path);
    expect(JSON.parse(there)).toEqual({
      z: 1,
      a: 2,
      b: { c: 2 },
      l: ['u', 'o', 'q'],
      new: true,
      n: ['o'],
    });
    expect(merge(there, before, wanted)).toEqual(old);
    expect(merge(there, wanted, before)).toEqual(JSON.parse(there));
  });

  it('keeps what the user has changed since, and the order of keys', () => {
    const there = mergeOwned(JSON.stringify(old), wanted, before, path);
    const changed = { mine: 1, ...JSON.parse(there), a: 9, new: false, l: ['u', 'q', 'v'] };
    const back = mergeOwned(JSON.stringify(changed), before, wanted, path);
    expect(JSON.parse(back)).toEqual({
      mine: 1,
      z: 1,
      a: 9,
      b: { c: 1 },
      l: ['u', 'v', 'p'],
      new: false,
      gone: true,
      m: ['o'],
    });
    expect(Object.keys(JSON.parse(back)).slice(0, 5)).toEqual(['mine', 'z', 'a', 'b', 'l']);
  });
});

describe('knownBefore', () => {
  it.each<[string, string | null, OwnedValues | null, OwnedValues | null]>([
    ['is nothing in a new file', null, null, null],
    ['is nothing in an empty file', ' ', { a: 1 }, { a: 1 }],
    ['is a value that is the same', '{"a":1}', null, { a: 1 }],
    ['is no value that differs', '{"a":2}', null, null],
    ['is no value that we wrote', '{"a":1}', { a: 0 }, { a: 0 }],
    [
      'is an item, beside those that we wrote',
      '{"l":["o","u","p"]}',
      { l: ['o'] },
      { l: ['o', 'p'] },
    ],
    ['is no item that we wrote', '{"l":["o"]}', { l: ['o'] }, { l: ['o'] }],
    ['is nothing of a list that is none', '{"l":"o"}', null, null],
    ['joins what we wrote', '{"a":1,"x":1}', { x: 1 }, { x: 1, a: 1 }],
  ])('%s', (_, text, before, expected) => {
    expect(knownBefore(text, { a: 1, l: ['o', 'p'] }, before, path)).toEqual(expected);
  });
});

describe('missingItems', () => {
  it.each<[string, OwnedValues, string[]]>([
    ['{"l":["u","o"]}', { l: ['o'], a: 1 }, []],
    ['{"l":["u"],"h":{"m":["o"]}}', { l: ['o'], 'h.m': ['o', 'p'] }, ['l', 'h.m']],
    ['{"l":"o"}', { l: ['o'] }, ['l']],
    ['{}', { 'h.l': ['o'] }, ['h.l']],
  ])('reports the key paths for %s', (text, wanted, missing) => {
    expect(missingItems(text, wanted)).toEqual(missing);
  });
});

it.each([
  ['{\n  "a": 1,\n  oops\n}', /settings\.json:3:3 is not valid JSON/],
  ['[1]', /is not a JSON object/],
  ['\uFEFF{ // why\n}', /settings\.json:1:3 is not valid JSON/],
  ['{"a":1,}', /settings\.json:1:8 is not valid JSON/],
])('never overwrites %j', (text, message) => {
  expect(() => mergeOwned(text, { a: 1 }, null, path)).toThrow(
    expect.objectContaining({ code: 'invalid-record', message: expect.stringMatching(message) }),
  );
});
