import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { systemCode } from '../errors.ts';
import type { Progress } from '../ui/progress.ts';
import { runNpm } from './npm-run.ts';

const INTERVAL_MS = 200;

/**
 * Watches a download that npm is about to begin. npm reports no progress, but it writes a large
 * download into `_cacache/tmp` of its cache as it comes: the largest file that is new there is ours.
 *
 * `stop` ends the watching. If the download did not come to its end, it removes what npm left half
 * written, provided that this is the only new file and nothing writes to it any more.
 */
export function watchDownload(
  progress: Progress,
  signal: AbortSignal,
): { stop(complete: boolean): Promise<void> } {
  const over = new AbortController();
  const watching = watch(progress, AbortSignal.any([signal, over.signal]));
  return {
    async stop(complete) {
      over.abort();
      const found = await watching;
      if (!complete && found) await discard(found);
    },
  };
}

interface Watched {
  folder: string;
  before: ReadonlySet<string>;
}

/** Reports until the signal; the folder watched, or undefined if npm has no cache to watch. */
async function watch(progress: Progress, signal: AbortSignal): Promise<Watched | undefined> {
  try {
    const cache = await runNpm(['config', 'get', 'cache'], signal);
    if (!cache.ok) return undefined;
    const folder = join(cache.stdout.trim(), '_cacache', 'tmp');
    const before = new Set((await sizes(folder)).keys());
    void report({ folder, before }, progress, signal);
    return { folder, before };
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}
