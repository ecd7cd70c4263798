import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, copyFile, link, mkdir, open, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { entriesIn, located, realpath, stat } from '../disk/look.ts';
import { systemCode } from '../errors.ts';

/** Bytes to put at a position of a file. */
export interface Patch {
  position: number;
  bytes: Buffer;
}

const CHUNK = 1024 * 1024;

/**
 * The SHA-256 (hex) of a file. One core hashes about 1.8 GB a second, half of what the system
 * copies in that time; the next chunk is read meanwhile.
 */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(path, 'r');
  try {
    let [buffer, spare] = [Buffer.allocUnsafeSlow(CHUNK), Buffer.allocUnsafeSlow(CHUNK)];
    let read = await file.read(buffer, 0, CHUNK, 0);
    for (let position = 0; read.bytesRead > 0;) {
      const chunk = buffer.subarray(0, read.bytesRead);
      const next = file.read(spare, 0, CHUNK, position + chunk.length);
      hash.update(chunk);
      position += chunk.length;
      read = await next;
      [buffer, spare] = [spare, buffer];
    }
  } finally {
    await file.close();
  }
  return hash.digest('hex');
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
  const { mode } = await stat(source);
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
  if ((await stat(source)).isFile()) {
    await mkdir(target, { recursive: true });
    await copyFile(source, join(target, basename(source)), COPY);
    return;
  }
  const avoid = resolve(target);
  const files = await filesBelow(source, (folder) => resolve(folder) === avoid);
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

/** The files below a folder, as paths below it, in order; `avoid` leaves folders out. */
export async function filesBelow(
  folder: string,
  avoid: (folder: string) => boolean = () => false,
): Promise<string[]> {
  const paths: string[] = [];
  for (const entry of await entriesIn(folder)) {
    const path = join(folder, entry.name);
    if (entry.isFile()) paths.push(entry.name);
    if (!entry.isDirectory() || avoid(path)) continue;
    const below = await filesBelow(path, avoid);
    paths.push(...below.map((inner) => join(entry.name, inner)));
  }
  return paths.sort();
}

const HEAD_BYTES = 4096;

/**
 * The beginning of a file as text, which tells a launcher of ours; null where no file is, empty
 * where it may not be read.
 */
export async function headOf(path: string): Promise<string | null> {
  try {
    const real = await realpath(path);
    const there = await stat(real);
    // A pipe may never end.
    if (!there.isFile() && !there.isDirectory()) return '';
    const file = await open(real, 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = systemCode(error) ?? '';
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return null;
    if (code === 'EACCES' || code === 'EPERM' || code === 'ELOOP') return '';
    throw error;
  }
}

/** Takes the permission to write from every file below a folder; folders stay writable. */
export async function makeReadOnly(folder: string): Promise<void> {
  for (const path of await filesBelow(folder)) await takeWriting(join(folder, path));
}

/** Takes the permission to write to a file, where anybody has it. */
export async function takeWriting(path: string): Promise<void> {
  const { mode } = await stat(path);
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
