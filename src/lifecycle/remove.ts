import { dirname, join } from 'node:path';
import { readdir } from '../disk/sync-read.ts';
import { removePath } from '../disk/rename.ts';
import { CcMirrorError } from '../errors.ts';
import { Changes } from '../transaction/changes.ts';
import { commit, setAsideName } from '../transaction/transaction.ts';
import type { Change } from '../home/with-home.ts';
import { inspectCommand, launcherPaths } from '../variant/launcher-file.ts';
import {
  entriesOf,
  forgetEntries,
  noteEntries,
  withoutOthers,
} from '../variant/keyring-entries.ts';
import { type Layout, type VariantLayout, variantLayout } from '../variant/layout.ts';
import { readPrevious } from '../variant/previous.ts';
import { requireVariant } from '../variant/read-variant.ts';
import type { VariantRecord } from '../variant/record.ts';

export interface Removal {
  name: string;
  /** The variant's folder, with its configuration and history. */
  folder: string;
  /** The launcher that was removed; null if it was not ours. */
  launcher: string | null;
  /** What remains, and why. */
  note: string | null;
}

/**
 * Removes a variant: its folder, its launcher if that is ours, and its keyring entries.
 * Errors: `invalid-name`, `no-such-variant`, `invalid-record`.
 */
export async function removeVariant(
  layout: Layout,
  name: string,
  { staging, intent, store }: Change,
): Promise<Removal> {
  const { record, folder, launchers, entries } = planRemoval(layout, name);
  const changes = new Changes();
  for (const path of launchers) changes.remove(path);
  // Moving is fast; deleting may be slow.
  changes.move(folder, join(staging, 'removed'));
  const steps = await changes.steps([layout.home, dirname(record.launcher)]);
  await noteEntries(staging, entries);
  await commit(staging, intent, steps);
  const { claudeVersion: version, platform, bundle } = record;
  await store.keepHashes({ version, platform, sha256: bundle.sha256 }, () =>
    // What cannot be deleted now is deleted with the staging folder, or by the next command.
    removePath(join(staging, 'removed')).catch(() => undefined),
  );
  const notes = [await forgetEntries(entries), noteOnSetAside(layout)];
  const note = notes.filter((one) => one !== null).join(' ') || null;
  const launcher = launchers.includes(record.launcher) ? record.launcher : null;
  return { name, folder, launcher, note };
}

/** What `removeVariant` removes. */
export interface RemovalPlan {
  record: VariantRecord;
  folder: string;
  /** The files of its command that are ours. */
  launchers: string[];
  /** Its keyring entries. */
  entries: string[];
}

/** Errors: see `removeVariant`. */
export function planRemoval(layout: Layout, name: string): RemovalPlan {
  const record = requireVariant(layout, name);
  const places = variantLayout(layout, name);
  const known = entriesOf([record, ...recordBefore(places)], places);
  const launchers = Object.values(launcherPaths(record.launcher, layout.platform)).filter(
    (path) => {
      const command = inspectCommand(path);
      return command.kind === 'ours' && command.variant === name;
    },
  );
  return { record, folder: places.folder, launchers, entries: withoutOthers(known, places) };
}

/** What doctor has set aside belongs to no variant, and may contain a key of this one. */
function noteOnSetAside({ home }: Layout): string | null {
  const names = readdir(home).filter((one) => one.startsWith(setAsideName));
  if (names.length === 0) return null;
  const paths = names.map((one) => join(home, one)).join(', ');
  return `Folders that doctor set aside remain and may contain a key: ${paths}; remove them once you are sure.`;
}

/** The record that `rollback` would restore, if it is readable. */
function recordBefore(places: VariantLayout): VariantRecord[] {
  try {
    const before = readPrevious(places);
    return before ? [before] : [];
  } catch (error) {
    if (error instanceof CcMirrorError && error.code === 'invalid-record') return [];
    throw error;
  }
}
