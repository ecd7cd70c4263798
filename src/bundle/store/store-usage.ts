import { basename, join } from 'node:path';
import { CcMirrorError } from '../../errors.ts';
import type { Store } from './store.ts';
import type { StoredBundle } from './store-record.ts';

/** An entry of the store: the bundles of one version and platform. */
export interface StoreEntry {
  /** Its folder's name. */
  key: string;
  /** The pristine bundle, if it has a record, and the builds of it. */
  bundles: StoredBundle[];
  /** Why it cannot be understood; null where it can. */
  problem: string | null;
}

/** That a variant runs a bundle, or can go back to it; the bundle is known by its program's hash. */
export interface BundleUse {
  variant: string;
  version: string;
  platform: string;
  sha256: string;
  when: 'now' | 'before';
}

/** What the store has, by key. An entry with a record that cannot be read is told as such. */
export async function storeEntries(store: Store): Promise<StoreEntry[]> {
  const entries: StoreEntry[] = [];
  for (const key of await store.keys()) {
    try {
      entries.push({ key, bundles: await store.bundlesOf(key), problem: null });
    } catch (error) {
      if (!(error instanceof CcMirrorError)) throw error;
      entries.push({ key, bundles: [], problem: error.message });
    }
  }
  return entries;
}

/** Those of `uses` that are of this bundle. */
export function usesOf(bundle: StoredBundle, uses: readonly BundleUse[]): BundleUse[] {
  const { version, platform, sha256 } = bundle;
  return uses.filter(
    (use) => use.version === version && use.platform === platform && use.sha256 === sha256,
  );
}

export function isPristine({ folder }: Pick<StoredBundle, 'folder'>): boolean {
  return basename(folder) === 'pristine';
}

/** Folders of bundles that nobody needs: an entry by its pristine bundle, or single builds. */
export function unusedBundles(
  root: string,
  entries: readonly StoreEntry[],
  uses: readonly BundleUse[],
): string[] {
  return entries.flatMap(({ key, bundles, problem }) => {
    // Nobody can tell what is in use of it.
    if (problem !== null) return [];
    const used = bundles.filter((bundle) => usesOf(bundle, uses).length > 0);
    if (used.length === 0) return [join(root, key, 'pristine')];
    return bundles
      .filter((bundle) => !isPristine(bundle) && !used.includes(bundle))
      .map(({ folder }) => folder);
  });
}
