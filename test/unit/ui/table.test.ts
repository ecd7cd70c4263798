import { expect, it } from 'vitest';
import { table } from '../../../src/ui/table.ts';

it.each([
  ['nothing', [], ''],
  ['one cell', [['a']], 'a'],
  [
    'columns as wide as their widest cell',
    [
      ['a', 'b'],
      ['long', 'c'],
    ],
    'a     b\nlong  c',
  ],
  [
    'the last column as it is',
    [
      ['a', 'long'],
      ['b', 'c'],
    ],
    'a  long\nb  c',
  ],
  ['rows of different lengths', [['a'], ['b', 'c', 'd']], 'a\nb  c  d'],
  [
    'empty cells without spaces at the end',
    [
      ['a', '', ''],
      ['b', 'c', 'd'],
    ],
    'a\nb  c  d',
  ],
])('%s', (_, rows, expected) => {
  expect(table(rows)).toBe(expected);
});
