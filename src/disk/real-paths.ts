import { dirname, resolve, sep } from 'node:path';
import { CcMirrorError } from '../errors.ts';
import { ifExists } from './if-exists.ts';
import { lstat, readlink, realpath } from './sync-read.ts';

/**
 * Makes sure that every path really lies in one of the folders, wherever links lead.
 * Error: `storage` for one that does not.
 */
export function assertInside(roots: readonly string[], paths: readonly string[]): void {
  const real = roots.map(realPlace);
  for (const folder of new Set(paths.map((path) => dirname(path)))) {
    const place = realPlace(folder);
    if (real.some((root) => place === root || place.startsWith(root + sep))) continue;
    throw new CcMirrorError(
      'storage',
      `${folder} leads to ${place}, outside of ${roots.join(' and ')}: cc-mirror does not write there.`,
      'Put a folder of its own in the place of the link, then run the command again.',
    );
  }
}

/** Where a path leads, or would lead once it is made. */
export function realPlace(path: string): string {
  const real = ifExists(() => realpath(path));
  if (real !== null) return real;
  const parent = dirname(path);
  if (ifExists(() => lstat(path))?.isSymbolicLink()) {
    return realPlace(resolve(realPlace(parent), readlink(path)));
  }
  return parent === path ? path : `${realPlace(parent)}${path.slice(parent.length)}`;
}

/** The folders above a path and below `upTo`, the innermost first. */
export function foldersBetween(path: string, upTo: string): string[] {
  const folder = dirname(path);
  return folder.startsWith(upTo + sep) ? [folder, ...foldersBetween(folder, upTo)] : [];
}
