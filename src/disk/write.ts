import { randomUUID } from 'node:crypto';
import { chmod, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { located } from './error-path.ts';
import { stat } from './sync-read.ts';
import { ifExists } from './if-exists.ts';
import { makeFolder } from './folders.ts';
import { renamePath } from './rename.ts';

export interface WriteOptions {
  /** Permission bits; without them a file that is there keeps its own. */
  mode?: number | undefined;
  /** Where the new content is written first: in the same folder. What is there is overwritten. */
  temporary?: string | undefined;
  /** Wait until the content is on the disk, so that it survives a power cut; by default true. */
  durable?: boolean;
}

/**
 * Writes a file so that a reader sees the old content or the new one; makes its folder. A symbolic link at the path is replaced.
 */
export async function writeAtomic(
  path: string,
  content: string | Buffer,
  options: WriteOptions = {},
): Promise<void> {
  const { temporary = `${path}.${randomUUID().slice(0, 8)}.tmp`, durable = true } = options;
  await makeFolder(dirname(path));
  const mode = options.mode ?? modeOf(path) ?? 0o644;
  try {
    // A file that was cut off earlier may be there, with another mode.
    await rm(temporary, { force: true });
    const file = await open(temporary, 'wx', mode);
    try {
      await located(path, async () => {
        await file.writeFile(content);
        if (durable) await file.sync();
      });
    } finally {
      await file.close();
    }
    // The mode asked for at creation is narrowed by the umask; a launcher has to stay executable.
    await chmod(temporary, mode);
    await renamePath(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** The permission bits of what is there, or null. */
function modeOf(path: string): number | null {
  const there = ifExists(() => stat(path));
  return there && there.mode & 0o777;
}
