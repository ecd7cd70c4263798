import { join } from 'node:path';
import { CcMirrorError } from '../errors.ts';
import type { Progress } from '../ui/progress.ts';
import { type Installed, findInstalled } from './installed/find-installed.ts';
import { findProgram } from './installed/locate.ts';
import type { PublishedBuild } from './npm/published.ts';
import { openBundle } from './open.ts';
import { hostPlatform } from './platform.ts';
import type { AcquireOptions, BundleSource } from './bundle-source.ts';
import type { StoredBundle } from './store/store-record.ts';
import type { Bundle } from './types.ts';

/** Opens a bundle of the store. */
export async function openStored(
  { version, folder, program }: StoredBundle,
  progress: Progress,
): Promise<Bundle> {
  progress.step(`Reading Claude Code ${version}`);
  return openBundle(join(folder, program));
}

/**
 * Adds the pristine bundle of a source to the store, unless the store has it.
 * `auto` is the user's own Claude Code if one is found, else the latest published.
 */
export async function acquireBundle(
  source: BundleSource,
  options: AcquireOptions,
): Promise<StoredBundle> {
  const { store, progress } = options;
  const found = await peekBundle(source, options);
  if (found.stored) return found.stored;
  if (found.published) {
    const { fetchPublished } = await import('./npm/fetch.ts');
    return fetchPublished(found.published, options);
  }
  const bundle = await openBundle(found.file);
  progress.step(`Copying Claude Code ${bundle.version} from ${bundle.file}`);
  return store.addCopy(bundle);
}

/** What a source resolves to: a bundle of the store, a file to copy or a build to fetch. */
export type Found = { version: string } & (
  | { stored: StoredBundle }
  | { stored: null; published: null; file: string }
  | { stored: null; published: PublishedBuild }
);

/** Resolves a source without fetching or copying anything. */
export async function peekBundle(source: BundleSource, options: AcquireOptions): Promise<Found> {
  const { store, search, progress } = options;
  if (source.kind === 'path') {
    progress.step(`Reading ${source.path}`);
    const known = await store.findCopy(findProgram(source.path));
    return known
      ? { version: known.version, stored: known }
      : copyOf(await openBundle(source.path));
  }
  if (source.kind === 'installed' || source.kind === 'auto') {
    progress.step('Looking for your Claude Code');
    const installed = await findInstalled(search);
    if (installed.kind === 'found' || source.kind === 'auto') noteRefused(installed, options);
    if (installed.kind === 'found') {
      const { bundle } = installed;
      const known = await store.findCopy(bundle.file);
      return known ? { version: known.version, stored: known } : copyOf(bundle);
    }
    if (source.kind === 'installed') throw notInstalled(installed.refused);
  }
  return findBuild(source.kind === 'exact' ? source.version : 'latest', options);
}

function copyOf({ version, file }: Bundle): Found {
  return { version, stored: null, published: null, file };
}

async function findBuild(wanted: string, options: AcquireOptions): Promise<Found> {
  const { store, progress, platform = await hostPlatform() } = options;
  const find = async (version: string): Promise<StoredBundle | null> =>
    (await store.findPristine(version, platform)) ?? (await store.findPristine(version, 'any'));
  const kept = wanted === 'latest' ? null : await find(wanted);
  if (kept) return { version: wanted, stored: kept };
  progress.step(`Asking the registry for Claude Code ${wanted}`);
  const { findPublished } = await import('./npm/published.ts');
  const published = await findPublished(wanted, platform, options);
  if (published.note !== undefined) options.onNote?.(published.note);
  const { version } = published;
  const stored = await find(version);
  return stored ? { version, stored } : { version, stored, published };
}

function noteRefused(installed: Installed, { onNote }: AcquireOptions): void {
  const [first] = installed.refused;
  if (!first) return;
  const used = installed.kind === 'found' ? installed.command : 'the latest published version';
  onNote?.(
    `the command ${first.path} does not lead to a readable Claude Code (${whyOf(first, 'it')}); using ${used} instead. To name yours: --from PATH`,
  );
}

function notInstalled(refused: Installed['refused']): CcMirrorError {
  const [first] = refused;
  return new CcMirrorError(
    'no-installation',
    first
      ? `No Claude Code was found: ${whyOf(first, first.path)}.`
      : 'No Claude Code is installed: no claude was found on PATH.',
    'Let cc-mirror fetch one: --claude-version latest; or name one: --from PATH',
  );
}

/** Why a command was refused; `subject` stands for the command at the start of the reason. */
function whyOf({ path, why }: Installed['refused'][number], subject: string): string {
  const told = why.replace(/\.$/, '');
  if (told.startsWith(`${path} `)) return `${subject}${told.slice(path.length)}`;
  return subject === path ? `${path} leads to none: ${told}` : told;
}
