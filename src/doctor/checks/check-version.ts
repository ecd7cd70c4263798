import { join } from 'node:path';
import { peekBundle } from '../../bundle/acquire.ts';
import type { BundleSource } from '../../bundle/bundle-source.ts';
import { Store } from '../../bundle/store/store.ts';
import { type Context, searchFor } from '../../home/context.ts';
import { type Found, failed, ok, warning } from '../finding.ts';
import type { CheckContext } from '../check-context.ts';

/** Whether the variant has its channel's current version. A failed lookup is only a warning. */
export async function checkVersion({ record, shared }: CheckContext): Promise<Found[]> {
  const { name, claudeVersion, choices } = record;
  const { source } = choices;
  if (source.kind === 'exact') return [ok(`${claudeVersion}, pinned`)];
  const channel = source.kind === 'path' ? source.path : source.kind;
  try {
    const now = await shared.versionOf(source);
    if (now === claudeVersion) return [ok(`${claudeVersion}, the version of ${channel}`)];
    return [
      warning(`installed ${claudeVersion}; ${channel} is ${now}`, `cc-mirror update ${name}`),
    ];
  } catch (error) {
    return [failed(error, 'warning')];
  }
}

/** The current version of a source. Errors: those of `peekBundle`. */
export async function versionNow(source: BundleSource, around: Context): Promise<string> {
  const { layout, signal, progress } = around;
  // An empty store: a lookup in the real one would drop damaged bundles.
  const store = new Store(join(layout.store, '.none'));
  const options = { store, search: searchFor(around), signal, progress };
  return (await peekBundle(source, options)).version;
}
