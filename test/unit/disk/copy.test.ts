import { constants } from 'node:fs';
import { createHash } from 'node:crypto';
import {
  access,
  chmod,
  copyFile,
  link,
  lstat,
  readFile,
  readdir,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { copyInto, copyPatched, linkFile, makeReadOnly } from '../../../src/disk/copy.ts';
import { filesBelow } from '../../../src/disk/read.ts';
import { hashFile } from '../../../src/disk/hash.ts';
import { temporaryFolder, writeTree } from '../../support/folder.ts';

vi.mock('node:fs/promises', async (original) => {
  const actual = await original<typeof import('node:fs/promises')>();
  return { ...actual, copyFile: vi.fn(actual.copyFile), link: vi.fn(actual.link) };
});

const actual = await vi.importActual<typeof import('node:fs/promises')>('node:fs/promises');
beforeEach(() => {
  vi.mocked(copyFile).mockReset().mockImplementation(actual.copyFile);
  vi.mocked(link).mockReset().mockImplementation(actual.link);
});

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const failing = (code: string) => Object.assign(new Error(code), { code });

/** As on a file system without reflinks. */
function withoutReflink(code = 'ENOTSUP'): void {
  vi.mocked(copyFile).mockImplementation((from, to, mode = 0) =>
    mode & constants.COPYFILE_FICLONE_FORCE
      ? Promise.reject(failing(code))
      : actual.copyFile(from, to, mode),
  );
}

test.each([0, 1, 1024 * 1024, 2 * 1024 * 1024 + 7])('hashes a file of %i bytes', async (length) => {
  const path = join(temporaryFolder(), 'file');
  const bytes = Buffer.alloc(length, 'abc');
  await writeFile(path, bytes);
  expect(await hashFile(path)).toBe(sha256(bytes));
});

test('copies with patches and keeps the mode', async () => {
  const folder = temporaryFolder();
  const source = join(folder, 'source');
  const target = join(folder, 'target');
  const bytes = Buffer.alloc(3 * 1024 * 1024, 'abc');
  await writeFile(source, bytes);
  await chmod(source, 0o555);
  const patches = [0, 1024 * 1024 - 2, 3 * 1024 * 1024 - 4].map((position) => {
    return { position, bytes: Buffer.from('1234') };
  });
  await copyPatched(source, target, patches);

  for (const patch of patches) patch.bytes.copy(bytes, patch.position);
  const copied = await readFile(target);
  expect(copied.equals(bytes)).toBe(true);
  expect(await hashFile(target)).toBe(sha256(bytes));
  expect((await stat(target)).mode & 0o777).toBe(0o555);
  await expect(copyPatched(source, target, patches)).rejects.toThrow('EEXIST');
});

async function source(): Promise<{ from: string; to: string }> {
  const folder = temporaryFolder();
  const from = join(folder, 'from');
  await writeTree(from, { a: 'a', 'sub/b': 'b', 'sub/deeper/c': 'c' });
  await chmod(join(from, 'sub/b'), 0o755);
  return { from, to: join(folder, 'to') };
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

test('copies files and folders, but not links and skipped files', async () => {
  const { from, to } = await source();
  await symlink('a', join(from, 'link'));
  await symlink('/', join(from, 'sub/root'));
  await copyInto(from, to, join(from, 'a'));
  expect(await filesIn(to)).toEqual(['sub/b', 'sub/deeper/c']);
  expect((await stat(join(to, 'sub/b'))).mode & 0o777).toBe(0o755);
  await copyInto(join(from, 'a'), to);
  expect(await readFile(join(to, 'a'), 'utf8')).toBe('a');
  await expect(copyInto(from, to)).rejects.toThrow('EEXIST');
});

test('filesBelow lists files in order, without links and avoided folders', async () => {
  const { from } = await source();
  await symlink('a', join(from, 'link'));
  expect(filesBelow(from)).toEqual(['a', 'sub/b', 'sub/deeper/c']);
  const avoided = join(from, 'sub/deeper');
  expect(filesBelow(from, (folder) => folder === avoided)).toEqual(['a', 'sub/b']);
});

test('linkFile creates the folder and keeps content and mode', async () => {
  const { from, to } = await source();
  await linkFile(join(from, 'sub/b'), join(to, 'sub/deeper/b'));
  expect(await readFile(join(to, 'sub/deeper/b'), 'utf8')).toBe('b');
  expect((await stat(join(to, 'sub/deeper/b'))).mode & 0o777).toBe(0o755);
});

test('a target inside the source is not copied into itself', async () => {
  const { from } = await source();
  await copyInto(from, join(from, 'sub/out'));
  expect(await filesIn(join(from, 'sub/out'))).toEqual(['a', 'sub/b', 'sub/deeper/c']);
});

test.each(['ENOTSUP', 'EXDEV', 'ENOSYS'])('without reflinks (%s) it links', async (code) => {
  withoutReflink(code);
  const { from, to } = await source();
  await linkFile(join(from, 'a'), join(to, 'a'));
  expect((await lstat(join(to, 'a'))).ino).toBe((await lstat(join(from, 'a'))).ino);
});

test.each(['EXDEV', 'EPERM', 'EMLINK'])('without links either (%s) it copies', async (code) => {
  withoutReflink();
  vi.mocked(link).mockRejectedValue(failing(code));
  const { from, to } = await source();
  await linkFile(join(from, 'sub/b'), join(to, 'sub/b'));
  expect((await lstat(join(to, 'sub/b'))).ino).not.toBe((await lstat(join(from, 'sub/b'))).ino);
  expect(await readFile(join(to, 'sub/b'), 'utf8')).toBe('b');
  expect((await stat(join(to, 'sub/b'))).mode & 0o777).toBe(0o755);
});

test('a full disk is an error, not a reason to copy', async () => {
  withoutReflink('ENOSPC');
  const { from, to } = await source();
  await expect(linkFile(join(from, 'a'), to)).rejects.toThrow('ENOSPC');
  expect(link).not.toHaveBeenCalled();
});

test('makeReadOnly keeps executable bits and does not follow links', async () => {
  const { from } = await source();
  const { from: outside } = await source();
  await symlink(join(outside, 'a'), join(from, 'link'));
  await chmod(join(from, 'a'), 0o640);
  await makeReadOnly(from);
  const mode = async (path: string) => (await stat(path)).mode & 0o777;
  expect(await mode(join(from, 'a'))).toBe(0o440);
  expect(await mode(join(from, 'sub/b'))).toBe(0o555);
  expect((await mode(join(outside, 'a'))) & 0o200).not.toBe(0);
  await access(join(from, 'sub'), constants.W_OK);
});
