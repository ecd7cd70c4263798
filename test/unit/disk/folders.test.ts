import { mkdirSync } from 'node:fs';
import type * as files from 'node:fs/promises';
import { mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import { ifExists } from '../../../src/disk/if-exists.ts';
import { makeFolder, missingFolders } from '../../../src/disk/folders.ts';
import { exists } from '../../../src/disk/sync-read.ts';
import { failure, temporaryFolder } from '../bundle/folder.ts';

vi.mock('node:fs/promises', async (original) => {
  const actual = await original<typeof files>();
  return { ...actual, mkdir: vi.fn(actual.mkdir) };
});

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
});

it('a link that leads nowhere is there; what is behind a file is not', async () => {
  await symlink('nowhere', join(folder, 'link'));
  await writeFile(join(folder, 'file'), '');
  expect(exists(join(folder, 'link'))).toBe(true);
  expect(exists(join(folder, 'nothing'))).toBe(false);
  expect(exists(join(folder, 'file/below'))).toBe(false);
});

it('only that nothing is there counts as nothing', async () => {
  expect(await ifExists(() => stat(join(folder, 'nothing')))).toBeNull();
  const refused = Object.assign(new Error('EACCES'), { code: 'EACCES' });
  await expect(ifExists(() => Promise.reject(refused))).rejects.toBe(refused);
});

it('folders are made, and the first one is told', async () => {
  expect(await makeFolder(join(folder, 'a/b'))).toBe(join(folder, 'a'));
  expect(await makeFolder(join(folder, 'a/b'))).toBeUndefined();
});

it('a folder that another process makes meanwhile is one', async () => {
  vi.mocked(mkdir).mockImplementationOnce(async (path) => {
    mkdirSync(path);
    throw Object.assign(new Error('EEXIST'), { code: 'EEXIST' });
  });
  expect(await makeFolder(join(folder, 'a/b'))).toBe(join(folder, 'a/b'));
});

it.each([
  ['a file', 'file', /file is not a folder\.$/],
  ['below a file', 'file/a/b', /file is not a folder, so there can be no .*file\/a\/b\.$/],
  ['a link that leads nowhere', 'link', /link is a link that leads nowhere\.$/],
  ['below one', 'link/a', /link is a link that leads nowhere, so there can be no /],
])('%s can be no folder', async (_, path, words) => {
  await writeFile(join(folder, 'file'), '');
  await symlink('nowhere', join(folder, 'link'));
  await expect(makeFolder(join(folder, path))).rejects.toMatchObject(failure('storage', words));
  expect(() => missingFolders(join(folder, path))).toThrow(
    expect.objectContaining(failure('storage', words)),
  );
});

it('where nothing can be made that is told, and what was made goes again', async () => {
  const missing = Object.assign(new Error('ENOENT'), { code: 'ENOENT' });
  const { mkdir: real } = await vi.importActual<typeof files>('node:fs/promises');
  vi.mocked(mkdir).mockImplementationOnce(real).mockRejectedValueOnce(missing);
  await expect(makeFolder(join(folder, 'a/b'))).rejects.toMatchObject(
    failure('storage', /a\/b cannot be made: nothing can be made in .*\/a\.$/),
  );
  expect(await readdir(folder)).toEqual([]);
});

it('a place that takes no folders is not asked for ever', async () => {
  await expect(makeFolder('/proc/none/deep')).rejects.toMatchObject(
    failure('storage', /nothing can be made in \/proc\.$/),
  );
});
