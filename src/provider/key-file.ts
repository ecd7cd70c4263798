import { stat } from 'node:fs/promises';
import { CcMirrorError } from '../errors.ts';

/** Only its owner reads and writes a file with a key. */
export const keyFileMode = 0o600;

/** What a file with a key holds: launchers read its first line. */
export function keyFileText(key: string): string {
  return `${key}\n`;
}

/**
 * Refuses a file that others may read although it was written with `keyFileMode`, as on a disk of
 * Windows or a USB stick; the caller takes it away again. Windows itself has no such modes: nothing
 * is checked there. Error: `storage`.
 */
export async function requirePrivate(
  path: string,
  platform: NodeJS.Platform = process.platform,
): Promise<void> {
  if (platform === 'win32') return;
  const { mode } = await stat(path);
  if ((mode & 0o077) === 0) return;
  throw new CcMirrorError(
    'storage',
    `An API key cannot be kept in ${path}: this file system lets others read it`,
    'Use another disk with --home DIR, or keep the key elsewhere with --key-store env or helper',
  );
}
