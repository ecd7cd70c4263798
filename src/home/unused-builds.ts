import { dirname } from 'node:path';
import { diskUsage } from '../bundle/store/disk-usage.ts';
import type { Store } from '../bundle/store/store.ts';
import { isPristine } from '../bundle/store/store-record.ts';
import { storeEntries, unusedBundles, usesOf } from '../bundle/store/store-usage.ts';
import { CcMirrorError, describeFailure } from '../errors.ts';
import { removeRetired } from '../variant/bundle-folders.ts';
import { type Layout, variantLayout } from '../variant/layout.ts';
import { listVariants, unreadableVariants } from '../variant/record.ts';
import type { Context } from './context.ts';
import { bundleUses } from '../variant/bundle-uses.ts';

/** What of the store no variant runs or can go back to. */
export interface Unused {
  /** Folders of bundles, as the store drops them. */
  bundles: string[];
  /** What goes with them: whole entries, or builds. */
  folders: string[];
  /** Bytes that they take on the disk, and those that nothing else shares. */
  bytes: number;
  freed: number;
}

const day = 24 * 3600 * 1000;

/**
 * Errors: those of `bundleUses`. With `before`, in milliseconds since 1970, only what was of no use
 * since then.
 */
export async function unusedBuilds(store: Store, layout: Layout, before?: number): Promise<Unused> {
  const entries = storeEntries(store);
  const unused = unusedBundles(layout.store, entries, await bundleUses(layout));
  const bundles: string[] = [];
  for (const folder of unused) {
    const gone = entries
      .flatMap((entry) => entry.bundles)
      .filter((one) =>
        isPristine({ folder }) ? dirname(one.folder) === dirname(folder) : one.folder === folder,
      );
    const used = gone.map((one) => store.usedAt(one));
    if (before === undefined || used.every((at) => at < before)) bundles.push(folder);
  }
  const folders = bundles.map((folder) => (isPristine({ folder }) ? dirname(folder) : folder));
  return { bundles, folders, ...diskUsage(folders) };
}

/** What people should know where much could be freed, in bytes; null where it is less than `least`. */
export async function muchToFree(
  store: Store,
  layout: Layout,
  least = 1e9,
): Promise<string | null> {
  if ((await usesIfKnown(layout)) === null) return null;
  const { bundles, freed } = await unusedBuilds(store, layout);
  if (bundles.length === 0 || freed < least) return null;
  return `${(freed / 1e9).toFixed(1)} GB of the store are used by no variant; free them with: cc-mirror store prune`;
}

/**
 * For how long the store keeps what is of no use: CC_MIRROR_STORE_DAYS, by default two weeks; null:
 * for ever. In milliseconds. Error: `usage`.
 */
export function keptFor({ environment, keepUnused }: Context): number | null {
  const days = environment['CC_MIRROR_STORE_DAYS'] || '14';
  if (keepUnused || days === 'never') return null;
  if (/^\d{1,5}$/.test(days)) return Number(days) * day;
  throw new CcMirrorError(
    'usage',
    `CC_MIRROR_STORE_DAYS is ${JSON.stringify(days)}, which is no number of days.`,
    'Set it to a number such as 14, or to never, to keep every build.',
  );
}

/**
 * Notes that what variants use is in use, so that it counts as unused from when it no longer is. To
 * be called with the lock, before anything changes.
 */
export async function renewUses(store: Store, layout: Layout): Promise<void> {
  const uses = await usesIfKnown(layout);
  if (uses === null) return;
  for (const { bundles } of storeEntries(store)) {
    const used = bundles.filter((bundle) => usesOf(bundle, uses).length > 0);
    // What builds are made from is of use with them.
    if (used.length > 0) used.push(...bundles.filter(isPristine));
    for (const bundle of used) await store.noteUse(bundle);
  }
}

/**
 * Removes from the store what was of no use for `kept` milliseconds, and says so, and the bundles of
 * variants that sessions ran from a week ago. Nothing goes while a variant cannot be understood. To be
 * called with the lock, after everything has changed.
 */
export async function removeUnused(
  store: Store,
  { layout, progress }: Context,
  kept: number | null,
): Promise<void> {
  if (kept === null || (await usesIfKnown(layout)) === null) return;
  const now = new Date();
  try {
    for (const { name, retired } of await listVariants(layout)) {
      await removeRetired(variantLayout(layout, name).bundles, retired, now);
    }
    const { bundles, folders, freed } = await unusedBuilds(store, layout, now.getTime() - kept);
    if (bundles.length === 0) return;
    for (const folder of bundles) await store.drop({ folder });
    progress.note(
      `removed from the store, as no variant has used them for ${Math.round(kept / day)} days: ` +
        `${folders.map((folder) => folder.slice(layout.store.length + 1)).join(', ')} ` +
        `(${(freed / 1e6).toFixed(1)} MB freed); --keep or CC_MIRROR_STORE_DAYS=never keeps such builds`,
    );
  } catch (error) {
    // What was asked for is done; the store is tidied the next time.
    progress.note(`unused builds could not be removed: ${describeFailure(error).message}`);
  }
}

/** Null where a variant's record, or its way back, cannot be read. */
async function usesIfKnown(layout: Layout): Promise<Awaited<ReturnType<typeof bundleUses>> | null> {
  if ((await unreadableVariants(layout)).length > 0) return null;
  try {
    return await bundleUses(layout);
  } catch (error) {
    if (error instanceof CcMirrorError) return null;
    throw error;
  }
}
