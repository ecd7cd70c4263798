import type * as timers from 'node:timers/promises';
import { mkdir, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, uptime } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { withLock } from '../../../src/transaction/lock.ts';
import { silentProgress } from '../../../src/ui/progress.ts';
import { temporaryFolder } from '../../support/folder.ts';

vi.mock('node:timers/promises', async (original) =>
  (await import('./at-once.ts')).atOnce(await original<typeof timers>()),
);

/** A process that runs as long as this test. */
const other = process.ppid;

let home = '';
let told: string[] = [];
beforeEach(async () => {
  home = temporaryFolder();
  told = [];
});
afterEach(() => vi.restoreAllMocks());

const taken = async (act: () => Promise<unknown> = () => Promise.resolve()): Promise<boolean> => {
  const progress = {
    ...silentProgress,
    step: (text: string) => told.push(text),
    note: (text: string) => told.push(text),
  };
  const signal = new AbortController().signal;
  try {
    await withLock(home, { signal, progress, patience: -1 }, act);
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'busy' });
    return false;
  }
};
const put = (name: string, text: string): Promise<void> => writeFile(join(home, name), text);
const held = `${other}@${hostname()}`;
const gone = `0@${hostname()}`;

describe('a lock', () => {
  it.each(['', 'half', `${other}x@${hostname()}`, `x${other}@${hostname()}`])(
    'that names no process, but %j, is taken over',
    async (text) => {
      await put('.lock', text);
      expect(await taken()).toBe(true);
    },
  );

  it('of another user’s process is not', async () => {
    await put('.lock', held);
    vi.spyOn(process, 'kill').mockImplementation(() => {
      throw Object.assign(new Error('not permitted'), { code: 'EPERM' });
    });
    expect(await taken()).toBe(false);
  });

  it('is not, while another process takes it over', async () => {
    await put('.lock', gone);
    await put('.lock-takeover', held);
    expect(await taken()).toBe(false);
    expect(await readFile(join(home, '.lock-takeover'), 'utf8')).toBe(held);
    await put('.lock-takeover', gone);
    expect(await taken()).toBe(false);
    // That attempt has removed what an ended process left.
    expect(await taken()).toBe(true);
    expect(await readdir(home)).toEqual([]);
  });

  it('that is free is taken without a word', async () => {
    expect(await taken()).toBe(true);
    expect(told).toEqual([]);
  });

  it('of another process is named while it is waited for', async () => {
    await put('.lock', held);
    expect(await taken()).toBe(false);
    await put('.lock', '7@elsewhere');
    expect(await taken()).toBe(false);
    expect(told).toEqual([
      `Waiting for another cc-mirror (process ${other})`,
      'Waiting for another cc-mirror (process 7 on elsewhere)',
    ]);
  });

  it('that cannot be removed does not undo the work, but is told', async () => {
    const path = join(home, '.lock');
    const work = async (): Promise<void> => {
      await rm(path);
      await mkdir(path);
    };
    expect(await taken(work)).toBe(true);
    expect(told).toEqual([expect.stringContaining('the lock could not be removed: ')]);
  });

  it('that the work has removed is not missed', async () => {
    expect(await taken(() => rm(join(home, '.lock')))).toBe(true);
    expect(told).toEqual([]);
  });
});

it('where the system does not tell a process’s start, the clock may be a minute off', async () => {
  const since = (seconds: number): string => `${held}\nup ${Math.floor(uptime()) + seconds} x\n`;
  await put('.lock', since(30));
  expect(await taken()).toBe(false);
  await put('.lock', since(90));
  expect(await taken()).toBe(true);
});

it('keeps drafts of processes that are taking the lock, and files of others', async () => {
  for (const name of ['.lock.new', '.lock-takeover.new', '.locked', 'x.lock.']) await put(name, '');
  await put('.lock.old', '');
  await put('.lock-takeover.old', '');
  for (const name of ['.lock.old', '.lock-takeover.old', '.locked', 'x.lock.']) {
    await utimes(join(home, name), 0, 0);
  }
  expect(await taken()).toBe(true);
  expect((await readdir(home)).sort()).toEqual(
    ['.lock-takeover.new', '.lock.new', '.locked', 'x.lock.'].sort(),
  );
});
