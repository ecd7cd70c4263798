import { constants } from 'node:fs/promises';
import { dirname, toNamespacedPath } from 'node:path';
import { access } from '../disk/sync-read.ts';
import { makeFolder, removeIfEmpty } from '../disk/folders.ts';

/**
 * Creates the folders, with `mode`, and checks that they are writable, then runs `act`. If that
 * fails, removes the folders that it created and that are empty.
 */
export async function withFolders<T>(
  folders: readonly string[],
  act: () => Promise<T>,
  mode?: number,
): Promise<T> {
  const made: string[] = [];
  try {
    for (const folder of folders) {
      const first = await makeFolder(folder, mode);
      if (first !== undefined) made.push(...pathsBetween(first, folder));
      access(folder, constants.W_OK);
    }
    return await act();
  } catch (error) {
    for (const folder of made.toSorted((a, b) => b.length - a.length)) await removeIfEmpty(folder);
    throw error;
  }
}

/** `last`, its parent, and so on up to `first`. */
function pathsBetween(first: string, last: string): string[] {
  return toNamespacedPath(last) === toNamespacedPath(first)
    ? [last]
    : [last, ...pathsBetween(first, dirname(last))];
}
