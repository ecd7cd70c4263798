import { createReadStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { join } from 'node:path';
import * as tar from 'tar';
import { CcMirrorError } from '../errors.ts';
import type { Progress } from '../ui/progress.ts';
import { type InstalledSearch, findInstalled } from './installed.ts';
import { downloadTarball, findPublished } from './npm.ts';
import { openBundle } from './open.ts';
import { hostPlatform } from './platform.ts';
import type { Store, StoredBundle } from './store.ts';
import type { Bundle } from './types.ts';

/** Where a variant's Claude Code comes from. */
export type BundleSource =
  | { kind: 'auto' }
  | { kind: 'installed' }
  | { kind: 'latest' }
  | { kind: 'exact'; version: string }
  | { kind: 'path'; path: string };

export interface AcquireOptions {
  store: Store;
  search: InstalledSearch;
  signal: AbortSignal;
  progress: Progress;
  /** The platform wanted; this machine's by default. */
  platform?: string | undefined;
}

/**
 * Brings the pristine bundle of a source into the store, unless it is there, and opens it.
 * `auto` is the user's own Claude Code where one is found, else the latest published.
 */
export async function acquireBundle(
  source: BundleSource,
  options: AcquireOptions,
): Promise<{ stored: StoredBundle; bundle: Bundle }> {
  return openStored(await acquire(source, options), options.progress);
}

/** Opens what the store has. */
export async function openStored(
  stored: StoredBundle,
  progress: Progress,
): Promise<{ stored: StoredBundle; bundle: Bundle }> {
  progress.step(`Reading Claude Code ${stored.version}`);
  return { stored, bundle: await openBundle(join(stored.folder, stored.program)) };
}

async function acquire(source: BundleSource, options: AcquireOptions): Promise<StoredBundle> {
  const { store, search, progress } = options;
  switch (source.kind) {
    case 'path':
      progress.step(`Reading ${source.path}`);
      return store.addCopy(await openBundle(source.path));
    case 'installed':
    case 'auto': {
      progress.step('Looking for your Claude Code');
      const installed = await findInstalled(search);
      if (installed.kind === 'found') {
        progress.step(
          `Copying Claude Code ${installed.bundle.version} from ${installed.bundle.file}`,
        );
        return store.addCopy(installed.bundle);
      }
      if (source.kind === 'auto') return fetchPublished('latest', options);
      const [first] = installed.refused;
      throw new CcMirrorError(
        'no-installation',
        first
          ? `No Claude Code was found: ${first.path}: ${first.why}`
          : 'No Claude Code is installed: there is no claude on PATH.',
        'Let cc-mirror fetch one: --claude-version latest; or name one: --from PATH',
      );
    }
    case 'latest':
      return fetchPublished('latest', options);
    case 'exact':
      return fetchPublished(source.version, options);
  }
}

async function fetchPublished(version: string, options: AcquireOptions): Promise<StoredBundle> {
  const { store, progress, platform = await hostPlatform() } = options;
  const find = async (exact: string): Promise<StoredBundle | null> =>
    (await store.findPristine(exact, platform)) ?? (await store.findPristine(exact, 'any'));
  const kept = version === 'latest' ? null : await find(version);
  if (kept) return kept;
  progress.step(`Asking the registry for Claude Code ${version}`);
  const published = await findPublished(version, platform, options);
  const known = await find(published.version);
  if (known) return known;
  return store.withScratch(async (scratch) => {
    progress.step(`Downloading Claude Code ${published.version}`);
    const { tarball, integrity } = await downloadTarball(published, scratch, options);
    progress.step(`Unpacking Claude Code ${published.version}`);
    const folder = join(scratch, 'package');
    await mkdir(folder);
    const { signal } = options;
    await pipeline(createReadStream(tarball), tar.extract({ cwd: folder, strip: 1 }), { signal });
    return store.addPublished(folder, integrity);
  });
}
