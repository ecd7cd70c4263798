import { expect, it } from 'vitest';
import { jsonErrorPlace } from '../../../src/config/json-place.ts';

it.each([
  ['', '1:1'],
  ['  ', '1:3'],
  ['x', '1:1'],
  ['// comment\n{}', '1:1'],
  ['{', '1:2'],
  ['{"a"', '1:5'],
  ['{"a":', '1:6'],
  ['{"a":1', '1:7'],
  ['{"a":1,}', '1:8'],
  ['{\n  "a": 1,\n}', '3:1'],
  ['{\n  "a": 1\n  "b": 2\n}', '3:3'],
  ["{'a':1}", '1:2'],
  ['{a:1}', '1:2'],
  ['{"a":tru}', '1:6'],
  ['{"a":01}', '1:7'],
  ['{"a":+1}', '1:6'],
  ['{"a":1.}', '1:6'],
  ['\uFEFF{"a":x}', '1:6'],
  ['{"a":"never ended}', '1:6'],
  ['{"a":"bad \\x escape"}', '1:6'],
  ['{"a":"line\nbreak"}', '1:6'],
  ['[1,2,,3]', '1:6'],
  ['[1,[2,[3,]]]', '1:10'],
  ['{"a":1}}', '1:8'],
  ['{"a":1} {"b":2}', '1:9'],
  ['[1;2]', '1:3'],
])('%j is wrong at %s', (text, place) => {
  expect(() => void JSON.parse(text)).toThrow(SyntaxError);
  expect(jsonErrorPlace(text)).toBe(place);
});

it.each([
  '{"a":[1,-2.5e+3,true,false,null,"\\u00e9\\n\u2028 \u007f"],"":{}}',
  ' [ ] ',
  '"text"',
  '{"deep":{"deeper":[[[{}]]]}}',
])('accepts %s', (text) => {
  expect(() => void JSON.parse(text)).not.toThrow();
  expect(jsonErrorPlace(text)).toBe(`1:${text.length + 1}`);
});
