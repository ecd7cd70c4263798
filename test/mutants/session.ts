import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { type Reporter, type TestSpecification, type Vitest, createVitest } from 'vitest/node';
import type { Hits } from './hits.ts';

/** Runs unit tests of a copy of the repository, over and over in one Vitest. */
export interface Session {
  /** The test files, relative to the copy. */
  tests: string[];
  /** Runs these test files, in this order, until the first failure. */
  run: (tests: readonly string[], limitMs: number) => Promise<Ending>;
  /** Has to be called when a file was written. */
  changed: (path: string) => void;
  close: () => Promise<void>;
}

interface Ending {
  outcome: 'passed' | 'failed' | 'timed-out';
  /** The test files that failed. */
  failed: string[];
  /** The time that each test file took. */
  milliseconds: Map<string, number>;
}

export async function openSession(copy: string, { bail }: { bail: boolean }): Promise<Session> {
  let ending = newEnding();
  const note: Reporter = {
    onTestModuleEnd(module) {
      const test = relative(copy, module.moduleId);
      const { collectDuration, duration, prepareDuration, setupDuration } = module.diagnostic();
      if (process.env['MUTANT_DEBUG']) console.log(test, module.state(), Date.now());
      ending.milliseconds.set(test, collectDuration + duration + prepareDuration + setupDuration);
      if (module.state() === 'failed') ending.failed.push(test);
    },
  };
  const vitest = await createVitest('test', {
    root: copy,
    config: false,
    watch: false,
    include: ['test/unit/**/*.test.ts'],
    setupFiles: [join(copy, 'test/mutants/hits.ts')],
    reporters: [note],
    pool: 'forks',
    maxWorkers: 1,
    bail: bail ? 1 : 0,
    testTimeout: 60_000,
    sequence: { sequencer: InOrder },
    silent: true,
    execArgv: ['--max-old-space-size=1024'],
  });
  await vitest.standalone();
  const specifications = new Map(
    (await vitest.globTestSpecifications()).map((one) => [relative(copy, one.moduleId), one]),
  );
  return {
    tests: [...specifications.keys()].sort(),
    async run(tests, limitMs) {
      ending = newEnding();
      const chosen = tests.flatMap((test) => specifications.get(test) ?? []);
      if (chosen.length === 0) return ending;
      const late = setTimeout(() => {
        ending.outcome = 'timed-out';
        stop(vitest);
      }, limitMs);
      const { unhandledErrors } = await vitest.runTestSpecifications(chosen);
      clearTimeout(late);
      if (ending.outcome === 'passed' && (ending.failed.length > 0 || unhandledErrors.length > 0)) {
        ending.outcome = 'failed';
      }
      return ending;
    },
    changed: (path) => vitest.invalidateFile(path),
    close: () => vitest.close(),
  };
}

/** Asked for the second time, Vitest kills a test that does not end. */
function stop(vitest: Vitest): void {
  void vitest.cancelCurrentRun('test-failure');
  void vitest.cancelCurrentRun('test-failure');
}

function newEnding(): Ending {
  return { outcome: 'passed', failed: [], milliseconds: new Map() };
}

class InOrder {
  shard(files: TestSpecification[]): TestSpecification[] {
    return files;
  }
  sort(files: TestSpecification[]): TestSpecification[] {
    return files;
  }
}

/** What the tests of a copy run, if the copy has probes. */
export interface Reach {
  /** The test files that run a function: `<file>#<index>`. */
  testsOf: Map<string, string[]>;
  milliseconds: Map<string, number>;
  /** Test files that fail without a mutant. */
  failing: string[];
}

/** Runs the wanted tests of a copy with probes, and notes what they reach in a folder. */
export async function reachOf(
  copy: string,
  folder: string,
  wanted: (test: string) => boolean,
): Promise<Reach> {
  mkdirSync(folder);
  process.env['MUTANT_HITS'] = folder;
  const session = await openSession(copy, { bail: false });
  const { failed, milliseconds } = await session.run(session.tests.filter(wanted), 3_600_000);
  await session.close();
  delete process.env['MUTANT_HITS'];
  const testsOf = new Map<string, string[]>();
  for (const name of readdirSync(folder)) {
    const { test, functions }: Hits = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    const path = relative(copy, test);
    if (failed.includes(path)) continue;
    for (const one of functions) testsOf.set(one, [...(testsOf.get(one) ?? []), path]);
  }
  return { testsOf, milliseconds, failing: failed };
}

/** Writes a file of the copy, and lets the session know. */
export async function put(session: Session, path: string, text: string): Promise<void> {
  await writeFile(path, text);
  session.changed(path);
}
