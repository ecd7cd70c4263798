import { stat } from '../disk/sync-read.ts';
import { CcMirrorError } from '../errors.ts';

/** Only the owner can read or write a file with a key. */
export const keyFileMode = 0o600;

/** The content of a file with a key: launchers read its first line. */
export function keyFileText(key: string): string {
  return `${key}\n`;
}

/**
 * Refuses a file that others can read although it was written with `keyFileMode`, as on a USB stick;
 * the caller deletes it. Checks nothing on Windows, which has no such modes. Error: `storage`.
 */
export function requirePrivate(path: string, platform: NodeJS.Platform = process.platform): void {
  if (platform === 'win32') return;
  if ((stat(path).mode & 0o077) === 0) return;
  throw new CcMirrorError(
    'storage',
    `An API key cannot be kept in ${path}: this file system lets others read it`,
    'Use another disk with --home DIR, or keep the key elsewhere with --key-store env or helper',
  );
}
