import { open, stat } from 'node:fs/promises';

/**
 * Waits until a folder's entries are on the disk: a rename is durable only then. Windows has no
 * such call and needs none.
 */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  await syncFile(path);
}

/**
 * Waits until a file's content is on the disk. Windows does that only for who may write to the file,
 * so one that is read-only is left to the system there.
 */
export async function syncFile(path: string): Promise<void> {
  if (process.platform === 'win32' && ((await stat(path)).mode & 0o200) === 0) return;
  const file = await open(path, process.platform === 'win32' ? 'r+' : 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
