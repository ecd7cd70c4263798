import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Bench,
  failPoints,
  killPoints,
  openBenches,
  spread,
  stayPoints,
  tryPoints,
} from '../support/faults/points.ts';
import { tryRound } from '../support/faults/rounds.ts';
import { scenarios } from '../support/faults/scenarios.ts';
import type { Call } from '../support/faults/world.ts';

/** Two worlds, as this is to leave a machine of two cores usable. */
let benches: Bench[] = [];
beforeAll(async () => {
  benches = await openBenches(2);
});
afterAll(() => Promise.all(benches.map(({ world }) => world.close())));

let kills = 0;

describe.each(scenarios)('$name', (scenario) => {
  const part = <T>(points: readonly T[]): T[] =>
    spread(points, Math.ceil(points.length / scenario.step));

  it('survives being killed at every call that changes something', async () => {
    const { tried, failures } = await tryPoints(benches, scenario, (calls) =>
      part(killPoints(calls)),
    );
    kills += tried;
    expect(failures).toEqual([]);
  });

  it('changes nothing when one call is refused', async () => {
    const { failures } = await tryPoints(benches, scenario, (calls) => part(failPoints(calls)));
    expect(failures).toEqual([]);
  });

  it('survives a disk that stays full and folders that stay read-only', async () => {
    const some = (calls: readonly Call[]) => part(stayPoints(calls));
    expect((await tryPoints(benches, scenario, some)).failures).toEqual([]);
  });
});

it('kills at 200 points or more', () => {
  expect(kills).toBeGreaterThanOrEqual(200);
});

it('stays consistent under eight concurrent commands', async () => {
  const problems: string[] = [];
  for (let round = 0; round < 50; round++)
    problems.push(...(await tryRound(benches[0]!.world, round)));
  expect(problems).toEqual([]);
});
