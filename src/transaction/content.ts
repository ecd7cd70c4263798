import { readFile, rm, symlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { lstat, readlink } from '../disk/sync-read.ts';
import { writeAtomic } from '../disk/write.ts';
import { ifExists } from '../disk/if-exists.ts';
import { makeFolder } from '../disk/folders.ts';
import { renamePath } from '../disk/rename.ts';
import { CcMirrorError } from '../errors.ts';
import type { Content } from './step.ts';

/** What a path holds now; null where nothing is. Error: `storage` for what is neither file nor link. */
export async function contentAt(path: string): Promise<Content | null> {
  const there = ifExists(() => lstat(path));
  if (there === null) return null;
  if (there.isSymbolicLink()) return { kind: 'link', target: readlink(path) };
  if (!there.isFile()) {
    throw new CcMirrorError(
      'storage',
      `${path} is ${there.isDirectory() ? 'a folder' : 'no file'}, and a file belongs there.`,
      'Move it away, then run the command again.',
    );
  }
  return fileContent(await readFile(path), there.mode & 0o777);
}

export function fileContent(bytes: Buffer | string, mode: number): Content {
  return { kind: 'file', base64: Buffer.from(bytes).toString('base64'), mode };
}

/** Whether a file was cut off by a power cut: its name was on the disk by then, and its bytes not. */
export function isTorn(content: Content | null): boolean {
  return content?.kind === 'file' && content.base64 === '';
}

/** Whether two contents are the same but for the mode. */
export function sameBytes(one: Content | null, other: Content | null): boolean {
  if (one === null || other === null) return one === other;
  if (one.kind === 'link') return other.kind === 'link' && one.target === other.target;
  return other.kind === 'file' && one.base64 === other.base64;
}

/** Whether two contents are the same; Windows keeps no mode. */
export function sameContent(one: Content | null, other: Content | null): boolean {
  if (!sameBytes(one, other)) return false;
  if (one?.kind !== 'file' || other?.kind !== 'file') return true;
  return one.mode === other.mode || process.platform === 'win32';
}

/** Puts content at a path, or nothing; it is on the disk only once the path was synced. */
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

/** Removes what a run that was cut off may have left beside a path. */
export async function clearTemporary(path: string): Promise<void> {
  await ifExists(() => rm(temporaryOf(path), { force: true }));
}

/** Where new content is written first: always the same name, so that one left over is found. */
export function temporaryOf(path: string): string {
  return `${path}.cc-mirror.tmp`;
}
