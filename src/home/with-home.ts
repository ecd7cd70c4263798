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

/** What a command gets to change the home with. */
export interface Change {
  intent: Intent;
  /** An empty folder on the home's file system, deleted at the end. */
  staging: string;
  store: Store;
  sources: Sources;
}

/**
 * Runs `act` with the lock of the home, so that no other cc-mirror changes what it reads. First
 * finishes or undoes what an interrupted run left. If `act` fails, removes the folders that were
 * created for it. Errors: `busy`, `storage`.
 */
export async function withHome<T>(
  around: Context,
  intent: Intent,
  act: (change: Change) => Promise<T>,
): Promise<T> {
  const { home, store: root } = around.layout;
  const kept = keptFor(around);
  refuseLinks([root, stagingOf(home)]);
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
        progress.note(`the staging folder could not be deleted: ${describeFailure(error).message}`);
      return withStaging(home, intent, use, left);
    });
  return withFolders([home, root], change, 0o700);
}

/**
 * Finishes or undoes what an interrupted run left, for commands that change nothing themselves. If
 * that is impossible, prints a note.
 */
export async function recoverHome(around: Context): Promise<void> {
  const pending = await pendingIn(around);
  if (pending === null) return;
  const then = pending.hint === undefined ? '' : ` ${pending.hint}`;
  around.progress.note(`${pending.message}${then}`);
}

/**
 * Finishes or undoes what an interrupted run left. Returns why that is impossible; null if it is
 * done, or if another cc-mirror is using the home and so owns what is there.
 */
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
    const message = `The remains of an interrupted command in ${home} cannot be removed: it is not writable.`;
    return { ...failure, message, hint: undefined };
  }
}

/**
 * Finishes or undoes what an interrupted run left or, if that is impossible, moves it to a folder of
 * the home that stays, so that commands can change the home again. Errors: `busy`, `storage`.
 */
export async function setPendingAside(around: Context): Promise<void> {
  const { home } = around.layout;
  refuseLinks([stagingOf(home)]);
  await withLock(home, around, async () => {
    try {
      const recovery = await recover(home);
      if (recovery) around.progress.note(told(recovery));
    } catch (error) {
      const kept = await setAside(home, new Date());
      around.progress.note(
        `${describeFailure(error).message} Moved to ${kept}, with all that it replaced; to try again, rename that to ${stagingOf(home)}`,
      );
    }
  });
}

/** Refuses links in the place of our folders, as we would write elsewhere. Error: `storage`. */
function refuseLinks(paths: readonly string[]): void {
  for (const path of paths) {
    if (!ifExists(() => lstat(path))?.isSymbolicLink()) continue;
    throw new CcMirrorError(
      'storage',
      `${path} is a link to ${readlink(path)}: cc-mirror does not write there.`,
      'Replace it by a folder; to keep variants and builds elsewhere, use --home DIR.',
    );
  }
}

/** Known hashes can be computed again, so this never fails. */
async function keepKnown(store: Store, { progress }: Context): Promise<void> {
  try {
    await store.save();
  } catch (error) {
    progress.note(`the hashes of the store could not be saved: ${describeFailure(error).message}`);
  }
}

/** Needs the lock. */
async function recoverNow({ layout, progress }: Context): Promise<void> {
  refuseLinks([layout.store, stagingOf(layout.home)]);
  const store = new Store(layout.store);
  await store.clearScratch();
  if (!exists(stagingOf(layout.home))) return;
  const noted = notedEntries(stagingOf(layout.home));
  const recovery = await recover(layout.home);
  await store.sweep();
  if (recovery) progress.note(told(recovery));
  const note = await forgetUnknown(noted, layout);
  if (note !== null) progress.note(note);
}

function told({ outcome, left, ...intent }: Recovery): string {
  const kept = left.length > 0 ? `; kept, as changed since: ${left.join(', ')}` : '';
  return `${commandOf(intent)} was interrupted; it has now been ${outcome}${kept}`;
}
