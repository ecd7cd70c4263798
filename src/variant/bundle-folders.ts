import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { readdir } from '../disk/sync-read.ts';
import type { Store, StoredBuild } from '../bundle/store/store.ts';
import { ifExists } from '../disk/if-exists.ts';
import { systemCode } from '../errors.ts';
import type { VariantRecord } from './record.ts';

/** A name for a bundle's folder that no other bundle of the variant has had. */
export function newBundleName({ version }: StoredBuild): string {
  return `${version}-${randomBytes(3).toString('hex')}`;
}

/** The folder of a record's bundle. */
export function bundleFolder(record: Pick<VariantRecord, 'bundle'>, bundles: string): string {
  return join(bundles, bundleName(record, bundles));
}

/** Its name. */
export function bundleName(record: Pick<VariantRecord, 'bundle'>, bundles: string): string {
  return relative(bundles, record.bundle.path).split(sep)[0] ?? '';
}

/** Whether a folder holds the files of a build, every one as it was made. */
export async function isBundleOf(
  built: StoredBuild,
  folder: string,
  store: Store,
): Promise<boolean> {
  const hashes = { ...built.files, [built.program]: await built.sha256 };
  for (const [path, sha256] of Object.entries(hashes)) {
    if ((await ifExists(() => store.hashOf(join(folder, path)))) !== sha256) return false;
  }
  return true;
}

/** Sessions may run from a bundle for this long after it was replaced: a week, in milliseconds. */
const keptFor = 7 * 24 * 3600 * 1000;

/** The names of a variant's bundles. */
export function bundlesIn(bundles: string): string[] {
  return ifExists(() => readdir(bundles)) ?? [];
}

/** The bundles, by name of folder, that are not in `used`, and since when. Pure. */
export function retiredBundles(
  present: readonly string[],
  used: readonly string[],
  before: VariantRecord['retired'],
  now: string,
): VariantRecord['retired'] {
  return present
    .filter((name) => !used.includes(name))
    .sort()
    .map((folder) => before.find((one) => one.folder === folder) ?? { folder, at: now });
}

/** Those that no session runs any more. Pure. */
export function expiredBundles(
  retired: VariantRecord['retired'],
  now: Date,
  maxAge = keptFor,
): string[] {
  return retired
    .filter(({ at }) => now.getTime() - Date.parse(at) >= maxAge)
    .map(({ folder }) => basename(folder));
}

/**
 * Removes the bundles that no session runs any more. On Windows one that is still running cannot be
 * removed; it stays for the next time.
 */
export async function removeRetired(
  bundles: string,
  retired: VariantRecord['retired'],
  now: Date,
): Promise<void> {
  for (const name of expiredBundles(retired, now)) {
    const path = join(bundles, name);
    if (dirname(path) !== bundles) continue;
    try {
      await rm(path, { recursive: true, force: true });
    } catch (error) {
      if (!['EPERM', 'EACCES', 'EBUSY', 'ENOTEMPTY'].includes(systemCode(error) ?? '')) throw error;
    }
  }
}
