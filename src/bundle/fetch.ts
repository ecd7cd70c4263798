import { createReadStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import * as tar from 'tar';
import type { AcquireOptions } from './acquire.ts';
import { type PublishedBuild, downloadTarball } from './npm.ts';
import type { StoredBundle } from './store-record.ts';

/** Downloads a published build with the user's npm, unpacks it and keeps it in the store. */
export async function fetchPublished(
  published: PublishedBuild,
  options: AcquireOptions,
): Promise<StoredBundle> {
  const { store, progress, signal } = options;
  return store.withScratch(async (scratch) => {
    progress.step(`Downloading Claude Code ${published.version}`);
    const { tarball, integrity } = await downloadTarball(published, scratch, options);
    progress.step(`Unpacking Claude Code ${published.version}`);
    const folder = join(scratch, 'package');
    await mkdir(folder);
    await pipeline(createReadStream(tarball), tar.extract({ cwd: folder, strip: 1 }), { signal });
    return store.addPublished(folder, integrity);
  });
}
