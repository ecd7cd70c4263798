import { chmod, utimes } from 'node:fs/promises';
import { lstat, readBytes } from '../disk/sync-read.ts';
import { basename, dirname, join } from 'node:path';
import type { Store } from '../bundle/store/store.ts';
import { readStored } from '../bundle/store/store-record.ts';
import { ifExists } from '../disk/if-exists.ts';
import { CcMirrorError } from '../errors.ts';
import { keyFileMode } from '../provider/key-file.ts';
import { Changes } from '../transaction/changes.ts';
import { assertInside } from '../disk/real-paths.ts';
import { commit } from '../transaction/transaction.ts';
import { type Change, withHome, setPendingAside } from '../home/with-home.ts';
import { installVariant } from '../lifecycle/install.ts';
import { type VariantLayout, variantLayout } from '../variant/layout.ts';
import { rebuildRecord } from '../lifecycle/rebuild-record.ts';
import { requireVariant } from '../variant/read-variant.ts';
import { type VariantRecord, recordText } from '../variant/record.ts';
import type { Context } from '../home/context.ts';
import { ownedOnDisk } from './checks/check-configuration.ts';
import type { Report } from './examine.ts';
import { type Finding, type Fix, failed } from './finding.ts';

/** What could not be repaired, by variant; null is the home. */
export type Failures = Map<string | null, Finding[]>;

/**
 * Repairs what a report says can be repaired, under the home's lock. Keeps the user's changes. A
 * variant whose repair fails stays unchanged and does not stop the others.
 */
export async function repair(report: Report, around: Context): Promise<Failures> {
  const broken = report.variants.filter(({ findings }) => fixesIn(findings).length > 0);
  const shared = fixesIn(report.home);
  const failures: Failures = new Map();
  if (broken.length === 0 && shared.length === 0) return failures;
  if (shared.some(({ kind }) => kind === 'sweep')) await setPendingAside(around);
  const intent = { command: 'doctor --fix', name: broken.map(({ name }) => name).join(' ') };
  await withHome(around, intent, async (change) => {
    const attempt = async (name: string | null, act: () => Promise<void>): Promise<void> => {
      try {
        await act();
      } catch (error) {
        const thrown: unknown = around.signal.aborted ? around.signal.reason : error;
        failures.set(name, [{ check: 'repair', ...failed(thrown, 'error') }]);
      }
    };
    for (const { name, findings } of broken) {
      const own = { ...change, intent: { ...intent, name } };
      await attempt(name, () => repairVariant(name, fixesIn(findings), around, own));
    }
    await attempt(null, async () => {
      for (const fix of shared) if (fix.kind === 'mode') await chmod(fix.path, fix.mode);
      const fixes = [...broken.flatMap(({ findings }) => fixesIn(findings)), ...shared];
      await repairStore(fixes, change);
    });
  });
  return failures;
}

async function repairVariant(
  name: string,
  fixes: readonly Fix[],
  around: Context,
  change: Change,
): Promise<void> {
  const { layout, progress } = around;
  progress.step(`Repairing ${name}`);
  const broken = fixes.some(({ kind }) => kind === 'record');
  const chosen = broken ? await replaceRecord(name, around, change) : true;
  const current = requireVariant(layout, name);
  const places = variantLayout(layout, name);
  for (const fix of fixes) {
    if (fix.kind === 'mode') {
      assertInside([places.folder], [join(fix.path, 'any')]);
      await chmod(fix.path, fix.mode);
    }
    // Invalidates the hash that was computed earlier.
    if (fix.kind === 'reinstall' && fix.damaged !== undefined) await touch(fix.damaged);
  }
  await removeLeftovers(fixes, change, [layout.home, dirname(current.launcher)]);
  if (!broken && !fixes.some(({ kind }) => kind === 'reinstall')) return;
  const wish = {
    name,
    keepVersion: true,
    repair: true,
    // Without a proof, packs would be rendered for other tools and count as edited.
    prove: current.probe !== null || !chosen,
    force: false,
  };
  await installVariant(wish, forgetting(current, places), around, change);
}

/**
 * Rebuilds variant.json and keeps the old file beside it. Returns whether the user's choices are
 * still known. Error: `invalid-record`.
 */
async function replaceRecord(
  name: string,
  { layout, progress }: Context,
  { staging, intent }: Change,
): Promise<boolean> {
  const rebuilt = await rebuildRecord(layout, name);
  const { record: path, folder } = variantLayout(layout, name);
  if (rebuilt === null || rebuilt.providerLost) {
    throw new CcMirrorError('invalid-record', `${folder} cannot be rebuilt.`);
  }
  const aside = `${path}.broken`;
  const changes = new Changes();
  if (ifExists(() => lstat(path))?.isDirectory()) {
    const moving = new Changes();
    moving.move(path, join(folder, basename(`${aside}-${Date.now()}`)));
    await commit(staging, intent, await moving.steps([layout.home]));
  } else changes.write(aside, ifExists(() => readBytes(path)) ?? '', keyFileMode);
  changes.write(path, recordText(rebuilt.record), 0o644);
  await commit(staging, intent, await changes.steps([layout.home]));
  progress.note(`${name}: variant.json was rebuilt from ${rebuilt.from}; the old file is ${aside}`);
  return rebuilt.lost.length === 0;
}

async function touch(path: string): Promise<void> {
  const now = new Date();
  await ifExists(() => utimes(path, now, now));
}

/** The record without the values that are missing from the configuration, to restore them. */
function forgetting(record: VariantRecord, places: VariantLayout): VariantRecord {
  return { ...record, owned: ownedOnDisk(record, places) };
}

/** Moves folders to the staging folder, which is deleted later. */
async function removeLeftovers(
  fixes: readonly Fix[],
  { staging, intent }: Change,
  roots: readonly string[],
): Promise<void> {
  const changes = new Changes();
  for (const [index, fix] of fixes.entries()) {
    if (fix.kind !== 'remove') continue;
    const there = ifExists(() => lstat(fix.path));
    if (there?.isDirectory()) changes.move(fix.path, join(staging, `left-${intent.name}-${index}`));
    else if (there) changes.remove(fix.path);
  }
  await commit(staging, intent, await changes.steps(roots));
}

async function repairStore(fixes: readonly Fix[], { store }: Change): Promise<void> {
  for (const fix of fixes) {
    if (fix.kind === 'sweep') await store.sweep();
    if (fix.kind === 'drop' && (await isDamaged(fix.folder, store))) await store.drop(fix);
  }
}

/** Checks again, since a repair may have rebuilt it. */
async function isDamaged(folder: string, store: Store): Promise<boolean> {
  try {
    const stored = readStored(folder);
    return stored !== null && (await store.damageOf(stored)).length > 0;
  } catch (error) {
    if (error instanceof CcMirrorError && error.code === 'invalid-record') return true;
    throw error;
  }
}

function fixesIn(findings: readonly Finding[]): Fix[] {
  return findings.flatMap(({ fix }) => fix ?? []);
}
