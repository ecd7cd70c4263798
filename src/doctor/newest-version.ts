import { join } from 'node:path';
import { peekBundle } from '../bundle/acquire.ts';
import type { BundleSource } from '../bundle/bundle-source.ts';
import { Store } from '../bundle/store/store.ts';
import { type Context, searchFor } from '../home/context.ts';

/** The version that a source gives now. Errors: those of `peekBundle`. */
export async function versionNow(source: BundleSource, around: Context): Promise<string> {
  const { layout, signal, progress } = around;
  // A store that has nothing: looking for a bundle in the real one drops what is damaged there.
  const store = new Store(join(layout.store, '.none'));
  const { version } = await peekBundle(source, {
    store,
    search: searchFor(around),
    signal,
    progress,
  });
  return version;
}
