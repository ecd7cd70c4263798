import { constants, createReadStream } from 'node:fs';
import { chmod, copyFile, link, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { systemCode } from '../errors.ts';

/** Bytes to put at a position of a file. */
export interface Patch {
  position: number;
  bytes: Buffer;
}

/** The SHA-256 (hex) of a file as it would be with the patches applied. */
export async function hashFile(path: string, patches: readonly Patch[] = []): Promise<string> {
  const hash = createHash('sha256');
  let position = 0;
  for await (const read of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    const chunk = read as Buffer;
    for (const patch of patches) overlay(chunk, position, patch);
    hash.update(chunk);
    position += chunk.length;
  }
  return hash.digest('hex');
}

/**
 * Copies a file with patches applied; shares the unchanged blocks where the file system can
 * (reflink). The mode is kept. Returns the SHA-256 of the result.
 */
export async function copyPatched(
  source: string,
  target: string,
  patches: readonly Patch[],
): Promise<string> {
  const { mode } = await stat(source);
  const [sha256] = await Promise.all([
    hashFile(source, patches),
    copyFile(source, target, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL),
  ]);
  if (patches.length === 0) return sha256;
  await chmod(target, mode | 0o200);
  const file = await open(target, 'r+');
  try {
    for (const { position, bytes } of patches) await file.write(bytes, 0, bytes.length, position);
  } finally {
    await file.close();
  }
  await chmod(target, mode);
  return sha256;
}

/** Copies a folder's files, or one file into the folder `target`; `skip` leaves paths out. */
export async function copyInto(source: string, target: string, skip?: string): Promise<void> {
  await eachFile(source, target, async (from, to) => {
    if (from === skip) return;
    await copyFile(from, to, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
  });
}

/** Gives `target` the same files as `source` without using space: reflink, else hard link, else copy. */
export async function linkInto(source: string, target: string, skip?: string): Promise<void> {
  await eachFile(source, target, async (from, to) => {
    if (from === skip) return;
    try {
      await copyFile(from, to, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL);
      return;
    } catch (error) {
      if (!cannotShare.has(systemCode(error) ?? '')) throw error;
      await rm(to, { force: true });
    }
    try {
      await link(from, to);
    } catch (error) {
      if (!cannotShare.has(systemCode(error) ?? '')) throw error;
      await copyFile(from, to, constants.COPYFILE_EXCL);
    }
  });
}

/** Takes the permission to write from every file below a folder; folders stay writable. */
export async function makeReadOnly(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await makeReadOnly(path);
    else await chmod(path, (await stat(path)).mode & 0o555);
  }
}

/** What file systems answer when they cannot share blocks or link. */
const cannotShare = new Set([
  'ENOTSUP',
  'EOPNOTSUPP',
  'EXDEV',
  'EINVAL',
  'ENOSYS',
  'ENOTTY',
  'EPERM',
  'EMLINK',
]);

async function eachFile(
  source: string,
  target: string,
  act: (from: string, to: string) => Promise<void>,
): Promise<void> {
  await mkdir(target, { recursive: true });
  if ((await stat(source)).isFile()) {
    await act(
      source,
      join(target, source.slice(Math.max(source.lastIndexOf('/'), source.lastIndexOf('\\')) + 1)),
    );
    return;
  }
  for (const entry of await readdir(source, { withFileTypes: true })) {
    const from = join(source, entry.name);
    if (entry.isDirectory()) await eachFile(from, join(target, entry.name), act);
    else if (entry.isFile()) await act(from, join(target, entry.name));
  }
}

function overlay(chunk: Buffer, position: number, { position: at, bytes }: Patch): void {
  const start = Math.max(at, position);
  const end = Math.min(at + bytes.length, position + chunk.length);
  if (start < end) bytes.copy(chunk, start - position, start - at, end - at);
}
