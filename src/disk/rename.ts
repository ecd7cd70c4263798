import { rename, rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { CcMirrorError, systemCode } from '../errors.ts';

/**
 * Renames. Error: `busy` for what stays in use on Windows, as a folder is that a program in it runs
 * from, or that is somebody's current one.
 */
export async function renamePath(from: string, to: string): Promise<void> {
  try {
    await untilFree(() => rename(from, to), isHeld);
  } catch (error) {
    throw isHeld(error) ? inUse(from, to, error) : error;
  }
}

/** Removes a file, or a folder with what is in it; nothing there is fine. */
export async function removePath(path: string): Promise<void> {
  const removal = { recursive: true, force: true };
  // A folder is not empty while something of it is only marked to go.
  const held = (error: unknown): boolean => isHeld(error) || systemCode(error) === 'ENOTEMPTY';
  await untilFree(() => rm(path, removal), held);
}

/** Whether Windows refuses something because a program has it, or what is in it, open. */
export function isHeld(error: unknown): boolean {
  const codes = ['EPERM', 'EACCES', 'EBUSY'];
  return process.platform === 'win32' && codes.includes(systemCode(error) ?? '');
}

/**
 * On Windows another program, such as a virus scanner, may hold what was just written for a moment,
 * so a refusal there is met by trying again for two seconds.
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
    `${from} cannot be renamed to ${to}: one of the two is in use.`,
    'End the sessions that run, and close what else has that folder or a file of it open; then run the command again.',
    { cause },
  );
}
