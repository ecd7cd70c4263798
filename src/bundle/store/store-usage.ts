import { join } from 'node:path';
import { CcMirrorError } from '../../errors.ts';
import type { StoreFolder } from './store-folder.ts';
import { type StoredBundle, isPristine, pristineName } from './store-record.ts';

/** An entry of the store: the bundles of a version and platform. */
export interface StoreEntry {
  /** The folder's name. */
  key: string;
  /** The pristine bundle, if it has a record, and its builds. */
  bundles: StoredBundle[];
  /** Why the entry cannot be read, if it cannot. */
  problem: string | null;
}

/** That a variant runs a bundle or can roll back to it. `sha256` is the program's. */
export interface BundleUse {
  variant: string;
  version: string;
  platform: string;
  sha256: string;
  when: 'now' | 'before';
}

/** The entries of the store, by key. */
export function storeEntries(store: StoreFolder): StoreEntry[] {
  return store.keys().map((key) => {
    try {
      return { key, bundles: store.bundlesOf(key), problem: null };
    } catch (error) {
      if (!(error instanceof CcMirrorError)) throw error;
      return { key, bundles: [], problem: error.message };
    }
  });
}

/** The uses of this bundle. */
export function usesOf(bundle: StoredBundle, uses: readonly BundleUse[]): BundleUse[] {
  const { version, platform, sha256 } = bundle;
  return uses.filter(
    (use) => use.version === version && use.platform === platform && use.sha256 === sha256,
  );
}

/** The folders of bundles without a use; the pristine one's means the whole entry. */
export function unusedBundles(
  root: string,
  entries: readonly StoreEntry[],
  uses: readonly BundleUse[],
): string[] {
  return entries.flatMap(({ key, bundles, problem }) => {
    // Its uses are unknown.
    if (problem !== null) return [];
    const used = bundles.filter((bundle) => usesOf(bundle, uses).length > 0);
    if (used.length === 0) return [join(root, key, pristineName)];
    return bundles
      .filter((bundle) => !isPristine(bundle) && !used.includes(bundle))
      .map(({ folder }) => folder);
  });
}
