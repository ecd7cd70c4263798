import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import {
  chmod,
  copyFile,
  link,
  lstat,
  mkdir,
  open,
  readdir,
  realpath,
  rm,
  stat,
} from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { CcMirrorError, systemCode } from '../errors.ts';
import { ifThere } from '../if-there.ts';

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
      const { bytesWritten } = await file.write(bytes, 0, bytes.length, position);
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
  await eachFile(source, target, async (from, to) => {
    if (from === skip) return;
    await copyFile(from, to, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
  });
}

/**
 * Gives `target` the same files as `source` without using space: reflink, else hard link, else
 * copy. A hard link shares the file's mode and contents, so `source` has to be ours. Symbolic links
 * are left out as in `copyInto`.
 */
export async function linkInto(source: string, target: string, skip?: string): Promise<void> {
  await eachFile(source, target, async (from, to) => {
    if (from === skip) return;
    const reflink = () =>
      copyFile(from, to, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL);
    if (await shared(reflink)) return;
    await rm(to, { force: true });
    if (await shared(() => link(from, to))) return;
    await copyFile(from, to, constants.COPYFILE_EXCL);
  });
}

/**
 * Makes a folder and those above it; the first one made, if any. Error: `storage` on a read-only
 * file system, where Node reports the parent as missing.
 */
export async function makeFolder(folder: string): Promise<string | undefined> {
  try {
    return await mkdir(folder, { recursive: true });
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    throw new CcMirrorError(
      'storage',
      `${folder} cannot be made: the place is not writable.`,
      'Use another place: --home DIR, --bin-dir DIR.',
      { cause: error },
    );
  }
}

const HEAD_BYTES = 4096;

/**
 * The beginning of a file as text, which tells a launcher of ours; null where no file is, empty
 * where it may not be read.
 */
export async function headOf(path: string): Promise<string | null> {
  try {
    const file = await open(await realpath(path), 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = systemCode(error) ?? '';
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return null;
    if (code === 'EACCES' || code === 'ELOOP') return '';
    throw error;
  }
}

/** Whether anything has that path: a folder, a file or a link that leads nowhere. */
export async function isThere(path: string): Promise<boolean> {
  return (await ifThere(() => lstat(path))) !== null;
}

/** Takes the permission to write from every file below a folder; folders stay writable. */
export async function makeReadOnly(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await makeReadOnly(path);
    else if (entry.isFile()) await chmod(path, (await stat(path)).mode & 0o555);
  }
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

async function eachFile(
  source: string,
  target: string,
  act: (from: string, to: string) => Promise<void>,
): Promise<void> {
  const entry = await stat(source);
  await mkdir(target, { recursive: true });
  if (entry.isFile()) await act(source, join(target, basename(source)));
  else await eachFileBelow(source, target, resolve(target), act);
}

/** Walks a folder; `avoid`, where the copies go, may lie inside it. */
async function eachFileBelow(
  source: string,
  target: string,
  avoid: string,
  act: (from: string, to: string) => Promise<void>,
): Promise<void> {
  for (const entry of await readdir(source, { withFileTypes: true })) {
    const from = join(source, entry.name);
    const to = join(target, entry.name);
    if (entry.isFile()) await act(from, to);
    if (!entry.isDirectory() || resolve(from) === avoid) continue;
    await mkdir(to, { recursive: true });
    await eachFileBelow(from, to, avoid, act);
  }
}
