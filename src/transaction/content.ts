import { readFile, rm, symlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { lstat, readlink } from '../disk/sync-read.ts';
import { writeAtomic } from '../disk/write.ts';
import { ifExists } from '../disk/if-exists.ts';
import { makeFolder } from '../disk/folders.ts';
import { renamePath } from '../disk/rename.ts';
import { CcMirrorError } from '../errors.ts';
import type { Content } from './step.ts';

/** The content of a path; null if it does not exist. Error: `storage` if it is not a file or link. */
export async function contentAt(path: string): Promise<Content | null> {
  const found = ifExists(() => lstat(path));
  if (found === null) return null;
  if (found.isSymbolicLink()) return { kind: 'link', target: readlink(path) };
  if (!found.isFile()) {
    throw new CcMirrorError(
      'storage',
      `${path} is ${found.isDirectory() ? 'a folder' : 'not a regular file'}, but should be a file.`,
      'Move it away, then run the command again.',
    );
  }
  return fileContent(await readFile(path), found.mode & 0o777);
}

export function fileContent(bytes: Buffer | string, mode: number): Content {
  return { kind: 'file', base64: Buffer.from(bytes).toString('base64'), mode };
}

/** Whether a file looks torn by a power cut: its name reached the disk, its bytes did not. */
export function isTorn(content: Content | null): boolean {
  return content?.kind === 'file' && content.base64 === '';
}

/** Whether two contents are equal, apart from the mode. */
export function sameBytes(one: Content | null, other: Content | null): boolean {
  if (one === null || other === null) return one === other;
  if (one.kind === 'link') return other.kind === 'link' && one.target === other.target;
  return other.kind === 'file' && one.base64 === other.base64;
}

/** Whether two contents are equal. Windows has no modes. */
export function sameContent(one: Content | null, other: Content | null): boolean {
  if (!sameBytes(one, other)) return false;
  if (one?.kind !== 'file' || other?.kind !== 'file') return true;
  return one.mode === other.mode || process.platform === 'win32';
}

/** Writes content to a path, or removes it. Not flushed to disk: the caller syncs the path. */
export async function putContent(path: string, content: Content | null): Promise<void> {
  const temporary = temporaryOf(path);
  if (content?.kind === 'file') {
    const { base64, mode } = content;
    await writeAtomic(path, Buffer.from(base64, 'base64'), { mode, temporary, durable: false });
    return;
  }
  if (content === null) return rm(path, { force: true });
  await makeFolder(dirname(path));
  await symlink(content.target, temporary);
  await renamePath(temporary, path);
}

/** Removes the temporary file that an interrupted run may have left beside a path. */
export async function clearTemporary(path: string): Promise<void> {
  await ifExists(() => rm(temporaryOf(path), { force: true }));
}

/** Where new content is written first: a fixed name, so that leftovers are found. */
export function temporaryOf(path: string): string {
  return `${path}.cc-mirror.tmp`;
}
