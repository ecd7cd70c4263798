import { mkdir, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { lstat, stat } from './sync-read.ts';
import { CcMirrorError, otherPlace, systemCode } from '../errors.ts';
import { ifExists } from './if-exists.ts';

/**
 * Creates a folder and its missing parents. Returns the outermost one created, if any.
 * Error: `storage` if something is in the way, or no folder can be created there.
 */
export async function makeFolder(folder: string, mode = 0o755): Promise<string | undefined> {
  // Node's recursive mkdir loops forever where the system reports an existing parent as missing, as
  // /proc does.
  const created: string[] = [];
  try {
    for (const part of missingFolders(folder).reverse()) {
      if (await createOne(part, mode)) created.push(part);
    }
  } catch (error) {
    for (const part of created.reverse()) await removeIfEmpty(part);
    throw error;
  }
  return created[0];
}

/** False if another process has created it in the meantime. */
async function createOne(folder: string, mode: number): Promise<boolean> {
  try {
    await mkdir(folder, { mode });
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST' && missingFolders(folder).length === 0) return false;
    if (systemCode(error) !== 'ENOENT') throw error;
    const message = `${folder} cannot be created: ${dirname(folder)} accepts no folders.`;
    throw new CcMirrorError('storage', message, `Use ${otherPlace}`, { cause: error });
  }
}

/** Removes a folder if it is empty. False if something still has its path. */
export async function removeIfEmpty(folder: string): Promise<boolean> {
  try {
    await rmdir(folder);
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(systemCode(error) ?? '')) return false;
    if (systemCode(error) !== 'ENOENT') throw error;
  }
  return true;
}

/**
 * The folders that have to be created for a path to be a folder, the innermost first.
 * Error: `storage`, with the hint, naming what is in the way.
 */
export function missingFolders(path: string, hint = `Use ${otherPlace}`): string[] {
  const missing: string[] = [];
  for (let part = path; ; part = dirname(part)) {
    // Another process may create the folder between the two calls.
    const found = ifExists(() => stat(part)) ?? ifExists(() => lstat(part));
    if (found?.isDirectory()) return missing;
    if (found !== null) {
      const what = found.isSymbolicLink() ? 'a broken link' : 'not a folder';
      const consequence = part === path ? '' : `, so ${path} cannot be created`;
      throw new CcMirrorError('storage', `${part} is ${what}${consequence}.`, hint);
    }
    if (dirname(part) === part) return missing;
    missing.push(part);
  }
}
