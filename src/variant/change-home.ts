import { join } from 'node:path';
import { lstat, readlink } from '../disk/look.ts';
import { Store } from '../bundle/store.ts';
import { ifThere } from '../disk/if-there.ts';
import { isThere } from '../disk/paths.ts';
import { CcMirrorError, describeFailure, systemCode } from '../errors.ts';
import type { Intent } from '../transaction/journal.ts';
import { lockName, withLock } from '../transaction/lock.ts';
import { type Recovery, recover, stagingOf, withStaging } from '../transaction/transaction.ts';
import { withFolders } from './folders.ts';
import { Sources } from './sources.ts';
import { type Surroundings, searchFor } from './surroundings.ts';

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
export async function changeHome<T>(
  around: Surroundings,
  intent: Intent,
  act: (change: Change) => Promise<T>,
): Promise<T> {
  const { home, store: root } = around.layout;
  await refuseLinks([root, stagingOf(home)]);
  return withFolders([home, root], () =>
    withLock(home, around, async () => {
      await recoverNow(around);
      const { signal, progress } = around;
      const store = new Store(root, (text) => progress.note(text));
      const sources = new Sources({ store, search: searchFor(around), signal, progress });
      const use = async (staging: string): Promise<T> => {
        try {
          const result = await act({ intent, staging, store, sources });
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
    }),
  );
}

/**
 * Finishes or undoes what a run that was cut off has left, for commands that change nothing
 * themselves; where another cc-mirror is at work, what is there is that one's.
 */
export async function recoverHome(around: Surroundings): Promise<void> {
  const { home, store } = around.layout;
  const leftOver =
    (await isThere(stagingOf(home))) ||
    (await isThere(join(home, lockName))) ||
    (await new Store(store).hasScratch());
  if (!leftOver) return;
  try {
    await withLock(home, { ...around, patience: 0 }, () => recoverNow(around));
  } catch (error) {
    if (error instanceof CcMirrorError && error.code === 'busy') return;
    if (!['EROFS', 'EACCES', 'EPERM'].includes(systemCode(error) ?? '')) throw error;
    around.progress.note(
      `what a command that was cut off has left in ${home} cannot be cleared: it is not writable`,
    );
  }
}

/** A folder of ours that is a link would have us write elsewhere. Error: `storage`. */
async function refuseLinks(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const there = await ifThere(() => lstat(path));
    if (!there?.isSymbolicLink()) continue;
    throw new CcMirrorError(
      'storage',
      `${path} is a link to ${await readlink(path)}: cc-mirror does not write there.`,
      'Put a folder in its place; to keep variants and builds elsewhere, use --home DIR.',
    );
  }
}

/** What was worked out can be worked out again, so that it cannot be kept is no failure. */
async function keepKnown(store: Store, { progress }: Surroundings): Promise<void> {
  try {
    await store.save();
  } catch (error) {
    progress.note(`the hashes of the store could not be kept: ${describeFailure(error).message}`);
  }
}

/** To be called with the lock. */
async function recoverNow({ layout, progress }: Surroundings): Promise<void> {
  await refuseLinks([layout.store, stagingOf(layout.home)]);
  const store = new Store(layout.store);
  await store.clearScratch();
  if (!(await isThere(stagingOf(layout.home)))) return;
  const recovery = await recover(layout.home);
  await store.sweep();
  if (recovery) progress.note(told(recovery));
}

function told({ command, name, outcome, left }: Recovery): string {
  const what = command === undefined ? 'a command' : `cc-mirror ${command} ${name ?? ''}`.trim();
  const kept = left.length > 0 ? `; changed since, so left as it is: ${left.join(', ')}` : '';
  return `${what} had been cut off: what it had begun was ${outcome}${kept}`;
}
