import { expect, test } from 'vitest';

import { keyEnding, keyStores } from '../../../src/provider/key-stores.ts';

test('there are four stores', () => {
  expect(keyStores).toEqual(['file', 'keyring', 'env', 'helper']);
});

test.each([
  ['sk-ant-SECRET-wxyz', 'wxyz'],
  ['SECRET-4wxyz', 'wxyz'],
  ['SECRET4wxyz', null],
  ['wxyz', null],
  ['', null],
])('of %j shows %j', (key, shown) => {
  expect(keyEnding(key)).toBe(shown);
});
