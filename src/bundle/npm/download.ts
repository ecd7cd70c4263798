import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ifReadable } from '../../disk/if-exists.ts';
import { readdir, stat } from '../../disk/sync-read.ts';
import type { Progress } from '../../ui/progress.ts';
import { runNpm } from './run-npm.ts';

const INTERVAL_MS = 200;

/**
 * Watches the download that npm is about to start. npm reports no progress, but writes large
 * downloads to `_cacache/tmp` in its cache as they arrive: the largest new file there is ours.
 *
 * Returns a function that stops watching. After an incomplete download, it removes what npm left if
 * that is the only new file and no longer grows.
 */
export async function watchDownload(
  progress: Progress,
  signal: AbortSignal,
): Promise<(complete: boolean) => Promise<void>> {
  const cache = await runNpm(['config', 'get', 'cache'], signal);
  // Without an answer there is nothing to watch; npm pack will report what is wrong.
  if (!cache.ok) return () => Promise.resolve();
  const folder = join(cache.stdout.trim(), '_cacache', 'tmp');
  const before = sizesIn(folder);
  const added = () => [...sizesIn(folder)].filter(([path]) => !before.has(path));
  const timer = setInterval(() => {
    const largest = Math.max(0, ...added().map(([, size]) => size));
    if (largest > 0) progress.bytes(largest, null);
  }, INTERVAL_MS);
  return async (complete) => {
    clearInterval(timer);
    if (complete) return;
    const [left, ...others] = added();
    if (!left || others.length > 0) return;
    await delay(INTERVAL_MS);
    const [path, size] = left;
    if (sizesIn(folder).get(path) === size) await rm(path, { force: true });
  };
}

/** The files of a folder with their sizes in bytes, without those that vanish or cannot be read. */
function sizesIn(folder: string): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const name of ifReadable(() => readdir(folder)) ?? []) {
    const path = join(folder, name);
    const entry = ifReadable(() => stat(path));
    if (entry?.isFile()) sizes.set(path, entry.size);
  }
  return sizes;
}
