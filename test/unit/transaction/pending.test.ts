import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { writeIntent, writeJournal } from '../../../src/transaction/journal.ts';
import {
  commandOf,
  commit,
  isPending,
  recover,
  refusePending,
  stagingOf,
  withStaging,
} from '../../../src/transaction/transaction.ts';
import { failure } from '../../support/failure.ts';
import { treeOf } from '../../support/folder.ts';
import { allSteps, interrupt, intent, newHome } from './fixture.ts';

let home: string;
let staging: string;
beforeEach(async () => {
  home = await newHome();
  staging = stagingOf(home);
});

/** Leaves the journal of a cc-mirror of another time. */
async function otherJournal(): Promise<void> {
  await mkdir(staging);
  await writeIntent(staging, intent);
  await writeFile(join(staging, 'commit.json'), '{"schemaVersion":2}');
}

describe('a home', () => {
  it('has nothing pending before a change, nor after one that was interrupted early', async () => {
    expect(isPending(home)).toBe(false);
    await mkdir(staging);
    await writeIntent(staging, intent);
    expect(isPending(home)).toBe(false);
    expect(() => refusePending(staging)).not.toThrow();
  });

  it('has with a journal, which refuses the next change', async () => {
    await interrupt(home, await allSteps(home), 1);
    expect(isPending(home)).toBe(true);
    expect(() => refusePending(staging)).toThrow(
      expect.objectContaining(failure('storage', /An earlier change could be neither/)),
    );
    const before = await treeOf(home);
    await expect(commit(staging, intent, await allSteps(home))).rejects.toMatchObject({
      code: 'storage',
    });
    expect(await treeOf(home)).toEqual(before);
  });

  it('has with a journal that cannot be read', async () => {
    await otherJournal();
    expect(isPending(home)).toBe(true);
    await rm(staging, { recursive: true });
    await mkdir(join(staging, 'commit.json'), { recursive: true });
    expect(isPending(home)).toBe(true);
  });
});

it('the journal of another cc-mirror says what it belongs to, and what to do', async () => {
  await otherJournal();
  await expect(recover(home)).rejects.toMatchObject({
    code: 'invalid-record',
    message: expect.stringMatching(/^What cc-mirror update one started .*not a journal/),
    hint: expect.stringMatching(/^It holds the changes of an interrupted command/),
  });
});

it('a failure to recover says how to go on', async () => {
  await mkdir(join(staging, 'commit.json'), { recursive: true });
  await expect(recover(home)).rejects.toMatchObject({
    code: 'storage',
    message: expect.stringMatching(/^What a command started .*commit\.json/),
    hint: expect.stringMatching(/^Fix the cause/),
  });
});

it('a journal is never written over another', async () => {
  await interrupt(home, await allSteps(home), 0);
  const path = join(staging, 'commit.json');
  const text = await readFile(path, 'utf8');
  await expect(writeJournal(staging, { ...intent, steps: [] })).rejects.toMatchObject({
    code: 'EEXIST',
  });
  expect(await readFile(path, 'utf8')).toBe(text);
});

it('a staging folder with steps that are left to do stays', async () => {
  await withStaging(home, intent, (folder) =>
    allSteps(home).then((steps) => writeJournal(folder, { ...intent, steps })),
  );
  expect(isPending(home)).toBe(true);
  expect(await recover(home)).toMatchObject({ outcome: 'finished' });
});

it.each([
  [{ command: 'update', name: '' }, 'cc-mirror update'],
  [intent, 'cc-mirror update one'],
])('%j is called %j', (of, called) => {
  expect(commandOf(of)).toBe(called);
});
