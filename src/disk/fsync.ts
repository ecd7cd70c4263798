import { open } from 'node:fs/promises';
import { systemCode } from '../errors.ts';
import { located } from './error-path.ts';
import { stat } from './sync-read.ts';

/**
 * Flushes a folder's entries to disk, which makes renames in it durable. Windows has no call for
 * this and needs none. File systems that cannot sync folders are left alone.
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
 * fsync(2) errors for folders on /proc and on some network and FUSE file systems, and for folders
 * that are writable but not readable.
 */
const cannotSync = new Set(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EBADF', 'EACCES']);

/**
 * Flushes a file's content to disk. Windows syncs only files that may be written to, so a read-only
 * file is left to the system there.
 */
export async function syncFile(path: string): Promise<void> {
  const windows = process.platform === 'win32';
  if (windows && (stat(path).mode & 0o200) === 0) return;
  const file = await open(path, windows ? 'r+' : 'r');
  try {
    await located(path, () => file.sync());
  } finally {
    await file.close();
  }
}
