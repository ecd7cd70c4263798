import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Outcome, runInput } from '../../fuzz/inputs.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cc-mirror-fuzz-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const COUNT = 1000;
/** Far more than it takes: a test that hangs has to end some time. */
const TIMEOUT = 120_000;

test('corrupt inputs end in a result or in one of our errors', { timeout: TIMEOUT }, async () => {
  const outcomes: Outcome[] = [];
  for (let number = 0; number < COUNT; number++) outcomes.push(await runInput(number, folder));
  expect(outcomes.flatMap(({ failure }, number) => (failure ? { number, failure } : []))).toEqual(
    [],
  );

  // Each target is reached, and comes to good as well as to bad ends.
  const ends = new Set(outcomes.map(({ target, ended }) => `${target}: ${ended}`));
  for (const end of [
    'bun graph: found',
    'bun graph: none',
    'executable head: none',
    'executable head: linux-x64-musl',
    'gates: absent absent',
    'gates: unknown unknown',
    'gates: flip absent',
    'gates: env absent',
    'program: error invalid-bundle',
    'program: js',
    'program: native',
    'signer: error invalid-bundle',
    'signer: signed',
    'skeleton: lost',
    'skeleton: split as parsed',
  ]) {
    expect(ends).toContain(end);
  }
});

test('an input is reproducible', async () => {
  for (let number = 0; number < 16; number++) {
    expect(await runInput(number, folder)).toEqual(await runInput(number, folder));
  }
});
