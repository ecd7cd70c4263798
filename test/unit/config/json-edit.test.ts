import { describe, expect, it } from 'vitest';
import { editJson } from '../../../src/config/json-edit.ts';
import { type Random, randomOf } from '../../fuzz/random.ts';

describe('a new value', () => {
  it.each<[string, string, string[], unknown, string]>([
    ['an empty object', '{}', ['a'], 1, '{\n  "a": 1\n}'],
    ['an empty object and its line end', '{}\n', ['a'], 1, '{\n  "a": 1\n}\n'],
    ['an object of white space', '{\n}\n', ['a'], 1, '{\n  "a": 1\n}\n'],
    ['a line', '{"a":1}', ['b'], { c: [1] }, '{"a":1,"b":{"c":[1]}}'],
    ['a line with spaces', '{"a": 1, "b": 2}', ['c'], 3, '{"a": 1, "b": 2, "c": 3}'],
    ['an object on the line', '{"a":{}}', ['a', 'b'], 1, '{"a":{"b":1}}'],
    ['objects that are not there', '{"a":1}', ['b', 'c', 'd'], 1, '{"a":1,"b":{"c":{"d":1}}}'],
    [
      'an empty object among lines',
      '{\n\t"a": {}\n}',
      ['a', 'b'],
      [1],
      '{\n\t"a": {\n\t\t"b": [\n\t\t\t1\n\t\t]\n\t}\n}',
    ],
    [
      'lines of Windows',
      '{\r\n  "a": 1\r\n}',
      ['b'],
      { c: 1 },
      '{\r\n  "a": 1,\r\n  "b": {\r\n    "c": 1\r\n  }\r\n}',
    ],
    [
      'lines with a wide indentation',
      '{\n    "a": 1\n}',
      ['b'],
      { c: 1 },
      '{\n    "a": 1,\n    "b": {\n        "c": 1\n    }\n}',
    ],
    ['a list on the line', '{"a":[1, 2]}', ['a'], [1, 2, 3], '{"a":[1, 2, 3]}'],
    [
      'a list among lines',
      '{\n  "a": [\n    1\n  ]\n}',
      ['a'],
      [1, 2],
      '{\n  "a": [\n    1,\n    2\n  ]\n}',
    ],
    ['an empty list', '{ "a": [] }', ['a'], ['x'], '{ "a": ["x"] }'],
    ['the place of another value', '{"a":1.0 ,"b":2}', ['a'], 'x', '{"a":"x" ,"b":2}'],
    ['the place of a list', '{"a":[1]}', ['a'], 'x', '{"a":"x"}'],
    ['the last of two', '{"a":1,"a":2}', ['a'], 3, '{"a":1,"a":3}'],
    ['the last of two objects', '{"a":{"b":1},"a":{}}', ['a', 'b'], 2, '{"a":{"b":1},"a":{"b":2}}'],
    ['nothing that is no object', '{"a":"b"}', ['a', 'b'], 1, '{"a":"b"}'],
    ['nothing that is no object further up', '{"a":null}', ['a', 'b', 'c'], 1, '{"a":null}'],
  ])('goes into %s', (_, text, keys, value, expected) => {
    expect(editJson(text, keys, value)).toBe(expected);
  });
});

describe('a removed value', () => {
  it.each<[string, string, string[], string]>([
    ['first', '{ "a": 1, "b": 2 }', ['a'], '{ "b": 2 }'],
    ['last', '{ "a": 1, "b": 2 }', ['b'], '{ "a": 1 }'],
    ['in the middle', '{\n  "a": 1,\n  "b": 2,\n  "c": 3\n}', ['b'], '{\n  "a": 1,\n  "c": 3\n}'],
    ['alone', '{\n  "a": 1\n}\n', ['a'], '{}\n'],
    ['twice', '{"a":1,"b":2,"a":3}', ['a'], '{"b":2}'],
    ['twice and alone', '{"b":{"a":1,"a":3}}', ['b', 'a'], '{}'],
    ['with the objects that become empty', '{"x":1,"a":{"b":{"c":1}}}', ['a', 'b', 'c'], '{"x":1}'],
    ['nowhere', '{"a":1}', ['b'], '{"a":1}'],
    ['in an object that is none', '{"a":1}', ['a', 'b'], '{"a":1}'],
    ['in an object that is not there', '{"a":1}', ['b', 'c'], '{"a":1}'],
  ])('was %s', (_, text, keys, expected) => {
    expect(editJson(text, keys, undefined)).toBe(expected);
  });

  it.each([
    ['[1,2]', [1], '[1]'],
    ['[1,2]', [2], '[2]'],
    ['[ 1, 2, 3 ]', [1, 3], '[ 1, 3 ]'],
    ['[\n  1.0,\n  2\n]', [1, 4], '[\n  1.0,\n  4\n]'],
    ['["a","a"]', ['a'], '["a","a"]'],
  ])('keeps the remaining items of %s', (list, items, expected) => {
    expect(editJson(`{"l":${list}}`, ['l'], items)).toBe(`{"l":${expected}}`);
  });
});

/** Random objects and lists with random white space. */
function anyObject(random: Random, depth = 0): string {
  const gap = (): string => random.pick(['', '', ' ', '\n', '\n\t', '\r\n  ']);
  const members = (item: () => string): string =>
    Array.from({ length: random.below(4) }, () => gap() + item() + gap()).join(',') || gap();
  const scalars = ['1.0', '-0', '9007199254740993', '"\\u00e9"', 'null', '"a, b: {"'];
  const value = (): string => {
    if (depth > 2 || random.once(2)) return random.pick(scalars);
    return random.once(3)
      ? `[${members(() => random.pick(['1', '"x"', '{ }']))}]`
      : anyObject(random, depth + 1);
  };
  return `{${members(() => `"${random.pick(['a', 'b', 'c'])}"${gap()}:${gap()}${value()}`)}}`;
}

it('can be added to and removed from a thousand random objects without a trace', () => {
  const added = ['x', { y: 1 }];
  for (let seed = 0; seed < 1_000; seed++) {
    const random = randomOf(seed);
    const text = anyObject(random);
    const key = random.pick(['a', 'b', 'c']);
    const keys = random.once(2) ? ['new'] : [key, 'new'];
    const edited = editJson(text, keys, added);
    const object = JSON.parse(text);
    const parent = keys.length === 1 ? object : (object[key] ??= key in object ? null : {});
    const inTheWay = typeof parent !== 'object' || parent === null || Array.isArray(parent);
    const begun = !inTheWay && Object.keys(parent).length === 0;
    if (!inTheWay) parent.new = added;
    expect(JSON.parse(edited)).toEqual(inTheWay ? JSON.parse(text) : object);
    // An object that becomes empty is removed, too.
    expect(begun || editJson(edited, keys, undefined) === text).toBe(true);
  }
});
