import { join } from 'node:path';
import { peekBundle } from '../bundle/acquire.ts';
import type { BundleSource } from '../bundle/bundle-source.ts';
import { Store } from '../bundle/store/store.ts';
import { type Context, searchFor } from '../home/context.ts';

/** The current version of a source. Errors: those of `peekBundle`. */
export async function versionNow(source: BundleSource, around: Context): Promise<string> {
  const { layout, signal, progress } = around;
  // An empty store: a lookup in the real one would drop damaged bundles.
  const store = new Store(join(layout.store, '.none'));
  const { version } = await peekBundle(source, {
    store,
    search: searchFor(around),
    signal,
    progress,
  });
  return version;
}
