import { mkdirSync } from 'node:fs';
import type * as files from 'node:fs/promises';
import { mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import { ifExists } from '../../../src/disk/if-exists.ts';
import { makeFolder, missingFolders } from '../../../src/disk/folders.ts';
import * as look from '../../../src/disk/sync-read.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { failure } from '../../support/failure.ts';

vi.mock('node:fs/promises', async (original) => {
  const actual = await original<typeof files>();
  return { ...actual, mkdir: vi.fn(actual.mkdir) };
});
vi.mock('../../../src/disk/sync-read.ts', async (original) => {
  const actual = await original<typeof look>();
  return { ...actual, stat: vi.fn(actual.stat) };
});

let folder: string;
beforeEach(async () => {
  folder = temporaryFolder();
});

it('a dangling link exists; a path below a file does not', async () => {
  await symlink('nowhere', join(folder, 'link'));
  await writeFile(join(folder, 'file'), '');
  expect(look.exists(join(folder, 'link'))).toBe(true);
  expect(look.exists(join(folder, 'nothing'))).toBe(false);
  expect(look.exists(join(folder, 'file/below'))).toBe(false);
});

it('ifExists returns null for missing paths only', async () => {
  expect(await ifExists(() => stat(join(folder, 'nothing')))).toBeNull();
  const refused = Object.assign(new Error('EACCES'), { code: 'EACCES' });
  await expect(ifExists(() => Promise.reject(refused))).rejects.toBe(refused);
});

it('makeFolder creates folders and returns the outermost one', async () => {
  expect(await makeFolder(join(folder, 'a/b'))).toBe(join(folder, 'a'));
  expect(await makeFolder(join(folder, 'a/b'))).toBeUndefined();
});

it('a folder that another process creates in the meantime is accepted', async () => {
  vi.mocked(mkdir).mockImplementationOnce(async (path) => {
    mkdirSync(path);
    throw Object.assign(new Error('EEXIST'), { code: 'EEXIST' });
  });
  expect(await makeFolder(join(folder, 'a/b'))).toBe(join(folder, 'a/b'));
});

it('a folder created between two looks at it is not a broken link', async () => {
  await mkdir(join(folder, 'a'));
  vi.mocked(look.stat).mockImplementationOnce(() => {
    throw Object.assign(new Error('ENOENT'), { code: 'ENOENT' });
  });
  expect(missingFolders(join(folder, 'a'))).toEqual([]);
});

it.each([
  ['a file', 'file', /file is not a folder\.$/],
  ['below a file', 'file/a/b', /file is not a folder, so .*file\/a\/b cannot be created\.$/],
  ['a broken link', 'link', /link is a broken link\.$/],
  ['below a broken link', 'link/a', /link is a broken link, so .*link\/a cannot be created\.$/],
])('%s: no folder can be created', async (_, path, words) => {
  await writeFile(join(folder, 'file'), '');
  await symlink('nowhere', join(folder, 'link'));
  await expect(makeFolder(join(folder, path))).rejects.toMatchObject(failure('storage', words));
  expect(() => missingFolders(join(folder, path))).toThrow(
    expect.objectContaining(failure('storage', words)),
  );
});

it('after a failure the created folders are removed again', async () => {
  const missing = Object.assign(new Error('ENOENT'), { code: 'ENOENT' });
  const { mkdir: real } = await vi.importActual<typeof files>('node:fs/promises');
  vi.mocked(mkdir).mockImplementationOnce(real).mockRejectedValueOnce(missing);
  await expect(makeFolder(join(folder, 'a/b'))).rejects.toMatchObject(
    failure('storage', /a\/b cannot be created: .*\/a accepts no folders\.$/),
  );
  expect(await readdir(folder)).toEqual([]);
});

it('a file system that accepts no folders is reported', async () => {
  await expect(makeFolder('/proc/none/deep')).rejects.toMatchObject(
    failure('storage', /\/proc accepts no folders\.$/),
  );
});
