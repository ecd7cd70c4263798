import { createHash } from 'node:crypto';
import { chmod, link, lstat, readFile, rename, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import { hashFile } from '../../../../src/disk/hash.ts';
import { Hashes } from '../../../../src/bundle/store/hashes.ts';
import { temporaryFolder, writeTree } from '../../../support/folder.ts';

vi.mock('../../../../src/disk/hash.ts', async (original) => {
  const real = await original<typeof import('../../../../src/disk/hash.ts')>();
  return { ...real, hashFile: vi.fn(real.hashFile) };
});

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

let folder: string;
let file: string;
let known: string;

beforeEach(async () => {
  vi.mocked(hashFile).mockClear();
  folder = temporaryFolder();
  file = join(folder, 'file');
  known = join(folder, 'hashes.json');
  await writeFile(file, 'one');
});

it('are computed once', async () => {
  const hashes = new Hashes(known);
  for (const _ of [1, 2, 3]) expect(await hashes.of(file)).toBe(sha256('one'));
  expect(hashFile).toHaveBeenCalledOnce();
});

it('are saved for the next process, in a file for the owner only', async () => {
  const hashes = new Hashes(known);
  await hashes.of(file);
  await hashes.save();
  expect((await lstat(known)).mode & 0o777).toBe(0o600);
  expect(await new Hashes(known).of(file)).toBe(sha256('one'));
  expect(hashFile).toHaveBeenCalledOnce();
});

it('are not saved again if nothing is new', async () => {
  const hashes = new Hashes(known);
  await hashes.save();
  await expect(lstat(known)).rejects.toMatchObject({ code: 'ENOENT' });
  await hashes.of(file);
  await hashes.save();
  const { ino } = await lstat(known);
  await hashes.of(file);
  await hashes.save();
  expect((await lstat(known)).ino).toBe(ino);
});

it.each<[string, () => Promise<unknown>]>([
  ['written to', () => writeFile(file, 'two!')],
  [
    'written to with the same length and time',
    async () => {
      const { atime, mtime } = await lstat(file);
      await writeFile(file, 'two');
      await utimes(file, atime, mtime);
    },
  ],
  [
    'replaced',
    async () => {
      await writeTree(folder, { other: 'two' });
      await rename(join(folder, 'other'), file);
    },
  ],
])('of a file that was %s are computed again', async (_, change) => {
  const hashes = new Hashes(known);
  await utimes(file, 1_000_000, 1_000_000);
  await hashes.of(file);
  // File times have the resolution of the kernel's clock.
  await new Promise((resolve) => setTimeout(resolve, 20));
  await change();
  expect(await hashes.of(file)).toBe(sha256(await readFile(file, 'utf8')));
  expect(hashFile).toHaveBeenCalledTimes(2);
});

it('of a file that was written to while it was read do not count', async () => {
  const hashes = new Hashes(known);
  const { hashFile: real } = await vi.importActual<typeof import('../../../../src/disk/hash.ts')>(
    '../../../../src/disk/hash.ts',
  );
  vi.mocked(hashFile).mockImplementationOnce(async (path) => {
    const hash = await real(path);
    await writeFile(path, 'two!');
    return hash;
  });
  await hashes.of(file);
  expect(await hashes.of(file)).toBe(sha256('two!'));
});

it('are known after a new link, once remembered', async () => {
  const hashes = new Hashes(known);
  await hashes.of(file);
  await new Promise((resolve) => setTimeout(resolve, 20));
  await link(file, join(folder, 'second'));
  hashes.remember(file, sha256('one'));
  for (const path of [file, join(folder, 'second')]) {
    expect(await hashes.of(path)).toBe(sha256('one'));
  }
  expect(hashFile).toHaveBeenCalledOnce();
});

it.each([
  ['truncated', '{"schemaVersion":1,'],
  ['empty', ''],
  ['in a later format', '{"schemaVersion":2,"boot":"x","hashes":{}}'],
  ['something else', '{"schemaVersion":1,"boot":"x","hashes":{"a":1}}'],
])('are computed again if the saved file is %s', async (_, text) => {
  await writeFile(known, text);
  const hashes = new Hashes(known);
  expect(await hashes.of(file)).toBe(sha256('one'));
  await hashes.save();
  expect(await new Hashes(known).of(file)).toBe(sha256('one'));
  expect(hashFile).toHaveBeenCalledOnce();
});

it('throw for missing files and folders', async () => {
  const hashes = new Hashes(known);
  await expect(hashes.of(join(folder, 'nothing'))).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(hashes.of(folder)).rejects.toMatchObject({ code: 'EISDIR' });
});

/** Changes the saved file. */
async function rewrite(change: (kept: { boot: string; hashes: object }) => object): Promise<void> {
  await writeFile(known, JSON.stringify(change(JSON.parse(await readFile(known, 'utf8')))));
}

it('from before the last boot do not count', async () => {
  const hashes = new Hashes(known);
  await hashes.of(file);
  await hashes.save();
  await rewrite((kept) => ({ ...kept, boot: `${kept.boot}0` }));
  expect(await new Hashes(known).of(file)).toBe(sha256('one'));
  expect(hashFile).toHaveBeenCalledTimes(2);
});

it('are saved for a limited number of files, the most recent ones', async () => {
  const hashes = new Hashes(known);
  await hashes.of(file);
  await hashes.save();
  const other = { state: '', sha256: '' };
  await rewrite(({ boot, hashes }) => ({
    schemaVersion: 1,
    boot,
    hashes: {
      ...hashes,
      ...Object.fromEntries(Array.from({ length: 1999 }, (_, n) => [`:${n}`, other])),
    },
  }));
  const next = new Hashes(known);
  await chmod(file, 0o444);
  await next.of(file);
  await writeTree(folder, { new: 'new' });
  await next.of(join(folder, 'new'));
  await next.save();
  await rewrite((kept) => {
    const ids = Object.keys(kept.hashes);
    expect(ids).toHaveLength(2000);
    expect(ids).not.toContain(':0');
    expect(ids).toContain(':1');
    return kept;
  });
  const last = new Hashes(known);
  expect(await last.of(file)).toBe(sha256('one'));
  expect(await last.of(join(folder, 'new'))).toBe(sha256('new'));
  expect(hashFile).toHaveBeenCalledTimes(3);
});
