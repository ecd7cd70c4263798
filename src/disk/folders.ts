import { mkdir, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { lstat, stat } from './sync-read.ts';
import { CcMirrorError, systemCode } from '../errors.ts';
import { ifExists } from './if-exists.ts';

/**
 * Makes a folder and those above it, for all to read or with the mode; the first one made, if any.
 * Error: `storage` where something else is in the way, or the place takes no folders.
 */
export async function makeFolder(folder: string, mode = 0o755): Promise<string | undefined> {
  // Node's own way to make several asks for ever where the system says that the parent is missing
  // when it is not, as in /proc.
  const made: string[] = [];
  try {
    for (const part of missingFolders(folder).reverse()) {
      if (await makeOne(part, mode)) made.push(part);
    }
  } catch (error) {
    for (const part of made.reverse()) await removeIfEmpty(part);
    throw error;
  }
  return made[0];
}

/** False where another process has made it meanwhile. */
async function makeOne(folder: string, mode: number): Promise<boolean> {
  try {
    await mkdir(folder, { mode });
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST' && missingFolders(folder).length === 0) return false;
    if (systemCode(error) !== 'ENOENT') throw error;
    const message = `${folder} cannot be made: nothing can be made in ${dirname(folder)}.`;
    throw new CcMirrorError('storage', message, otherPlace, { cause: error });
  }
}

/** Removes a folder; one that is not empty stays. */
export async function removeIfEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(systemCode(error) ?? '')) throw error;
  }
}

/**
 * The folders that have to be made for a path to be one, the innermost first. Error: `storage`,
 * naming what is in the way, with the hint.
 */
export function missingFolders(path: string, hint = otherPlace): string[] {
  const missing: string[] = [];
  for (let part = path; ; part = dirname(part)) {
    const at = ifExists(() => stat(part));
    if (at?.isDirectory()) return missing;
    const there = ifExists(() => lstat(part));
    // Another process may have made it meanwhile.
    if (there?.isDirectory()) return missing;
    if (there !== null) {
      const what =
        at === null && there.isSymbolicLink() ? 'a link that leads nowhere' : 'not a folder';
      const whole = part === path ? '' : `, so there can be no ${path}`;
      throw new CcMirrorError('storage', `${part} is ${what}${whole}.`, hint);
    }
    if (dirname(part) === part) return missing;
    missing.push(part);
  }
}

const otherPlace =
  'Use another place: --home DIR, --bin-dir DIR (or CC_MIRROR_HOME, CC_MIRROR_BIN_DIR).';
