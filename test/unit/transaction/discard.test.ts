import { lstat, readdir } from 'node:fs/promises';
import { beforeEach, expect, it, vi } from 'vitest';
import type * as renaming from '../../../src/disk/rename.ts';
import { recover, stagingOf, withStaging } from '../../../src/transaction/transaction.ts';
import { intent, newHome } from './fixture.ts';

/** What removing a folder fails with, if it does. */
let problem: Error | null = null;
vi.mock('../../../src/disk/rename.ts', async (original) => {
  const actual = await original<typeof renaming>();
  const removePath: typeof renaming.removePath = (path) =>
    problem === null ? actual.removePath(path) : Promise.reject(problem);
  return { ...actual, removePath, isHeld: (error: unknown) => error === held };
});
const held = new Error('held');
const full = new Error('full');

let home = '';
beforeEach(async () => {
  home = await newHome();
  problem = null;
});
const run = (...left: ((error: unknown) => void)[]): Promise<string> =>
  withStaging(home, intent, () => Promise.resolve('done'), ...left);

it('a staging folder that cannot be removed is an error', async () => {
  problem = full;
  await expect(run()).rejects.toBe(full);
});

it('a staging folder that cannot be removed is told to who asks for it, and removed later', async () => {
  const left = vi.fn();
  problem = full;
  expect(await run(left)).toBe('done');
  expect(left).toHaveBeenCalledExactlyOnceWith(full);
  // What is left names no command, which would be reported as interrupted.
  expect(await readdir(stagingOf(home))).toEqual([]);
  problem = null;
  expect(await recover(home)).toBeNull();
  await expect(lstat(stagingOf(home))).rejects.toMatchObject({ code: 'ENOENT' });
});

it('a staging folder with files in use stays for the next run, without a word', async () => {
  problem = held;
  expect(await run()).toBe('done');
  expect(await readdir(stagingOf(home))).toEqual([]);
});
