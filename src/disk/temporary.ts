import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CcMirrorError, refusedAt, systemCode } from '../errors.ts';
import { realpath } from './sync-read.ts';

/** The hint where a temporary folder cannot be created or written to. */
export const otherTemporary = 'Set TMPDIR to a writable folder with enough free space.';

/**
 * Runs `use` with the real path of a new temporary folder, named after `what`, and removes the
 * folder afterwards. Error: `storage`.
 */
export async function withTemporary<T>(
  what: string,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await createTemporary(what);
  try {
    return await use(folder);
  } finally {
    // A process that was just killed may still be finishing a write.
    const removal = rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    await removal.catch(refuseTemporary);
  }
}

async function createTemporary(what: string): Promise<string> {
  try {
    return realpath(await mkdtemp(join(tmpdir(), `cc-mirror-${what}-`)));
  } catch (error) {
    const message = `No temporary folder could be created in ${tmpdir()} (${systemCode(error) ?? String(error)}).`;
    throw new CcMirrorError('storage', message, otherTemporary, { cause: error });
  }
}

/** Rethrows a system error in a temporary folder as `storage`, with a hint; others unchanged. */
export function refuseTemporary(error: unknown): never {
  throw refusedAt(tmpdir(), error, otherTemporary);
}
