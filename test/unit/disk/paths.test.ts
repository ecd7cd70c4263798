import { mkdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import { ifThere } from '../../../src/disk/if-there.ts';
import { isThere, makeFolder } from '../../../src/disk/paths.ts';
import { failure, temporaryFolder } from '../bundle/folder.ts';

vi.mock('node:fs/promises', async (original) => {
  const actual = await original<typeof import('node:fs/promises')>();
  return { ...actual, mkdir: vi.fn(actual.mkdir) };
});

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
});

it('a link that leads nowhere is there; what is behind a file is not', async () => {
  await symlink('nowhere', join(folder, 'link'));
  await writeFile(join(folder, 'file'), '');
  expect(await isThere(join(folder, 'link'))).toBe(true);
  expect(await isThere(join(folder, 'nothing'))).toBe(false);
  expect(await isThere(join(folder, 'file/below'))).toBe(false);
});

it('only that nothing is there counts as nothing', async () => {
  expect(await ifThere(() => stat(join(folder, 'nothing')))).toBeNull();
  const refused = Object.assign(new Error('EACCES'), { code: 'EACCES' });
  await expect(ifThere(() => Promise.reject(refused))).rejects.toBe(refused);
});

it('folders are made, and the first one is told', async () => {
  expect(await makeFolder(join(folder, 'a/b'))).toBe(join(folder, 'a'));
  expect(await makeFolder(join(folder, 'a/b'))).toBeUndefined();
});

it('a place that is not writable is told as such', async () => {
  const missing = Object.assign(new Error('ENOENT'), { code: 'ENOENT' });
  vi.mocked(mkdir).mockRejectedValueOnce(missing);
  await expect(makeFolder(join(folder, 'a'))).rejects.toMatchObject(
    failure('storage', /the place is not writable/),
  );
});
