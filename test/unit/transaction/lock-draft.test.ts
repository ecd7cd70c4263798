import type * as files from 'node:fs/promises';
import { readdir } from 'node:fs/promises';
import type * as timers from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { withLock } from '../../../src/transaction/lock.ts';
import { silentProgress } from '../../../src/ui/progress.ts';
import { temporaryFolder } from '../../support/folder.ts';

vi.mock('node:timers/promises', async (original) =>
  (await import('./at-once.ts')).atOnce(await original<typeof timers>()),
);

let drafts = 0;
vi.mock('node:fs/promises', async (original) => {
  const actual = await original<typeof files>();
  const link: typeof files.link = async (from, to) => {
    if (drafts++ === 0) await actual.rm(String(from));
    return actual.link(from, to);
  };
  return { ...actual, link };
});

it('is taken with a new draft if another process has removed the first', async () => {
  const home = temporaryFolder();
  const options = { signal: new AbortController().signal, progress: silentProgress };
  expect(await withLock(home, options, () => readdir(home))).toEqual(['.lock']);
  expect(drafts).toBe(2);
});
