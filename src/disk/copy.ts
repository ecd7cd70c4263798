import { constants } from 'node:fs';
import { chmod, copyFile, link, mkdir, open, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { stat } from './sync-read.ts';
import { filesBelow } from './read.ts';
import { located } from './error-path.ts';
import { systemCode } from '../errors.ts';

/** Bytes to put at a position of a file. */
export interface Patch {
  position: number;
  bytes: Buffer;
}

/**
 * Copies a file with patches applied; shares the unchanged blocks where the file system can
 * (reflink). The mode is kept. Error: `EEXIST` where something is at `target`.
 */
export async function copyPatched(
  source: string,
  target: string,
  patches: readonly Patch[],
): Promise<void> {
  await copyFile(source, target, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
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
 * Copies a folder's files, or one file into the folder `target`; `skip` leaves a path out.
 *
 * Symbolic links are left out: published packages hold none, and those that package managers add
 * (`.bin`, pnpm's links to other packages) lead out of the bundle, to what it does not own.
 */
export async function copyInto(source: string, target: string, skip?: string): Promise<void> {
  if (stat(source).isFile()) {
    await mkdir(target, { recursive: true });
    await copyFile(source, join(target, basename(source)), COPY);
    return;
  }
  const avoid = resolve(target);
  const files = filesBelow(source, (folder) => resolve(folder) === avoid);
  for (const path of files) {
    if (join(source, path) === skip) continue;
    await mkdir(dirname(join(target, path)), { recursive: true });
    await copyFile(join(source, path), join(target, path), COPY);
  }
}

const COPY = constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL;

/**
 * Gives `target` a file of `source` without using space: reflink, else hard link, else copy. A hard
 * link shares the file's mode and contents, so `source` has to be ours.
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

/** Takes the permission to write from every file below a folder; folders stay writable. */
export async function makeReadOnly(folder: string): Promise<void> {
  for (const path of filesBelow(folder)) await takeWriting(join(folder, path));
}

/** Takes the permission to write to a file, where anybody has it. */
export async function takeWriting(path: string): Promise<void> {
  const { mode } = stat(path);
  if ((mode & 0o222) !== 0) await chmod(path, mode & 0o555);
}

/** Whether a way to share a file works here; every error but that it does not is thrown. */
async function shared(way: () => Promise<void>): Promise<boolean> {
  try {
    await way();
    return true;
  } catch (error) {
    if (!cannotShare.has(systemCode(error) ?? '')) throw error;
    return false;
  }
}

/** What file systems answer when they cannot share blocks or link; EISDIR is FAT's on Windows. */
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
