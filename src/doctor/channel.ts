import { join } from 'node:path';
import { peekBundle } from '../bundle/acquire.ts';
import type { BundleSource } from '../bundle/source.ts';
import { Store } from '../bundle/store/store.ts';
import { type Surroundings, searchFor } from '../variant/surroundings.ts';
import { type Finding, failed, ok, warning } from './finding.ts';
import type { Subject } from './subject.ts';

export type Source = BundleSource;

/** The version that a source gives now. Errors: those of `peekBundle`. */
export async function versionNow(source: Source, around: Surroundings): Promise<string> {
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

/** Whether the variant has what its channel gives. Not being able to tell is no fault of it. */
export async function checkVersion({ record, shared }: Subject): Promise<Finding[]> {
  const { name, claudeVersion, choices } = record;
  const { source } = choices;
  if (source.kind === 'exact') return [ok('version', `${claudeVersion}, pinned`)];
  const channel = source.kind === 'path' ? source.path : source.kind;
  try {
    const now = await shared.versionOf(source);
    if (now === claudeVersion) return [ok('version', `${claudeVersion}, as ${channel} has it`)];
    return [
      warning(
        'version',
        `it has ${claudeVersion}, ${channel} is ${now} now`,
        `cc-mirror update ${name}`,
      ),
    ];
  } catch (error) {
    return [failed('version', error, 'warning')];
  }
}
