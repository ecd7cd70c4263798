import { open, stat } from 'node:fs/promises';
import { systemCode } from '../errors.ts';
import { located } from './error-path.ts';

/**
 * Waits until a folder's entries are on the disk: a rename is durable only then. Windows has no
 * such call and needs none; what a file system cannot sync is left to it.
 */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  try {
    await syncFile(path);
  } catch (error) {
    if (!cannotSync.has(systemCode(error) ?? '')) throw error;
  }
}

/**
 * What the system answers for a folder that it does not sync, as /proc and some network and FUSE
 * file systems do not (fsync(2)), or that may be written to but not read.
 */
const cannotSync = new Set(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EBADF', 'EACCES']);

/**
 * Waits until a file's content is on the disk. Windows does that only for who may write to the file,
 * so one that is read-only is left to the system there.
 */
export async function syncFile(path: string): Promise<void> {
  if (process.platform === 'win32' && ((await stat(path)).mode & 0o200) === 0) return;
  const file = await open(path, process.platform === 'win32' ? 'r+' : 'r');
  try {
    await located(path, () => file.sync());
  } finally {
    await file.close();
  }
}
