import { createReadStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import * as tar from 'tar';
import { systemCode } from '../../errors.ts';
import type { AcquireOptions } from '../bundle-source.ts';
import { type PublishedBuild, downloadTarball } from './published.ts';
import type { StoredBundle } from '../store/store-record.ts';

/** Downloads a published build with the user's npm, unpacks it and adds it to the store. */
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
    await unpack(tarball, folder, signal);
    return store.addPublished(folder, integrity);
  });
}

/** Unpacks a package. Errors: the system's, also for single files. */
async function unpack(tarball: string, folder: string, signal: AbortSignal): Promise<void> {
  const failed: Error[] = [];
  // tar only warns about a file that it cannot write, and continues with the next.
  const onwarn = (_: string, __: string | Buffer, data: unknown): void => {
    if (data instanceof Error && systemCode(data) !== undefined) failed.push(data);
  };
  const extract = tar.extract({ cwd: folder, strip: 1, onwarn });
  await pipeline(createReadStream(tarball), extract, { signal });
  for (const error of failed) throw error;
}
