import { expect, it } from 'vitest';
import { table } from '../../../src/ui/table.ts';

it.each([
  ['nothing', [], ''],
  ['one cell', [['a']], 'a'],
  [
    'pads columns to their widest cell',
    [
      ['a', 'b'],
      ['long', 'c'],
    ],
    'a     b\nlong  c',
  ],
  [
    'does not pad the last column',
    [
      ['a', 'long'],
      ['b', 'c'],
    ],
    'a  long\nb  c',
  ],
  ['rows of different lengths', [['a'], ['b', 'c', 'd']], 'a\nb  c  d'],
  [
    'leaves no trailing spaces',
    [
      ['a', '', ''],
      ['b', 'c', 'd'],
    ],
    'a\nb  c  d',
  ],
])('%s', (_, rows, expected) => {
  expect(table(rows)).toBe(expected);
});
