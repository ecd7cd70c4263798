import { expect, it } from 'vitest';
import { type Edge, closedCycle, edgesOf } from '../../../src/task/graph.ts';

/** `1>2` is "1 waits for 2". */
const edges = (text: string): Edge[] =>
  text
    .split(' ')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [from = '', to = ''] = pair.split('>');
      return { from, to };
    });

it.each([
  ['', '1>1', '1 1'],
  ['2>1', '1>2', '1 2 1'],
  ['3>2 2>1', '1>3', '1 3 2 1'],
  ['', '1>2 2>1', '1 2 1'],
  ['2>3 3>4 4>1 2>4', '1>2', '1 2 4 1'],
  ['9>2 3>1', '1>2 2>3', '1 2 3 1'],
])('in %j, adding %j closes %j', (there, added, cycle) => {
  expect(closedCycle(edges(there), edges(added))?.join(' ')).toBe(cycle);
});

it.each([
  ['', ''],
  ['2>1', '3>2 3>1'],
  ['1>2 1>3 2>4 3>4', '4>5'],
  // An existing cycle that the new edge is not part of.
  ['1>2 2>1', '3>1'],
])('in %j, adding %j closes nothing', (there, added) => {
  expect(closedCycle(edges(there), edges(added))).toBeNull();
});

it('agrees with an exhaustive search on random graphs', () => {
  let seed = 1;
  const below = (limit: number): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % limit;
  };
  const random = (count: number): Edge[] =>
    Array.from({ length: count }, () => ({ from: String(below(5)), to: String(below(5)) }));
  const reaches = (all: Edge[], from: string, to: string, seen: string[]): boolean =>
    from === to ||
    all.some(
      (edge) =>
        edge.from === from &&
        !seen.includes(edge.to) &&
        reaches(all, edge.to, to, [...seen, edge.to]),
    );
  let cycles = 0;
  for (let round = 0; round < 2000; round += 1) {
    const there = random(below(7));
    const added = random(1 + below(2));
    const all = [...there, ...added];
    const cycle = closedCycle(there, added);
    expect(cycle !== null).toBe(added.some(({ from, to }) => reaches(all, to, from, [to])));
    if (cycle === null) continue;
    cycles += 1;
    const steps = cycle.slice(1).map((to, index) => ({ from: cycle[index], to }));
    expect(all).toEqual(expect.arrayContaining(steps));
    expect(cycle.at(-1)).toBe(cycle[0]);
  }
  expect(cycles).toBeGreaterThan(500);
});

it('reads dependencies in both directions', () => {
  const tasks = [
    { id: '1', blocks: ['2'], blockedBy: [] },
    { id: '2', blocks: [], blockedBy: ['1', '3'] },
  ];
  expect(edgesOf(tasks)).toEqual(edges('2>1 2>1 2>3'));
});

it('ignores the dependencies of tasks outside of the list', () => {
  const tasks = [
    { id: '1', blocks: [], blockedBy: ['3'] },
    { id: '2', blocks: ['3'], blockedBy: [] },
  ];
  expect(edgesOf(tasks)).toEqual(edges('1>3'));
});

it('is linear on a task with many dependents and on a long cycle', () => {
  const ids = Array.from({ length: 60_000 }, (_, index) => String(index + 1));
  const star = ids.map((id) => ({ from: '0', to: id }));
  expect(closedCycle(star, edges('x>0'))).toBeNull();
  const chain = ids.map((id, index) => ({ from: String(index), to: id }));
  expect(closedCycle(chain, edges('60000>0'))).toHaveLength(60_002);
});
