import { dirname } from 'node:path';
import { diskUsage } from '../bundle/store/disk-usage.ts';
import type { Store } from '../bundle/store/store.ts';
import { isPristine } from '../bundle/store/store-record.ts';
import { storeEntries, unusedBundles, usesOf } from '../bundle/store/store-usage.ts';
import { CcMirrorError, describeFailure } from '../errors.ts';
import { removeRetired } from '../variant/bundle-folders.ts';
import { type Layout, variantLayout } from '../variant/layout.ts';
import { listVariants, unreadableVariants } from '../variant/read-variant.ts';
import type { Context } from './context.ts';
import { bundleUses } from '../variant/bundle-uses.ts';

/** The part of the store that no variant runs or can roll back to. */
export interface Unused {
  /** Folders of bundles, to be dropped. */
  bundles: string[];
  /** The folders that are deleted with them: whole entries, or builds. */
  folders: string[];
  /** Bytes on disk. */
  bytes: number;
  /** Bytes that nothing else shares. */
  freed: number;
}

const day = 24 * 3600 * 1000;

/**
 * With `before` (milliseconds since 1970), only builds that have been unused since then. Errors: see
 * `bundleUses`.
 */
export function unusedBuilds(store: Store, layout: Layout, before?: number): Unused {
  const entries = storeEntries(store);
  const unused = unusedBundles(layout.store, entries, bundleUses(layout));
  const bundles = unused.filter((folder) => {
    const dropped = entries
      .flatMap((entry) => entry.bundles)
      .filter((one) =>
        isPristine({ folder }) ? dirname(one.folder) === dirname(folder) : one.folder === folder,
      );
    return before === undefined || dropped.every((one) => store.usedAt(one) < before);
  });
  const folders = bundles.map((folder) => (isPristine({ folder }) ? dirname(folder) : folder));
  return { bundles, folders, ...diskUsage(folders) };
}

/** A note for the user if at least `least` bytes could be freed; else null. */
export function muchToFree(store: Store, layout: Layout, least = 1e9): string | null {
  if (usesIfKnown(layout) === null) return null;
  const { bundles, freed } = unusedBuilds(store, layout);
  if (bundles.length === 0 || freed < least) return null;
  return `no variant uses ${(freed / 1e9).toFixed(1)} GB of the store; free them with: cc-mirror store prune`;
}

/**
 * How long the store keeps unused builds, in milliseconds: CC_MIRROR_STORE_DAYS, by default two
 * weeks; null: forever. Error: `usage`.
 */
export function keptFor({ environment, keepUnused }: Context): number | null {
  const days = environment['CC_MIRROR_STORE_DAYS'] || '14';
  if (keepUnused || days === 'never') return null;
  if (/^\d{1,5}$/.test(days)) return Number(days) * day;
  throw new CcMirrorError(
    'usage',
    `CC_MIRROR_STORE_DAYS is ${JSON.stringify(days)}, which is not a number of days.`,
    'Set it to a number such as 14, or to never, to keep every build.',
  );
}

/**
 * Records that the builds of variants are in use now, so that their time of disuse starts later.
 * Needs the lock, before anything changes.
 */
export async function renewUses(store: Store, layout: Layout): Promise<void> {
  const uses = usesIfKnown(layout);
  if (uses === null) return;
  for (const { bundles } of storeEntries(store)) {
    const used = bundles.filter((bundle) => usesOf(bundle, uses).length > 0);
    // The published build that they were made from is in use with them.
    if (used.length > 0) used.push(...bundles.filter(isPristine));
    for (const bundle of used) await store.noteUse(bundle);
  }
}

/**
 * Removes builds that have been unused for `kept` milliseconds, with a note, and retired bundles of
 * variants. Removes nothing while the record of any variant is unreadable. Needs the lock, after
 * everything has changed.
 */
export async function removeUnused(
  store: Store,
  { layout, progress }: Context,
  kept: number | null,
): Promise<void> {
  if (kept === null || usesIfKnown(layout) === null) return;
  const now = new Date();
  try {
    for (const { name, retired } of listVariants(layout)) {
      await removeRetired(variantLayout(layout, name).bundles, retired, now);
    }
    const { bundles, folders, freed } = unusedBuilds(store, layout, now.getTime() - kept);
    if (bundles.length === 0) return;
    for (const folder of bundles) await store.drop({ folder });
    progress.note(
      `removed from the store, as no variant has used them for ${Math.round(kept / day)} days: ` +
        `${folders.map((folder) => folder.slice(layout.store.length + 1)).join(', ')} ` +
        `(${(freed / 1e6).toFixed(1)} MB freed); --keep or CC_MIRROR_STORE_DAYS=never keeps such builds`,
    );
  } catch (error) {
    // The command itself has succeeded; the next one tries again.
    progress.note(`unused builds could not be removed: ${describeFailure(error).message}`);
  }
}

/** Null if the current or previous record of a variant is unreadable. */
function usesIfKnown(layout: Layout): ReturnType<typeof bundleUses> | null {
  if (unreadableVariants(layout).length > 0) return null;
  try {
    return bundleUses(layout);
  } catch (error) {
    if (error instanceof CcMirrorError) return null;
    throw error;
  }
}
