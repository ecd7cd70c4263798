import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { hostPlatform } from '../bundle/platform.ts';
import type { Store, StoredBuild } from '../bundle/store/store.ts';
import { hashFile } from '../disk/hash.ts';
import { ifExists } from '../disk/if-exists.ts';
import { exists, readdir } from '../disk/sync-read.ts';
import { systemCode } from '../errors.ts';
import type { VariantRecord } from './record.ts';

/** A name for a bundle's folder that no other bundle of the variant has used. */
export function newBundleName({ version }: StoredBuild): string {
  return `${version}-${randomBytes(3).toString('hex')}`;
}

/** The folder of a record's bundle. */
export function bundleFolder(record: Pick<VariantRecord, 'bundle'>, bundles: string): string {
  return join(bundles, bundleName(record, bundles));
}

export function bundleName(record: Pick<VariantRecord, 'bundle'>, bundles: string): string {
  return nameOf(record.bundle.path, bundles);
}

export type FoundBundle = Pick<VariantRecord, 'bundle' | 'claudeVersion' | 'platform'>;

/** The bundle of the first program that exists: those `named`, then those in the folder of bundles. */
export async function findBundle(
  bundles: string,
  named: readonly (string | null | undefined)[],
): Promise<FoundBundle | null> {
  const folders = bundlesIn(bundles).toSorted().toReversed();
  const inFolders = folders.flatMap((folder) =>
    ['cli.js', 'claude', 'claude.exe'].map((file) => join(bundles, folder, file)),
  );
  for (const path of [...named.flatMap((one) => one ?? []), ...inFolders]) {
    const version = /^(\d+\.\d+\.\d+.*)-[0-9a-f]{6}$/.exec(nameOf(path, bundles))?.[1];
    if (version === undefined || !exists(path)) continue;
    const kind = basename(path).endsWith('.js') ? 'js' : 'native';
    return {
      claudeVersion: version,
      platform: kind === 'js' ? 'any' : await hostPlatform(),
      bundle: { kind, path, sha256: await hashFile(path) },
    };
  }
  return null;
}

function nameOf(program: string, bundles: string): string {
  return relative(bundles, program).split(sep)[0] ?? '';
}

/** Whether a folder has the files of a build, all of them unchanged. */
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

/** A replaced bundle is kept for a week (in milliseconds), as sessions may still run from it. */
const keptFor = 7 * 24 * 3600 * 1000;

/** The names of a variant's bundles. */
export function bundlesIn(bundles: string): string[] {
  return ifExists(() => readdir(bundles)) ?? [];
}

/** The names of bundles that are not `used`, with the time since when (`before`, else `now`). */
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
 * Deletes bundles that were retired more than `maxAge` milliseconds ago. On Windows one that is still
 * running cannot be deleted; the next command tries again.
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
