import { parseArgs } from 'node:util';
import {
  type Point,
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

const usage = `Usage: npm run faults -- SCENARIO [--only kill|fail|fail-from] [--count POINTS]
       npm run faults -- SCENARIO calls
       npm run faults -- SCENARIO kill N before|torn|after
       npm run faults -- SCENARIO fail N before|torn ENOSPC|EACCES
       npm run faults -- SCENARIO fail-from N ENOSPC|EACCES mirror|bin
       npm run faults -- round N
Scenarios: ${scenarios.map(({ name }) => name).join(', ')}`;

/** Points by hand, as a failure names them: all of a scenario, or one. Status 1 where one failed. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { only: { type: 'string' }, count: { type: 'string' } },
  });
  const [name, ...words] = positionals;
  const scenario = scenarios.find((one) => one.name === name);
  if (!scenario && name !== 'round') throw new TypeError(`no scenario ${name}`);
  const point = words.length > 1 ? pointIn(words) : null;
  const few = point !== null || words.length > 0;

  const benches = await openBenches(few ? 1 : 2);
  const [first] = benches;
  try {
    if (!scenario) {
      const problems = await tryRound(first!.world, Number(words[0]));
      console.log(problems.join('\n'));
      process.exitCode = problems.length > 0 ? 1 : 0;
      return;
    }
    if (words[0] === 'calls') {
      const { calls } = await first!.reference(scenario);
      return console.log(calls.map(callText).join('\n'));
    }
    const { tried, failures } = await tryPoints(
      benches,
      scenario,
      (calls) => {
        if (point !== null) return [point];
        const points = [...killPoints(calls), ...failPoints(calls), ...stayPoints(calls)];
        const kind = points.filter(({ mode }) => values.only === undefined || mode === values.only);
        return spread(kind, Number(values.count ?? kind.length));
      },
      console.log,
    );
    process.exitCode = failures.length > 0 ? 1 : 0;
    console.log(`${tried} points, ${failures.length} failed`);
  } finally {
    for (const { world } of benches) await world.close();
  }
}

function callText({ number, function: called, path, to, torn, refusals }: Call): string {
  const places = to === undefined ? path : `${path} -> ${to}`;
  return `${number} ${called} ${places}${torn ? ' (has a half)' : ''} ${refusals.join(' ')}`;
}

function pointIn([mode, number, ...rest]: readonly string[]): Point {
  const at = Number(number);
  const codes = ['ENOSPC', 'EACCES'] as const;
  switch (oneOf(mode, ['kill', 'fail', 'fail-from'])) {
    case 'kill':
      return { mode: 'kill', at, form: oneOf(rest[0], ['before', 'torn', 'after']) };
    case 'fail': {
      const form = oneOf(rest[0], ['before', 'torn']);
      return { mode: 'fail', at, form, code: oneOf(rest[1], codes) };
    }
    case 'fail-from': {
      const below = oneOf(rest[1], ['mirror', 'bin']);
      return { mode: 'fail-from', at, code: oneOf(rest[0], codes), below };
    }
  }
}

function oneOf<T extends string>(word: string | undefined, all: readonly T[]): T {
  const known = all.find((one) => one === word);
  if (known === undefined) throw new TypeError(`${word} is none of ${all.join(', ')}`);
  return known;
}

try {
  await main();
} catch (error) {
  if (!(error instanceof TypeError)) throw error;
  console.error(`${error.message}\n${usage}`);
  process.exitCode = 2;
}
