import { mkdtemp, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentProgress } from '../../../src/ui/progress.ts';
import { withLock } from '../../../src/transaction/lock.ts';

let home = '';
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'cc-mirror-lock-'));
});
afterEach(async () => {
  await rm(home, { recursive: true, force: true });
});

const options = { signal: new AbortController().signal, progress: silentProgress };

it('is held while the work is done, and leaves nothing', async () => {
  await withLock(home, options, async () => {
    expect(await readFile(join(home, '.lock'), 'utf8')).toBe(`${process.pid}@${hostname()}`);
    expect(await readdir(home)).toEqual(['.lock']);
  });
  expect(await readdir(home)).toEqual([]);
});

it('is given back by work that fails', async () => {
  await expect(withLock(home, options, () => Promise.reject(new Error('no')))).rejects.toThrow(
    'no',
  );
  expect(await readdir(home)).toEqual([]);
});

it('lets one in at a time', async () => {
  let inside = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    most = Math.max(most, ++inside);
    await delay(5);
    inside--;
  };
  await Promise.all(Array.from({ length: 6 }, () => withLock(home, options, work)));
  expect(most).toBe(1);
});

it('is taken over from a process that is gone', async () => {
  const gone = execa(process.execPath, ['-e', '']);
  const { pid } = gone;
  await gone;
  await writeFile(join(home, '.lock'), `${pid}@${hostname()}`);
  const workers = Array.from({ length: 4 }, () =>
    withLock(home, options, () => Promise.resolve(1)),
  );
  expect(await Promise.all(workers)).toEqual([1, 1, 1, 1]);
  expect(await readdir(home)).toEqual([]);
});

it('is refused when another keeps it', async () => {
  await writeFile(join(home, '.lock'), `${process.ppid}@${hostname()}`);
  const waiting = withLock(home, { ...options, patience: 0 }, () => Promise.resolve());
  await expect(waiting).rejects.toMatchObject({
    code: 'busy',
    message: expect.stringContaining(String(process.ppid)),
  });
});

it('is not waited for after an interruption', async () => {
  await writeFile(join(home, '.lock'), `${process.ppid}@${hostname()}`);
  const signal = AbortSignal.timeout(20);
  await expect(withLock(home, { ...options, signal }, () => Promise.resolve())).rejects.toThrow(
    'aborted',
  );
});

it('is taken over where the process of that id began after the lock was made', async () => {
  const path = join(home, '.lock');
  await writeFile(path, `${process.ppid}@${hostname()}`);
  await utimes(path, 0, 0);
  expect(await withLock(home, { ...options, patience: 0 }, () => Promise.resolve(1))).toBe(1);
});

it('is not taken from a process on another machine, which cannot be asked', async () => {
  await writeFile(join(home, '.lock'), '1@elsewhere');
  const waiting = withLock(home, { ...options, patience: 0 }, () => Promise.resolve());
  await expect(waiting).rejects.toMatchObject({ message: expect.stringContaining('elsewhere') });
});

it('clears what processes that are gone wanted to make a lock of', async () => {
  const path = join(home, '.lock.half-made');
  await writeFile(path, '');
  await utimes(path, 0, 0);
  await withLock(home, options, () => Promise.resolve());
  expect(await readdir(home)).toEqual([]);
});
