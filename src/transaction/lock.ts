import { randomUUID } from 'node:crypto';
import { link, rm, writeFile } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { hostname, uptime } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { bootName } from '../disk/boot.ts';
import { lstat, readIfExists, readdir } from '../disk/sync-read.ts';
import { located } from '../disk/error-path.ts';
import { ifExists } from '../disk/if-exists.ts';
import { isHeld } from '../disk/rename.ts';
import { CcMirrorError, describeFailure, systemCode } from '../errors.ts';
import type { Progress } from '../ui/progress.ts';

export interface LockOptions {
  signal: AbortSignal;
  progress: Progress;
  /** How long to wait for another cc-mirror, in milliseconds; two minutes by default. */
  patience?: number;
}

/** The name of the lock file in a home. */
export const lockName = '.lock';
/** Held briefly by a process that removes an abandoned lock. */
const takeoverName = '.lock-takeover';

/**
 * Runs `act` while only this process may change the home: `<home>/.lock` names the process, its
 * machine and its start. A lock whose process has ended is taken over. Errors: `busy` if another
 * cc-mirror keeps the lock; `storage` if something else is in its place.
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

/** A failure is only noted, as the work is done: once this process ends, the lock is taken over. */
async function release(path: string, progress: Progress): Promise<void> {
  try {
    await rm(path, { force: true });
  } catch (error) {
    progress.note(`the lock could not be removed: ${describeFailure(error).message}`);
  }
}

/** Tries to take the lock. Null on success, else a description of its holder. */
async function take(home: string): Promise<string | null> {
  const path = join(home, lockName);
  if (await claim(path)) return null;
  const holder = holderOf(path);
  if (holder === null) return 'another process';
  if (mayBeAlive(holder)) return labelOf(holder);
  await removeAbandoned(home);
  return (await claim(path)) ? null : 'another process';
}

/** Creates the lock by linking a complete file, so that lock and content appear in one step. */
async function claim(path: string): Promise<boolean> {
  const ours = `${path}.${randomUUID()}`;
  const text = `${process.pid}@${hostname()}\n${ownBirth()}\n`;
  try {
    await located(path, () => writeFile(ours, text, { flag: 'wx', mode: 0o644 }));
    return await linked(ours, path);
  } finally {
    // Leftovers are removed later; a failure here must not stop the holder of the lock.
    await rm(ours, { force: true }).catch(() => undefined);
  }
}

async function linked(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    // On Windows a lock that is being removed is held. The draft is missing if the lock's holder saw
    // it as a leftover, as it does after the clock was changed.
    if (['EEXIST', 'ENOENT'].includes(systemCode(error) ?? '') || isHeld(error)) return false;
    throw error;
  }
}

/** One process at a time removes an abandoned lock, after checking again that it is. */
async function removeAbandoned(home: string): Promise<void> {
  const path = join(home, lockName);
  const takeover = join(home, takeoverName);
  if (!(await claim(takeover))) {
    const other = holderOf(takeover);
    if (other !== null && !mayBeAlive(other)) await rm(takeover, { force: true });
    return;
  }
  try {
    const holder = holderOf(path);
    if (holder !== null && !mayBeAlive(holder)) await rm(path, { force: true });
  } finally {
    await rm(takeover, { force: true });
  }
}

/** Removes the drafts of processes that were killed while they took the lock. */
async function removeLeftovers(home: string): Promise<void> {
  for (const name of readdir(home)) {
    if (!name.startsWith(`${lockName}.`) && !name.startsWith(`${takeoverName}.`)) continue;
    const draft = ifExists(() => lstat(join(home, name)));
    // Taking the lock takes a moment; a minute later the draft is a leftover.
    if (draft?.isFile() && draft.mtimeMs < Date.now() - slack) {
      await rm(join(home, name), { force: true });
    }
  }
}

interface Holder {
  /** 0 if the file names none. */
  pid: number;
  host: string;
  /** See `birthOf`; empty if the file does not tell. */
  birth: string;
}

function holderOf(path: string): Holder | null {
  const found = ifExists(() => lstat(path));
  if (found === null) return null;
  if (!found.isFile()) throw noLock(path, found);
  const text = readIfExists(path);
  if (text === null) return null;
  const [name = '', birth = ''] = text.split('\n');
  const [pid = '', host = ''] = name.split('@');
  return { pid: /^\d+$/.test(pid) ? Number(pid) : 0, host, birth };
}

/**
 * Whether the process that holds a lock may still be running. Nothing is known of a process on
 * another machine or in another container. Process ids are reused: soon in a container, and anywhere
 * after a restart.
 */
function mayBeAlive({ pid, host, birth }: Holder): boolean {
  if (pid === 0) return false;
  if (host !== hostname()) return true;
  if (pid === process.pid) return birth === ownBirth();
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it exists and belongs to another user.
    if (systemCode(error) !== 'EPERM') return false;
  }
  const up = /^up (\d+)/.exec(birth)?.[1];
  if (up !== undefined) return uptime() + slack / 1000 >= Number(up);
  const now = birthOf(pid);
  return now === null || birth === '' || now === birth;
}

/**
 * What tells a process from others with the same id, whatever the clock is set to: the boot of its
 * system and its start in ticks since then. Null if the system does not tell.
 * Source: proc_pid_stat(5). The name, in parentheses, may contain anything; starttime is field 22.
 */
function birthOf(pid: number | 'self'): string | null {
  const boot = bootName();
  const text = readIfExists(`/proc/${pid}/stat`);
  const ticks = text?.slice(text.lastIndexOf(')') + 2).split(' ')[19];
  return boot === null || ticks === undefined ? null : `${boot} ${ticks}`;
}

/** This process's birth, or else the system's uptime in seconds and a unique name. */
function ownBirth(): string {
  born ??= birthOf('self') ?? `up ${Math.floor(uptime())} ${randomUUID()}`;
  return born;
}
let born: string | undefined;

/** A minute, in milliseconds. */
const slack = 60_000;

function labelOf({ pid, host }: Holder): string {
  return host === hostname() ? `process ${pid}` : `process ${pid} on ${host}`;
}

/** A link may lead anywhere and a pipe never ends: neither is read or waited for. */
function noLock(path: string, there: Stats): CcMirrorError {
  const kind = there.isSymbolicLink()
    ? 'a link'
    : there.isDirectory()
      ? 'a folder'
      : 'a pipe or a device';
  return new CcMirrorError(
    'storage',
    `${path} is ${kind}; cc-mirror's lock is a regular file.`,
    'Move it away, then run the command again.',
  );
}

function busy(path: string, holder: string): CcMirrorError {
  return new CcMirrorError(
    'busy',
    `Another cc-mirror (${holder}) is using this home.`,
    `Run the command again when it is done. If no other is running, remove ${path}.`,
  );
}
