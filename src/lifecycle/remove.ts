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
import { checkName } from '../variant/name.ts';
import { readPrevious } from '../variant/previous.ts';
import { type VariantRecord, requireVariant } from '../variant/record.ts';

export interface Removal {
  name: string;
  /** The variant's folder, with its configuration and history. */
  folder: string;
  /** The launcher that was removed; null where none of ours was there. */
  launcher: string | null;
  /** What stays, and why. */
  note: string | null;
}

/**
 * Removes a variant: its launcher, where that is ours, and its folder. Nothing else is touched.
 * Errors: `invalid-name`, `no-such-variant`, `invalid-record`.
 */
export async function removeVariant(
  layout: Layout,
  name: string,
  { staging, intent, store }: Change,
): Promise<Removal> {
  const { record, folder, launchers, entries } = await planRemoval(layout, name);
  const changes = new Changes();
  for (const path of launchers) changes.remove(path);
  // Out of sight at once; what is slow to delete goes with the staging folder.
  changes.move(folder, join(staging, 'removed'));
  const steps = await changes.steps([layout.home, dirname(record.launcher)]);
  await noteEntries(staging, entries);
  await commit(staging, intent, steps);
  const { claudeVersion: version, platform, bundle } = record;
  await store.keepHashes({ version, platform, sha256: bundle.sha256 }, () =>
    // What cannot be removed now goes with the staging folder, or at the next run.
    removePath(join(staging, 'removed')).catch(() => undefined),
  );
  const notes = [await forgetEntries(entries), await noteOnSetAside(layout)];
  const said = notes.filter((note) => note !== null).join(' ');
  const [launcher = null] = launchers.filter((path) => path === record.launcher);
  return { name, folder, launcher, note: said === '' ? null : said };
}

/** What `removeVariant` removes. */
export interface RemovalPlan {
  record: VariantRecord;
  folder: string;
  /** The files of its command, as far as they are ours. */
  launchers: string[];
  /** Its entries in the keyring. */
  entries: string[];
}

/** Plans a removal; nothing is changed. Errors: as `removeVariant`. */
export async function planRemoval(layout: Layout, name: string): Promise<RemovalPlan> {
  checkName(name);
  const record = await requireVariant(layout, name);
  const places = variantLayout(layout, name);
  const known = entriesOf([record, ...(await stateBefore(places))], places);
  const entries = await withoutOthers(known, places);
  const launchers: string[] = [];
  for (const path of Object.values(launcherPaths(record.launcher, layout.platform))) {
    const command = await inspectCommand(path);
    if (command.kind === 'ours' && command.variant === name) launchers.push(path);
  }
  return { record, folder: places.folder, launchers, entries };
}

/** What the doctor has set aside is nobody's folder, and may hold a key of this variant. */
async function noteOnSetAside({ home }: Layout): Promise<string | null> {
  const names = readdir(home).filter((one) => one.startsWith(setAsideName));
  if (names.length === 0) return null;
  const paths = names.map((one) => join(home, one)).join(', ');
  return `What was set aside stays, and may hold a key: ${paths}; remove it when you need nothing of it.`;
}

/** The state that could be gone back to, if there is one that can be read. */
async function stateBefore({ previous, record }: VariantLayout): Promise<VariantRecord[]> {
  try {
    const before = await readPrevious(previous, record);
    return before ? [before.record] : [];
  } catch (error) {
    if (error instanceof CcMirrorError && error.code === 'invalid-record') return [];
    throw error;
  }
}
