import { rename, rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { CcMirrorError, systemCode } from '../errors.ts';

/**
 * Renames a file or folder. Error: `busy` on Windows if it stays in use, as a folder does that
 * contains a running program or is some process's current folder.
 */
export async function renamePath(from: string, to: string): Promise<void> {
  try {
    await untilFree(() => rename(from, to), isHeld);
  } catch (error) {
    throw isHeld(error) ? inUse(from, to, error) : error;
  }
}

/** Removes a file, or a folder with its content, if it exists. */
export async function removePath(path: string): Promise<void> {
  // Files that are open stay in their folder on Windows, marked for deletion.
  const held = (error: unknown): boolean => isHeld(error) || systemCode(error) === 'ENOTEMPTY';
  await untilFree(() => rm(path, { recursive: true, force: true }), held);
}

/** Whether Windows refused because a program has the file, or one in the folder, open. */
export function isHeld(error: unknown): boolean {
  const codes = ['EPERM', 'EACCES', 'EBUSY'];
  return process.platform === 'win32' && codes.includes(systemCode(error) ?? '');
}

/**
 * Retries for two seconds on Windows, where a virus scanner may briefly hold files that were just
 * written.
 */
async function untilFree(
  act: () => Promise<void>,
  held: (error: unknown) => boolean,
): Promise<void> {
  for (let wait = 10; ; wait *= 2) {
    try {
      return await act();
    } catch (error) {
      if (process.platform !== 'win32' || !held(error) || wait > 1000) throw error;
    }
    await delay(wait);
  }
}

function inUse(from: string, to: string, cause: unknown): CcMirrorError {
  return new CcMirrorError(
    'busy',
    `${from} cannot be renamed to ${to}: one of them is in use.`,
    'End running sessions and close programs that use the folder or a file in it, then run the command again.',
    { cause },
  );
}
