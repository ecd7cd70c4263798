import {
  type FileHandle,
  chmod,
  lstat,
  mkdir,
  open,
  readFile,
  readdir,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { writeAtomic } from '../../../src/disk/write.ts';
import { readIfExists } from '../../../src/disk/sync-read.ts';
import { temporaryFolder, treeOf } from '../../support/folder.ts';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = temporaryFolder();
  file = join(folder, 'file');
});

async function modeOf(path: string): Promise<number> {
  return (await lstat(path)).mode & 0o777;
}

it.each([
  ['a new file', null, undefined, 0o644],
  ['a new file with a mode', null, 0o755, 0o755],
  ['a mode that the umask narrows', null, 0o666, 0o666],
  ['a secret', null, 0o600, 0o600],
  ['an existing file keeps its mode', 0o640, undefined, 0o640],
  ['an existing file gets the mode asked for', 0o644, 0o600, 0o600],
])('%s', async (_, before, given, expected) => {
  if (before !== null) {
    await writeFile(file, 'old');
    await chmod(file, before);
  }
  await writeAtomic(file, 'new', { mode: given });
  expect(await readFile(file, 'utf8')).toBe('new');
  expect(await modeOf(file)).toBe(expected);
  expect(await readdir(folder)).toEqual(['file']);
});

it('creates its folders', async () => {
  await writeAtomic(join(folder, 'a', 'b', 'file'), 'new');
  expect(readIfExists(join(folder, 'a', 'b', 'file'))).toBe('new');
});

it.each([
  ['by default', undefined, 1],
  ['where that is asked for', true, 1],
  ['not where it is not', false, 0],
])('flushes the whole content %s', async (_, durable, times) => {
  const handle = await open(file, 'w');
  const methods: FileHandle = Object.getPrototypeOf(handle);
  await handle.close();
  const sync = vi.spyOn(methods, 'sync').mockImplementation(async function flush(this: FileHandle) {
    expect((await this.stat()).size).toBe('new'.length);
  });
  onTestFinished(() => sync.mockRestore());
  await writeAtomic(file, 'new', durable === undefined ? {} : { durable });
  expect(sync).toHaveBeenCalledTimes(times);
});

it('replaces a link and does not write through it', async () => {
  await writeFile(join(folder, 'target'), 'old');
  await symlink('target', file);
  await writeAtomic(file, 'new');
  expect(await readFile(join(folder, 'target'), 'utf8')).toBe('old');
  expect((await lstat(file)).isFile()).toBe(true);
});

it('replaces a leftover temporary file', async () => {
  const temporary = join(folder, 'file.half');
  await writeFile(temporary, 'half', { mode: 0o444 });
  await writeAtomic(file, 'new', { mode: 0o600, temporary });
  expect(await treeOf(folder)).toEqual({ file: 'file 600 new' });
});

it('does not write through a link at the temporary path', async () => {
  const temporary = join(folder, 'file.half');
  await writeFile(join(folder, 'target'), 'old');
  await symlink('target', temporary);
  await writeAtomic(file, 'new', { temporary });
  expect(await treeOf(folder)).toEqual({ file: 'file 644 new', target: 'file 644 old' });
});

it('leaves no temporary file after a failure', async () => {
  await mkdir(join(file, 'full'), { recursive: true });
  const before = await treeOf(folder);
  await expect(writeAtomic(file, 'new')).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
  expect(await treeOf(folder)).toEqual(before);
});

it('readIfExists returns null for a missing file and throws for a folder', async () => {
  expect(readIfExists(file)).toBeNull();
  expect(() => readIfExists(folder)).toThrow(expect.objectContaining({ code: 'EISDIR' }));
});
