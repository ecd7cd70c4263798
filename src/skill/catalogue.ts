import { isAbsolute, join, resolve } from 'node:path';
import { entriesIn } from '../disk/sync-read.ts';
import { fromPackage } from '../package-root.ts';
import { CcMirrorError } from '../errors.ts';
import type { Pack } from './pack.ts';

/** The packs that come with this package; `src` and `dist` lie equally deep. */
export const shippedPacksDir = fromPackage('skills');

/** The ids of the packs that come with this package. */
export async function shippedPackIds(): Promise<string[]> {
  const entries = entriesIn(shippedPacksDir);
  return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
}

/** The packs that come with this package, by id. */
export async function shippedPacks(): Promise<Pack[]> {
  return Promise.all((await shippedPackIds()).map(loadPack));
}

/**
 * How a pack is named from now on, for one as a user types it: a shipped one's id, or a folder.
 * Error: `usage` for what is neither, such as an address.
 */
export async function packSource(given: string): Promise<string> {
  const ids = await shippedPackIds();
  if (ids.includes(given)) return given;
  if (/^[a-z+]+:\/\/|^git@/.test(given)) {
    throw new CcMirrorError(
      'usage',
      `${given} is an address, and a pack is taken from a folder.`,
      `Fetch it first: git clone ${given} FOLDER; then give the folder.`,
    );
  }
  if (isAbsolute(given) || /[/\\]|^\.{1,2}$/.test(given)) return resolve(given);
  throw new CcMirrorError(
    'usage',
    `There is no pack ${JSON.stringify(given)}.`,
    `There are: ${ids.join(', ')}. A folder is given with a slash, as in ./${given}`,
  );
}

/** The folder of a pack, from what names it. */
export function folderOf(source: string): string {
  return isAbsolute(source) ? source : join(shippedPacksDir, source);
}

/** The pack of that source. Errors: see `readPack`. */
export async function loadPack(source: string): Promise<Pack> {
  const { readPack } = await import('./pack.ts');
  return readPack(folderOf(source), source);
}
