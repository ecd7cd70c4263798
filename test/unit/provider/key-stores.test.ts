import { expect, test } from 'vitest';

import { keyEnding, keyStores, mayBeKey } from '../../../src/provider/key-stores.ts';

test('there are four stores', () => {
  expect(keyStores).toEqual(['file', 'keyring', 'env', 'helper']);
});

test.each([
  ['sk-ant-SECRET-wxyz', 'wxyz'],
  ['SECRET-4wxyz', 'wxyz'],
  ['SECRET-4wxy', null],
  ['SECRET-45wxy', '5wxy'],
  ['wxyz', null],
  ['', null],
])('of %j shows %j', (key, shown) => {
  expect(keyEnding(key)).toBe(shown);
});

test.each([
  ['sk-abcdefghijklmnop', true],
  ['sk-abcdefghijklmno', false],
  ['a-sk-abcdefghijklmnop', false],
  ['sk-abcdefghijklmnop!', false],
  ['abcdefghijklmnopqrstuVW12', true],
  ['abcdefghijklmnopqrsVW12', false],
  ['abcdefghijklmnopqrstVW12', true],
  ['abcdefghijklmnopqrstuVWX1', false],
  ['abcdefghijklmnopqrstuvw12', false],
  ['ABCDEFGHIJKLMNOPQRSTUVW12', false],
  ['abcdefghijklmnopqrst/VW12', false],
  ['!abcdefghijklmnopqrstVW12', false],
])('whether %j looks like a key: %s', (word, may) => {
  expect(mayBeKey(word)).toBe(may);
});
