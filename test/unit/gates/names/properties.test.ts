import { expect, test } from 'vitest';
import { elementOf, propertyOf } from '../../../../src/gates/names/properties.ts';
import { parseAs } from '../../../../src/gates/syntax/source.ts';

const start = 'var x=';

function literal(text: string) {
  const [node] = parseAs(start + text, 'module')!.body;
  return node?.type === 'VariableDeclaration' ? node.declarations[0]?.init : null;
}

/** The value that is certain: nothing else in the object may replace it. */
test.each<[string, string | null]>([
  ['{a:1}', '1'],
  ['{"a":1}', '1'],
  ['{["a"]:1}', '1'],
  ['{b:0,a:1,c:2}', '1'],
  ['{a(){}}', '(){}'],
  ['{}', null],
  ['{b:1}', null],
  ['{[a]:1}', null],
  ['{a:1,a:2}', null],
  ['{a:1,"a":2}', null],
  ['{get a(){}}', null],
  ['{set a(v){}}', null],
  ['{a:1,set a(v){}}', null],
  ['{...b,a:1}', '1'],
  ['{a:1,...b}', null],
  ['{[b]:2,a:1}', '1'],
  ['{a:1,[b]:2}', null],
])('a of %s is %s', (text, expected) => {
  const object = literal(text);
  const value = object?.type === 'ObjectExpression' ? propertyOf(object, 'a') : undefined;
  expect(value && (start + text).slice(value.start, value.end)).toBe(expected);
});

test.each<[string, number, string | null]>([
  ['[1,2]', 0, '1'],
  ['[1,2]', 1, '2'],
  ['[1,2]', 2, null],
  ['[,2]', 0, null],
  ['[1,...b]', 0, '1'],
  ['[1,...b]', 1, null],
  ['[...b,2]', 1, null],
])('%s has at %i %s', (text, index, expected) => {
  const list = literal(text);
  const value = list?.type === 'ArrayExpression' ? elementOf(list, index) : undefined;
  expect(value && (start + text).slice(value.start, value.end)).toBe(expected);
});
