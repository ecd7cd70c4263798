import { randomUUID } from 'node:crypto';
import { chmod, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { located } from './error-path.ts';
import { stat } from './sync-read.ts';
import { ifExists } from './if-exists.ts';
import { makeFolder } from './folders.ts';
import { renamePath } from './rename.ts';

export interface WriteOptions {
  /** Permission bits; by default an existing file keeps its own. */
  mode?: number | undefined;
  /** Where the new content is written first, in the same folder; overwritten if it exists. */
  temporary?: string | undefined;
  /** Flush the content to disk, so that it survives a power cut; true by default. */
  durable?: boolean;
}

/**
 * Writes a file so that readers see the old content or the new, never a part; creates its folder.
 * A symbolic link at the path is replaced.
 */
export async function writeAtomic(
  path: string,
  content: string | Buffer,
  options: WriteOptions = {},
): Promise<void> {
  const { temporary = `${path}.${randomUUID().slice(0, 8)}.tmp`, durable = true } = options;
  await makeFolder(dirname(path));
  const current = ifExists(() => stat(path));
  const mode = options.mode ?? (current === null ? 0o644 : current.mode & 0o777);
  try {
    // An interrupted write may have left one, with another mode.
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
    // The umask narrowed the mode at creation; a launcher has to stay executable.
    await chmod(temporary, mode);
    await renamePath(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
