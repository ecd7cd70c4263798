import { lstatSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { systemCode } from '../../errors.ts';

/**
 * An absolute path with its links followed, even if its end does not exist yet; null if that is
 * impossible, for example with a dangling link.
 */
export function followed(path: string): string | null {
  try {
    return realpathSync(path);
  } catch (error) {
    const folder = dirname(path);
    if (systemCode(error) !== 'ENOENT' || folder === path) return null;
    if (lstatSync(path, { throwIfNoEntry: false })) return null;
    const above = followed(folder);
    return above && join(above, basename(path));
  }
}

/** The names that lead from a folder to a path in it; null for a path outside of it. */
export function wayInto(folder: string, path: string): string[] | null {
  const way = relative(folder, path);
  const names = way.split(sep).filter((name) => name !== '');
  return isAbsolute(way) || names[0] === '..' ? null : names;
}
