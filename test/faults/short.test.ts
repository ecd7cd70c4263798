import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Bench,
  type Point,
  failPoints,
  killPoints,
  openBenches,
  spread,
  stayPoints,
  tryPoints,
} from '../support/faults/points.ts';
import { tryRound } from '../support/faults/rounds.ts';
import { type Scenario, scenarios } from '../support/faults/scenarios.ts';
import type { Call } from '../support/faults/world.ts';

/** A few points of each scenario, in two worlds; `npm run test:faults` takes them all. */
const few: readonly Scenario[] = scenarios.filter(({ step }) => step === 1);

let benches: Bench[] = [];
beforeAll(async () => {
  benches = await openBenches(2);
});
afterAll(() => Promise.all(benches.map(({ world }) => world.close())));

const queues: Promise<unknown>[] = [Promise.resolve(), Promise.resolve()];

/** Waits until a world is free: even numbers have the one, odd numbers the other. */
function inTurn<T>(number: number, act: (bench: Bench) => Promise<T>): Promise<T> {
  const which = number % queues.length;
  const done = queues[which]!.then(() => act(benches[which]!));
  queues[which] = done.catch(() => undefined);
  return done;
}

/** Four points, of the update one more: most of the time goes into starting Node.js. */
function fewPoints(calls: readonly Call[], name: string): Point[] {
  return [
    ...spread(killPoints(calls), 3, 0.7),
    ...spread(failPoints(calls), 1, 0.6),
    ...(name === 'update' ? spread(stayPoints(calls), 1, 0.8) : []),
  ];
}

describe.concurrent('a variant whose commands are interrupted', () => {
  it.each(few.map((scenario, number) => ({ ...scenario, number, scenario })))(
    'survives a few points of $name',
    async ({ number, scenario }) => {
      const { failures } = await inTurn(number, (bench) =>
        tryPoints([bench], scenario, (calls) => fewPoints(calls, scenario.name)),
      );
      expect(failures).toEqual([]);
    },
  );

  it('stays consistent under eight concurrent commands', async () => {
    const problems = await inTurn(few.length, async ({ world }) => [
      ...(await tryRound(world, 0)),
      ...(await tryRound(world, 1)),
    ]);
    expect(problems).toEqual([]);
  });
});
