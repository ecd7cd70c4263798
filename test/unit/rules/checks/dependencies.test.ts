import { expect, it } from 'vitest';
import { addedEdges, parseEdges, refuseCycle } from '../../../../src/rules/checks/dependencies.ts';
import { call } from '../calls.ts';

it('reads the edges of a TaskUpdate, in both directions', () => {
  const update = call('TaskUpdate', { taskId: '2', addBlockedBy: ['1'], addBlocks: ['3', '4'] });
  const edges = addedEdges(update);
  expect(edges).toEqual([
    { from: '2', to: '1' },
    { from: '3', to: '2' },
    { from: '4', to: '2' },
  ]);
  expect(parseEdges(JSON.stringify(edges))).toEqual(edges);
});

it.each([
  call('TaskUpdate', { taskId: '2', status: 'completed' }),
  call('TaskUpdate', { taskId: 2, addBlocks: ['1'] }),
  call('TaskUpdate', { taskId: '2', addBlocks: '1' }),
  call('TaskCreate', { taskId: '2', addBlocks: ['1'] }),
  call('TaskUpdate', { taskId: '2', status: 'deleted', addBlocks: ['1'] }),
])('finds no edges in %j', (update) => {
  expect(addedEdges(update)).toEqual([]);
});

it('shows the path of a cycle', () => {
  const there = [
    { from: '3', to: '5' },
    { from: '5', to: '1' },
  ];
  expect(refuseCycle(there, [{ from: '1', to: '3' }])).toContain(
    'refused: this would close a cycle: 1 → 3 → 5 → 1 (→ means "waits for")',
  );
  expect(refuseCycle(there, [{ from: '3', to: '1' }])).toBeNull();
});

it.each(['', '[{"from":"1","to":"2"', '{}', '[{"from":"1"}]', '[1]'])(
  'rejects the list of edges %j',
  (text) => {
    expect(parseEdges(text)).toBeNull();
  },
);
