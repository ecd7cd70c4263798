import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { acquireBundle, openStored } from '../../src/bundle/acquire.ts';
import { Store } from '../../src/bundle/store/store.ts';
import type { Bundle } from '../../src/bundle/types.ts';
import { silentProgress } from '../../src/ui/progress.ts';
import { testHome } from '../support/claude.ts';

/** A published build: from the cache of the tests where it is there, else fetched into `folder`. */
export async function fetchBundle(
  version: string,
  platform: string,
  folder: string,
  signal: AbortSignal,
): Promise<Bundle> {
  const cache = new Store(join(testHome, '.store'));
  const kept =
    (await cache.findPristine(version, platform)) ?? (await cache.findPristine(version, 'any'));
  if (kept) return openStored(kept, silentProgress);
  await mkdir(folder);
  const stored = await acquireBundle(
    { kind: 'exact', version },
    {
      store: new Store(folder),
      search: { path: '', userHome: '', isOurs: () => false },
      signal,
      progress: silentProgress,
      platform,
    },
  );
  return openStored(stored, silentProgress);
}
