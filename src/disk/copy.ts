import { constants } from 'node:fs';
import { chmod, copyFile, link, mkdir, open, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { stat } from './sync-read.ts';
import { filesBelow } from './read.ts';
import { located } from './error-path.ts';
import { systemCode } from '../errors.ts';

/** Reflinks if possible, and never overwrites. */
const CLONE_NEW = constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL;

/** Bytes to write at an offset of a file. */
export interface Patch {
  position: number;
  bytes: Buffer;
}

/**
 * Copies a file and applies patches to the copy, which keeps the mode and shares unchanged blocks
 * where the file system supports reflinks. Error: `EEXIST` if `target` exists.
 */
export async function copyPatched(
  source: string,
  target: string,
  patches: readonly Patch[],
): Promise<void> {
  await copyFile(source, target, CLONE_NEW);
  if (patches.length === 0) return;
  const { mode } = stat(source);
  await chmod(target, mode | 0o200);
  const file = await open(target, 'r+');
  try {
    for (const { position, bytes } of patches) {
      const write = () => file.write(bytes, 0, bytes.length, position);
      const { bytesWritten } = await located(target, write);
      if (bytesWritten < bytes.length) throw new Error(`short write to ${target} at ${position}`);
    }
  } finally {
    await file.close();
  }
  await chmod(target, mode);
}

/**
 * Copies the files of a folder, or a single file, into the folder `target`, except for the path
 * `skip`.
 *
 * Symbolic links are not copied: published packages have none, and the ones that package managers
 * add (`.bin`, pnpm's links to other packages) point outside the bundle.
 */
export async function copyInto(source: string, target: string, skip?: string): Promise<void> {
  if (stat(source).isFile()) {
    await mkdir(target, { recursive: true });
    await copyFile(source, join(target, basename(source)), CLONE_NEW);
    return;
  }
  const avoid = resolve(target);
  for (const path of filesBelow(source, (folder) => resolve(folder) === avoid)) {
    if (join(source, path) === skip) continue;
    await mkdir(dirname(join(target, path)), { recursive: true });
    await copyFile(join(source, path), join(target, path), CLONE_NEW);
  }
}

/**
 * Clones a file to `target`, using no disk space if possible: reflink, else hard link, else copy. A
 * hard link shares mode and content, so `source` has to be ours.
 */
export async function linkFile(source: string, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  const reflink = () =>
    copyFile(source, target, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL);
  if (await shared(reflink)) return;
  await rm(target, { force: true });
  if (await shared(() => link(source, target))) return;
  await copyFile(source, target, constants.COPYFILE_EXCL);
}

/** Makes every file below a folder read-only; folders stay writable. */
export async function makeReadOnly(folder: string): Promise<void> {
  for (const path of filesBelow(folder)) await removeWriteBits(join(folder, path));
}

export async function removeWriteBits(path: string): Promise<void> {
  const { mode } = stat(path);
  if ((mode & 0o222) !== 0) await chmod(path, mode & 0o555);
}

/** False if the file system cannot share a file in this way; other errors are thrown. */
async function shared(share: () => Promise<void>): Promise<boolean> {
  try {
    await share();
    return true;
  } catch (error) {
    if (!cannotShare.has(systemCode(error) ?? '')) throw error;
    return false;
  }
}

/** Errors of file systems that cannot reflink or link; EISDIR comes from FAT on Windows. */
const cannotShare = new Set([
  'ENOTSUP',
  'EOPNOTSUPP',
  'EXDEV',
  'EINVAL',
  'ENOSYS',
  'ENOTTY',
  'EPERM',
  'EMLINK',
  'EISDIR',
]);
