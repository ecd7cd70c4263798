import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CcMirrorError, systemCode } from '../errors.ts';
import type { Progress } from '../ui/progress.ts';

export interface LockOptions {
  signal: AbortSignal;
  progress: Progress;
  /** How long to wait for another cc-mirror, in milliseconds. */
  patience?: number;
}

/**
 * Runs `act` while this process alone may change the home: `<home>/.lock` holds its process id. A
 * lock whose process is gone is taken over. Error: `busy` when another cc-mirror keeps it.
 */
export async function withLock<T>(
  home: string,
  { signal, progress, patience = 30_000 }: LockOptions,
  act: () => Promise<T>,
): Promise<T> {
  const path = join(home, '.lock');
  const until = Date.now() + patience;
  let holder = await take(path);
  if (holder !== null) progress.step(`Waiting for another cc-mirror (process ${holder})`);
  while (holder !== null) {
    if (Date.now() > until) throw busy(path, holder);
    await delay(100, undefined, { signal });
    holder = await take(path);
  }
  try {
    return await act();
  } finally {
    await rm(path, { force: true });
  }
}

/** Takes the lock; null if it is ours now, else the id of the process that has it. */
async function take(path: string): Promise<number | null> {
  // Linking a file that is complete makes the lock and its content appear at once.
  const ours = `${path}.${randomUUID()}`;
  await writeFile(ours, String(process.pid), { flag: 'wx' });
  try {
    while (!(await linked(ours, path))) {
      const holder = await holderOf(path);
      if (holder === null) continue;
      if (isAlive(holder)) return holder;
      await removeAbandoned(path, holder);
    }
    return null;
  } finally {
    await rm(ours, { force: true });
  }
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Takes an abandoned lock away; the next try decides who has it. Another process may have done so
 * and hold a lock of its own by now: then that is put back.
 */
async function removeAbandoned(path: string, holder: number): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
    if ((await holderOf(aside)) !== holder) await linked(aside, path);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

/** The process that a lock names; 0, which is none, for a file that names none. */
async function holderOf(path: string): Promise<number | null> {
  try {
    const id = Number(await readFile(path, 'utf8'));
    return Number.isInteger(id) && id > 0 ? id : 0;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Signal 0 asks whether a process is there; one of another user is, and may not be asked. */
function isAlive(id: number): boolean {
  try {
    return id !== 0 && process.kill(id, 0);
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}

function busy(path: string, holder: number): CcMirrorError {
  return new CcMirrorError(
    'busy',
    `Another cc-mirror (process ${holder}) is at work in this home.`,
    `Run the command again when it is done. If there is none, remove ${path}.`,
  );
}
