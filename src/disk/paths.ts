import { mkdir } from 'node:fs/promises';
import { lstat } from './look.ts';
import { CcMirrorError, systemCode } from '../errors.ts';
import { ifThere } from './if-there.ts';

/** Whether anything has that path: a folder, a file or a link that leads nowhere. */
export async function isThere(path: string): Promise<boolean> {
  return (await ifThere(() => lstat(path))) !== null;
}

/**
 * Makes a folder and those above it, for all to read or with the mode; the first one made, if any.
 * Error: `storage` on a read-only
 * file system, where Node reports the parent as missing.
 */
export async function makeFolder(folder: string, mode = 0o755): Promise<string | undefined> {
  try {
    return await mkdir(folder, { recursive: true, mode });
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    throw new CcMirrorError(
      'storage',
      `${folder} cannot be made: the place is not writable.`,
      'Use another place: --home DIR, --bin-dir DIR.',
      { cause: error },
    );
  }
}
