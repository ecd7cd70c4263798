import { type Reference, checkPoint, referenceOf } from './check.ts';
import { type Scenario, prepareBase } from './scenarios.ts';
import { type Call, type Fault, type FaultWorld, newFaultWorld } from './world.ts';

/** What happens at one call. */
export type Point = Exclude<Fault, { mode: 'count' }>;

/** Every place in which a command can be killed. */
export function killPoints(calls: readonly Call[]): Point[] {
  return calls.flatMap(({ number: at, torn }) => {
    const forms = ['before', ...(torn ? ['torn' as const] : []), 'after'] as const;
    return forms.map((form) => ({ mode: 'kill' as const, at, form }));
  });
}

/** Every call as the one that the system refuses; where it has two reasons, they take turns. */
export function failPoints(calls: readonly Call[]): Point[] {
  return calls.flatMap(({ number: at, torn, refusals }) => {
    const code = refusals[at % refusals.length];
    if (code === undefined) return [];
    const points: Point[] = [{ mode: 'fail', at, form: 'before', code }];
    const full = torn && refusals.includes('ENOSPC');
    return full ? [...points, { mode: 'fail', at, form: 'torn', code: 'ENOSPC' }] : points;
  });
}

/** A disk that stays full from a call on, or folders that stay read-only, in turns, at sixty calls. */
export function stayPoints(calls: readonly Call[]): Point[] {
  const kinds = [
    { code: 'ENOSPC', below: 'mirror' },
    { code: 'EACCES', below: 'mirror' },
    { code: 'EACCES', below: 'bin' },
  ] as const;
  return spread(calls, 60).map(({ number: at }, index) => {
    return { mode: 'fail-from', at, ...kinds[index % kinds.length]! };
  });
}

/** So many of a list, spread evenly; `shift` (0 to 1) moves them by a part of the distance. */
export function spread<T>(list: readonly T[], count: number, shift = 0.5): T[] {
  if (count >= list.length) return [...list];
  const distance = list.length / count;
  return Array.from({ length: count }, (_, index) => list[Math.floor((index + shift) * distance)]!);
}

/** A world with its scenarios' commands as they go without a fault. */
export interface Bench {
  world: FaultWorld;
  /** The scenario's world is set up, and its command was run once. */
  reference: (scenario: Scenario) => Promise<Reference>;
}

/** Makes so many worlds, each of which runs one command at a time. They are the caller's to close. */
export async function openBenches(count: number): Promise<Bench[]> {
  return Promise.all(Array.from({ length: count }, async () => benchOf(await newFaultWorld())));
}

async function benchOf(world: FaultWorld): Promise<Bench> {
  await prepareBase(world);
  await world.save('base');
  const known = new Map<Scenario, Promise<Reference>>();
  const prepare = async (scenario: Scenario): Promise<Reference> => {
    await world.restore('base');
    await scenario.prepare(world);
    return referenceOf(world, scenario);
  };
  return {
    world,
    reference: async (scenario) => {
      const reference = known.get(scenario) ?? prepare(scenario);
      known.set(scenario, reference);
      return reference;
    },
  };
}

/** Tries points of a scenario, one at a time in each world; what was wrong, a text a point, also told at once. */
export async function tryPoints(
  benches: readonly Bench[],
  scenario: Scenario,
  choose: (calls: readonly Call[]) => readonly Point[],
  tell: (failure: string) => void = () => undefined,
): Promise<{ tried: number; failures: string[] }> {
  const failures: string[] = [];
  let tried = 0;
  await Promise.all(
    benches.map(async ({ world, reference }, index) => {
      const known = await reference(scenario);
      const points = choose(known.calls).filter((_, at) => at % benches.length === index);
      for (const point of points) {
        tried++;
        // Whatever else goes wrong is to be told with its point, and the other points are to be tried.
        const problems = await checkPoint(world, scenario, known, point).catch((error: unknown) => [
          `the check failed: ${error instanceof Error ? error.stack : String(error)}`,
        ]);
        if (problems.length === 0) continue;
        const failure = failureText(scenario, known.calls, point, problems);
        failures.push(failure);
        tell(failure);
      }
    }),
  );
  return { tried, failures };
}

function failureText(
  { name }: Scenario,
  calls: readonly Call[],
  point: Point,
  problems: readonly string[],
): string {
  const call = calls[point.at - 1];
  const place = call?.path.replace(/^.*?\/world\//, '') ?? '?';
  return [`${name} ${pointText(point)}: ${call?.function} ${place}`, ...problems].join('\n    ');
}

/** A point as the command line of test/faults/run.ts takes it. */
function pointText(point: Point): string {
  switch (point.mode) {
    case 'kill':
      return `kill ${point.at} ${point.form}`;
    case 'fail':
      return `fail ${point.at} ${point.form} ${point.code}`;
    case 'fail-from':
      return `fail-from ${point.at} ${point.code} ${point.below}`;
  }
}
