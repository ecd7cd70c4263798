import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CcMirrorError, refusedAt, systemCode } from '../errors.ts';

/** What to do where a temporary folder cannot be made or written to. */
export const otherTemporary = 'Set TMPDIR to a folder that you can write to, and that has room.';

/**
 * Makes a temporary folder named after `what`, hands its path without links to `use`, and removes it
 * whatever `use` does. Error: `storage`.
 */
export async function withTemporary<T>(
  what: string,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await make(what);
  try {
    return await use(folder);
  } finally {
    // A process that was killed a moment ago can still be in the middle of a write.
    const gone = rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    await gone.catch(refuseTemporary);
  }
}

async function make(what: string): Promise<string> {
  try {
    return await realpath(await mkdtemp(join(tmpdir(), `cc-mirror-${what}-`)));
  } catch (error) {
    const message = `No temporary folder could be made in ${tmpdir()} (${systemCode(error) ?? String(error)}).`;
    throw new CcMirrorError('storage', message, otherTemporary, { cause: error });
  }
}

/** Throws what the system refused in a temporary folder, with what to do about it. */
export function refuseTemporary(error: unknown): never {
  throw refusedAt(tmpdir(), error, otherTemporary);
}
