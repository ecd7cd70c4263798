import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { systemCode } from '../../errors.ts';
import type { Progress } from '../../ui/progress.ts';
import { runNpm } from './run-npm.ts';

const INTERVAL_MS = 200;

/**
 * Watches the download that npm is about to begin. npm reports no progress, but it writes a large
 * download into `_cacache/tmp` of its cache as it comes: the largest file that is new there is ours.
 *
 * The function returned ends the watching. After a download that did not come to its end it removes
 * what npm left half written, provided that this is the only new file and no longer grows.
 */
export async function watchDownload(
  progress: Progress,
  signal: AbortSignal,
): Promise<(complete: boolean) => Promise<void>> {
  const cache = await runNpm(['config', 'get', 'cache'], signal);
  // Without an answer there is nothing to watch; npm pack will say what is wrong.
  if (!cache.ok) return () => Promise.resolve();
  const folder = join(cache.stdout.trim(), '_cacache', 'tmp');
  const before = new Set((await sizesIn(folder)).keys());
  const added = async (): Promise<[string, number][]> =>
    [...(await sizesIn(folder))].filter(([path]) => !before.has(path));
  const report = async (): Promise<void> => {
    const largest = Math.max(0, ...(await added()).map(([, size]) => size));
    if (largest > 0) progress.bytes(largest, null);
  };
  const timer = setInterval(() => void report(), INTERVAL_MS);
  return async (complete) => {
    clearInterval(timer);
    if (complete) return;
    const [left, ...others] = await added();
    if (!left || others.length > 0) return;
    await delay(INTERVAL_MS);
    const [path, size] = left;
    if ((await sizesIn(folder)).get(path) === size) await rm(path, { force: true });
  };
}

/** The files of a folder with their sizes in bytes; what is gone or cannot be looked at is left out. */
async function sizesIn(folder: string): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  for (const name of await tolerant(() => readdir(folder), [])) {
    const path = join(folder, name);
    const entry = await tolerant(() => stat(path), null);
    if (entry?.isFile()) sizes.set(path, entry.size);
  }
  return sizes;
}

async function tolerant<T>(look: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await look();
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return otherwise;
  }
}
