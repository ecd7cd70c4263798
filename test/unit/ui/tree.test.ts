import { expect, test } from 'vitest';
import { tree } from '../../../src/ui/tree.ts';

test('connects nodes with their children and cuts lines to the width', () => {
  const leaf = { lines: ['leaf', 'more of it'], children: [] };
  const root = {
    lines: ['root', 'says something long'],
    children: [{ lines: ['first'], children: [leaf] }, leaf],
  };
  expect(tree([root], 16).split('\n')).toEqual([
    'root',
    '│ says somethin…',
    '├ first',
    '│ └ leaf',
    '│     more of it',
    '└ leaf',
    '    more of it',
  ]);
});
