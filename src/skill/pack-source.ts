import { isAbsolute, join, resolve } from 'node:path';
import { entriesIn } from '../disk/sync-read.ts';
import { CcMirrorError } from '../errors.ts';
import { fromPackage } from '../package-root.ts';
import type { Pack } from './pack.ts';

/** The folder of the packs that ship with cc-mirror. */
export const shippedPacksDir = fromPackage('skills');

/** The ids of the packs that ship with cc-mirror. */
export function shippedPackIds(): string[] {
  const folders = entriesIn(shippedPacksDir).filter((entry) => entry.isDirectory());
  return folders.map(({ name }) => name).sort();
}

/** The packs that ship with cc-mirror, by id. */
export async function shippedPacks(): Promise<Pack[]> {
  return Promise.all(shippedPackIds().map(loadPack));
}

/**
 * Turns what a user types into a pack's source: the id of a shipped pack, or an absolute folder.
 * Error: `usage` for anything else, such as a URL.
 */
export function packSource(given: string): string {
  const ids = shippedPackIds();
  if (ids.includes(given)) return given;
  if (/^[a-z+]+:\/\/|^git@/.test(given)) {
    throw new CcMirrorError(
      'usage',
      `${given} is a URL, and packs are read from folders.`,
      `Clone it and give the folder: git clone ${given} FOLDER`,
    );
  }
  if (isAbsolute(given) || /[/\\]|^\.{1,2}$/.test(given)) return resolve(given);
  throw new CcMirrorError(
    'usage',
    `There is no pack ${JSON.stringify(given)}.`,
    `Shipped packs: ${ids.join(', ')}. To give a folder, use a slash: ./${given}`,
  );
}

/** The folder of a pack, from its source. */
export function folderOf(source: string): string {
  return isAbsolute(source) ? source : join(shippedPacksDir, source);
}

/** Reads the pack with that source. Errors: see `readPack`. */
export async function loadPack(source: string): Promise<Pack> {
  // The YAML reader and the templates are slow to load, and few commands read packs.
  const { readPack } = await import('./pack.ts');
  return readPack(folderOf(source), source);
}
