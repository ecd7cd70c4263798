import { dirname, resolve, sep } from 'node:path';
import { CcMirrorError } from '../errors.ts';
import { ifExists } from './if-exists.ts';
import { lstat, readlink, realpath } from './sync-read.ts';

/**
 * Makes sure that every path, with links resolved, is inside one of the roots.
 * Error: `storage` for one that is not.
 */
export function assertInside(roots: readonly string[], paths: readonly string[]): void {
  const real = roots.map(realPlace);
  for (const folder of new Set(paths.map((path) => dirname(path)))) {
    const target = realPlace(folder);
    if (real.some((root) => target === root || target.startsWith(root + sep))) continue;
    throw new CcMirrorError(
      'storage',
      `${folder} leads to ${target}, outside of ${roots.join(' and ')}, where cc-mirror does not write.`,
      'Replace the link by a folder, then run the command again.',
    );
  }
}

/** The path with all links resolved, also for parts that do not exist yet. */
export function realPlace(path: string): string {
  const real = ifExists(() => realpath(path));
  if (real !== null) return real;
  const parent = dirname(path);
  if (ifExists(() => lstat(path))?.isSymbolicLink()) {
    return realPlace(resolve(realPlace(parent), readlink(path)));
  }
  return parent === path ? path : `${realPlace(parent)}${path.slice(parent.length)}`;
}

/** The folders between a path and its ancestor `upTo`, the innermost first. */
export function foldersBetween(path: string, upTo: string): string[] {
  const folder = dirname(path);
  return folder.startsWith(upTo + sep) ? [folder, ...foldersBetween(folder, upTo)] : [];
}
