import { join } from 'node:path';
import { lstat, readlink, exists } from '../disk/sync-read.ts';
import { Store } from '../bundle/store/store.ts';
import { ifExists } from '../disk/if-exists.ts';
import { CcMirrorError, type Failure, describeFailure, systemCode } from '../errors.ts';
import type { Intent } from '../transaction/journal.ts';
import { lockName, withLock } from '../transaction/lock.ts';
import {
  type Recovery,
  commandOf,
  recover,
  setAside,
  stagingOf,
  withStaging,
} from '../transaction/transaction.ts';
import { withFolders } from './with-folders.ts';
import { forgetUnknown, notedEntries } from '../variant/keyring-entries.ts';
import { Sources } from './sources.ts';
import { type Context, searchFor } from './context.ts';
import { keptFor, removeUnused, renewUses } from './unused-builds.ts';

/** What a command that changes the home has of it. */
export interface Change {
  intent: Intent;
  /** An empty folder on the home's file system, which goes at the end. */
  staging: string;
  store: Store;
  sources: Sources;
}

/**
 * Runs `act` while no other cc-mirror changes the home; what it reads stays true until it is done.
 * What a run that was cut off has left is finished or undone first. Folders that are made for it go
 * again if it fails. Errors: `busy`, `storage`.
 */
export async function withHome<T>(
  around: Context,
  intent: Intent,
  act: (change: Change) => Promise<T>,
): Promise<T> {
  const { home, store: root } = around.layout;
  const kept = keptFor(around);
  await refuseLinks([root, stagingOf(home)]);
  const change = (): Promise<T> =>
    withLock(home, around, async () => {
      await recoverNow(around);
      const { signal, progress } = around;
      const store = new Store(root, (text) => progress.note(text));
      await renewUses(store, around.layout);
      const sources = new Sources({ store, search: searchFor(around), signal, progress });
      const use = async (staging: string): Promise<T> => {
        try {
          const result = await act({ intent, staging, store, sources });
          await removeUnused(store, around, kept);
          await keepKnown(store, around);
          return result;
        } catch (error) {
          await store.discardAdded();
          throw error;
        }
      };
      const left = (error: unknown): void =>
        progress.note(`what was staged is still there: ${describeFailure(error).message}`);
      return withStaging(home, intent, use, left);
    });
  return withFolders([home, root], change, 0o700);
}

/**
 * Finishes or undoes what a run that was cut off has left, for commands that change nothing
 * themselves; where another cc-mirror is at work, what is there is that one's. Where it cannot be
 * done, that is said, and they go on.
 */
export async function recoverHome(around: Context): Promise<void> {
  const pending = await pendingIn(around);
  if (pending === null) return;
  const then = pending.hint === undefined ? '' : ` ${pending.hint}`;
  around.progress.note(`${pending.message}${then}`);
}

/** Why what a run that was cut off has left can be neither finished nor undone; null where it is, by now. */
export async function pendingIn(around: Context): Promise<Failure | null> {
  const { home, store } = around.layout;
  const leftOver =
    exists(stagingOf(home)) || exists(join(home, lockName)) || new Store(store).hasScratch();
  if (!leftOver) return null;
  try {
    await withLock(home, { ...around, patience: 0 }, () => recoverNow(around));
    return null;
  } catch (error) {
    const failure = describeFailure(error);
    if (failure.code === 'busy') return null;
    if (failure.code === 'bug' || failure.code === 'interrupted') throw error;
    if (!['EROFS', 'EACCES', 'EPERM'].includes(systemCode(error) ?? '')) return failure;
    const message = `What a command that was cut off has left in ${home} cannot be cleared: it is not writable.`;
    return { ...failure, message, hint: undefined };
  }
}

/**
 * Puts what can be neither finished nor undone aside, into a folder of the home that stays, so that
 * commands can change it again; where it can be ended by now, that is done. Errors: `busy`, `storage`.
 */
export async function setPendingAside(around: Context): Promise<void> {
  const { home } = around.layout;
  await refuseLinks([stagingOf(home)]);
  await withLock(home, around, async () => {
    try {
      const recovery = await recover(home);
      if (recovery) around.progress.note(told(recovery));
    } catch (error) {
      const kept = await setAside(home, new Date());
      around.progress.note(
        `${describeFailure(error).message} It is in ${kept} now, with all that it replaced; renamed to ${stagingOf(home)} it is tried again`,
      );
    }
  });
}

/** A folder of ours that is a link would have us write elsewhere. Error: `storage`. */
async function refuseLinks(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const there = ifExists(() => lstat(path));
    if (!there?.isSymbolicLink()) continue;
    throw new CcMirrorError(
      'storage',
      `${path} is a link to ${readlink(path)}: cc-mirror does not write there.`,
      'Put a folder in its place; to keep variants and builds elsewhere, use --home DIR.',
    );
  }
}

/** What was worked out can be worked out again, so that it cannot be kept is no failure. */
async function keepKnown(store: Store, { progress }: Context): Promise<void> {
  try {
    await store.save();
  } catch (error) {
    progress.note(`the hashes of the store could not be kept: ${describeFailure(error).message}`);
  }
}

/** To be called with the lock. */
async function recoverNow({ layout, progress }: Context): Promise<void> {
  await refuseLinks([layout.store, stagingOf(layout.home)]);
  const store = new Store(layout.store);
  await store.clearScratch();
  if (!exists(stagingOf(layout.home))) return;
  const noted = await notedEntries(stagingOf(layout.home));
  const recovery = await recover(layout.home);
  await store.sweep();
  if (recovery) progress.note(told(recovery));
  const stays = await forgetUnknown(noted, layout);
  if (stays !== null) progress.note(stays);
}

function told({ outcome, left, ...intent }: Recovery): string {
  const kept = left.length > 0 ? `; changed since, so left as it is: ${left.join(', ')}` : '';
  return `${commandOf(intent)} was interrupted; it has now been ${outcome}${kept}`;
}
