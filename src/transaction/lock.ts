import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, uptime } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { lstat, readIfExists, readdir } from '../disk/sync-read.ts';
import { located } from '../disk/error-path.ts';
import { ifExists } from '../disk/if-exists.ts';
import { isHeld } from '../disk/rename.ts';
import { CcMirrorError, describeFailure, systemCode } from '../errors.ts';
import type { Progress } from '../ui/progress.ts';

export interface LockOptions {
  signal: AbortSignal;
  progress: Progress;
  /** How long to wait for another cc-mirror, in milliseconds; two minutes if left out. */
  patience?: number;
}

/** The lock's file in a home. */
export const lockName = '.lock';
/** Held for a moment by who takes an abandoned lock away. */
const takeoverName = '.lock-takeover';

/**
 * Runs `act` while this process alone may change the home: `<home>/.lock` names it, its machine and
 * its birth. A lock whose process is gone is taken over. Errors: `busy` when another cc-mirror keeps
 * it; `storage` where something that is no lock is in its place.
 */
export async function withLock<T>(
  home: string,
  { signal, progress, patience = 120_000 }: LockOptions,
  act: () => Promise<T>,
): Promise<T> {
  const path = join(home, lockName);
  const until = Date.now() + patience;
  let holder = await take(home);
  if (holder !== null) progress.step(`Waiting for another cc-mirror (${holder})`);
  while (holder !== null) {
    if (Date.now() > until) throw busy(path, holder);
    await delay(50, undefined, { signal });
    holder = await take(home);
  }
  try {
    await removeLeftovers(home);
    return await act();
  } finally {
    await release(path, progress);
  }
}

/** What was done is done: a lock that stays is that of a process that is gone, and taken over. */
async function release(path: string, progress: Progress): Promise<void> {
  try {
    await rm(path, { force: true });
  } catch (error) {
    progress.note(`the lock could not be removed: ${describeFailure(error).message}`);
  }
}

/** Takes the lock; null if it is ours now, else who has it, for people. */
async function take(home: string): Promise<string | null> {
  const path = join(home, lockName);
  if (await claim(path)) return null;
  const holder = await holderOf(path);
  if (holder === null) return 'another process';
  if (await mayBeAlive(holder)) return toldOf(holder);
  await removeAbandoned(home);
  return (await claim(path)) ? null : 'another process';
}

/** Linking a file that is complete makes the lock and its content appear at once. */
async function claim(path: string): Promise<boolean> {
  const ours = `${path}.${randomUUID()}`;
  const text = `${process.pid}@${hostname()}\n${await ownBirth()}\n`;
  try {
    await located(path, () => writeFile(ours, text, { flag: 'wx', mode: 0o644 }));
    return await linked(ours, path);
  } finally {
    // One that cannot be removed is cleared later; whoever holds the lock by now has to go on.
    await rm(ours, { force: true }).catch(() => undefined);
  }
}

async function linked(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    // Windows refuses in other words where a lock is just being removed. The draft may be gone by
    // now: to who has the lock and looks at a clock that was set, it was left over.
    if (['EEXIST', 'ENOENT'].includes(systemCode(error) ?? '') || isHeld(error)) return false;
    throw error;
  }
}

/** One process at a time takes an abandoned lock away, and looks again before it does. */
async function removeAbandoned(home: string): Promise<void> {
  const path = join(home, lockName);
  const takeover = join(home, takeoverName);
  if (!(await claim(takeover))) {
    const other = await holderOf(takeover);
    if (other !== null && !(await mayBeAlive(other))) await rm(takeover, { force: true });
    return;
  }
  try {
    const holder = await holderOf(path);
    if (holder !== null && !(await mayBeAlive(holder))) await rm(path, { force: true });
  } finally {
    await rm(takeover, { force: true });
  }
}

/** Files from which a lock was to be made, by processes that were ended in that moment. */
async function removeLeftovers(home: string): Promise<void> {
  for (const name of readdir(home)) {
    if (!name.startsWith(`${lockName}.`) && !name.startsWith(`${takeoverName}.`)) continue;
    const made = ifExists(() => lstat(join(home, name)));
    // It takes its maker a moment; a minute later there is none.
    if (made?.isFile() && made.mtimeMs < Date.now() - slack)
      await rm(join(home, name), { force: true });
  }
}

interface Holder {
  /** 0, which is none, where the file names none. */
  pid: number;
  host: string;
  /** Its birth; empty where the file does not tell. */
  birth: string;
}

async function holderOf(path: string): Promise<Holder | null> {
  return ifExists(async () => {
    const there = lstat(path);
    if (!there.isFile()) throw noLock(path, there);
    const text = await located(path, () => readFile(path, 'utf8'));
    const [name = '', birth = ''] = text.split('\n');
    const [pid = '', host = ''] = name.split('@');
    return { pid: /^\d+$/.test(pid) ? Number(pid) : 0, host, birth };
  });
}

/**
 * Whether the process that made a lock may still be at work. Of one on another machine, or in
 * another container, nothing can be known. Process ids are given again: soon in a container, and
 * anywhere after a restart.
 */
async function mayBeAlive({ pid, host, birth }: Holder): Promise<boolean> {
  if (pid === 0) return false;
  if (host !== hostname()) return true;
  if (pid === process.pid) return birth === (await ownBirth());
  try {
    process.kill(pid, 0);
  } catch (error) {
    // One of another user is there, and may not be asked.
    if (systemCode(error) !== 'EPERM') return false;
  }
  const up = /^up (\d+)/.exec(birth)?.[1];
  if (up !== undefined) return uptime() + slack / 1000 >= Number(up);
  const now = await birthOf(pid);
  return now === null || birth === '' || now === birth;
}

/**
 * What tells a process from all others that have its id at another time, whatever the clock is set
 * to: the start of the system that it runs on, and its own, in ticks since then. Null where the system
 * does not tell. proc_pid_stat(5): the name, in brackets, may hold anything; starttime is the 22nd field.
 */
async function birthOf(pid: number | 'self'): Promise<string | null> {
  if (process.platform !== 'linux') return null;
  const boot = readIfExists('/proc/sys/kernel/random/boot_id');
  const text = readIfExists(`/proc/${pid}/stat`);
  const ticks = text?.slice(text.lastIndexOf(')') + 2).split(' ')[19];
  return boot === null || ticks === undefined ? null : `${boot.trim()} ${ticks}`;
}

/** This process' birth, or how long the system was up by then, in seconds, and a name of its own. */
function ownBirth(): Promise<string> {
  born ??= birthOf('self').then((birth) => birth ?? `up ${Math.floor(uptime())} ${randomUUID()}`);
  return born;
}
let born: Promise<string> | undefined;

/** A minute, in milliseconds. */
const slack = 60_000;

function toldOf({ pid, host }: Holder): string {
  return host === hostname() ? `process ${pid}` : `process ${pid} on ${host}`;
}

/** A link may lead anywhere, a pipe never ends: neither is what a cc-mirror puts there, or waits for. */
function noLock(path: string, there: Stats): CcMirrorError {
  const kind = there.isSymbolicLink() ? 'a link' : there.isDirectory() ? 'a folder' : 'no file';
  return new CcMirrorError(
    'storage',
    `${path} is ${kind}, and no cc-mirror made it: a file is put there while one is at work.`,
    'Move it away, then run the command again.',
  );
}

function busy(path: string, holder: string): CcMirrorError {
  return new CcMirrorError(
    'busy',
    `Another cc-mirror (${holder}) is at work in this home.`,
    `Run the command again when it is done. If there is none, remove ${path}.`,
  );
}
