import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { hostname, tmpdir, uptime } from 'node:os';
import { join } from 'node:path';
import type * as timers from 'node:timers/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { silentProgress } from '../../../src/ui/progress.ts';
import { withLock } from '../../../src/transaction/lock.ts';

vi.mock('node:timers/promises', async (original) =>
  (await import('./at-once.ts')).atOnce(await original<typeof timers>()),
);

let home = '';
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'cc-mirror-lock-'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(home, { recursive: true, force: true });
});

/** The start of a process in ticks: see proc_pid_stat(5). */
function ticksOf(pid: number): string {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function bornAt(ticks: string | number): string {
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${ticks}`;
}

function lockOf(pid: number): string {
  return `${pid}@${hostname()}\n${bornAt(ticksOf(pid))}\n`;
}

const options = { signal: new AbortController().signal, progress: silentProgress };

it('is held during the work and leaves nothing', async () => {
  await withLock(home, options, async () => {
    expect(await readFile(join(home, '.lock'), 'utf8')).toBe(lockOf(process.pid));
    expect(await readdir(home)).toEqual(['.lock']);
  });
  expect(await readdir(home)).toEqual([]);
});

it('is released if the work fails', async () => {
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
    await turn();
    inside--;
  };
  await Promise.all(Array.from({ length: 6 }, () => withLock(home, options, work)));
  expect(most).toBe(1);
});

it('is taken over from a process that has ended', async () => {
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

it('is refused while another process keeps it', async () => {
  await writeFile(join(home, '.lock'), `${process.ppid}@${hostname()}`);
  const waiting = withLock(home, { ...options, patience: 0 }, () => Promise.resolve());
  await expect(waiting).rejects.toMatchObject({
    code: 'busy',
    message: expect.stringContaining(String(process.ppid)),
  });
});

it('waiting for it ends with an interruption', async () => {
  await writeFile(join(home, '.lock'), `${process.ppid}@${hostname()}`);
  const given = new AbortController();
  const steps: string[] = [];
  const progress = {
    ...silentProgress,
    step: (text: string) => {
      steps.push(text);
      given.abort();
    },
  };
  const waiting = withLock(home, { signal: given.signal, progress }, () => Promise.resolve());
  await expect(waiting).rejects.toThrow('aborted');
  expect(steps).toEqual([`Waiting for another cc-mirror (process ${process.ppid})`]);
});

it.each([
  ['this one', process.pid],
  ['a running one', process.ppid],
])('is taken over from an earlier process with the id of %s', async (_, pid) => {
  for (const birth of [bornAt(1), `${randomUUID()} ${ticksOf(pid)}`]) {
    await writeFile(join(home, '.lock'), `${pid}@${hostname()}\n${birth}\n`);
    expect(await withLock(home, { ...options, patience: 0 }, () => Promise.resolve(1))).toBe(1);
  }
});

it('is taken over if only id and machine are those of this process', async () => {
  await writeFile(join(home, '.lock'), `${process.pid}@${hostname()}`);
  expect(await withLock(home, { ...options, patience: 0 }, () => Promise.resolve(1))).toBe(1);
});

it.each([-1e10, 1e10])(
  'is not taken from a running process after the clock was changed by %i ms',
  async (by) => {
    const path = join(home, '.lock');
    await writeFile(path, lockOf(process.ppid));
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + by);
    for (const made of [0, new Date(), new Date(Date.now() + 1e10)]) {
      await utimes(path, made, made);
      const waiting = withLock(home, { ...options, patience: -1 }, () => Promise.resolve());
      await expect(waiting).rejects.toMatchObject({ code: 'busy' });
    }
  },
);

describe('where the system does not tell the start of a process', () => {
  const attempt = async (birth: string): Promise<number> => {
    await writeFile(join(home, '.lock'), `${process.ppid}@${hostname()}\n${birth}\n`);
    return withLock(home, { ...options, patience: -1 }, () => Promise.resolve(1));
  };

  it('a lock from before the last boot is taken over', async () => {
    expect(await attempt(`up ${Math.floor(uptime()) + 3600} x`)).toBe(1);
  });

  it('any other lock is not', async () => {
    await expect(attempt(`up ${Math.floor(uptime())} x`)).rejects.toMatchObject({ code: 'busy' });
    await expect(attempt('')).rejects.toMatchObject({ code: 'busy' });
  });
});

it('is not taken from a process on another machine', async () => {
  await writeFile(join(home, '.lock'), '1@elsewhere');
  const waiting = withLock(home, { ...options, patience: 0 }, () => Promise.resolve());
  await expect(waiting).rejects.toMatchObject({ message: expect.stringContaining('elsewhere') });
});

it.each(['.lock', '.lock-takeover'])('is not waited for where no lock is: %s', async (name) => {
  const path = join(home, name);
  const kinds: [what: string, make: () => Promise<unknown>][] = [
    ['a link', () => symlink(join(home, 'nowhere'), path)],
    ['a link', () => symlink('/dev/null', path)],
    ['a folder', () => mkdir(path)],
    ['a pipe or a device', () => execa('mkfifo', [path])],
  ];
  for (const [what, make] of kinds) {
    if (name !== '.lock') await writeFile(join(home, '.lock'), `0@${hostname()}`);
    await make();
    await expect(withLock(home, options, () => Promise.resolve())).rejects.toMatchObject({
      code: 'storage',
      message: expect.stringContaining(`${path} is ${what}; cc-mirror's lock is a regular file`),
    });
    expect((await readdir(home)).filter((one) => one !== '.lock')).toEqual(
      name === '.lock' ? [] : [name],
    );
    await rm(path, { recursive: true });
  }
});

it('leaves alone what it did not leave over', async () => {
  const path = join(home, '.lock.d');
  await mkdir(path);
  await utimes(path, 0, 0);
  await symlink('nowhere', join(home, '.lock.l'));
  await withLock(home, options, () => Promise.resolve());
  expect((await readdir(home)).sort()).toEqual(['.lock.d', '.lock.l']);
});

it('removes drafts of processes that have ended', async () => {
  const path = join(home, '.lock.half-made');
  await writeFile(path, '');
  await utimes(path, 0, 0);
  await withLock(home, options, () => Promise.resolve());
  expect(await readdir(home)).toEqual([]);
});
