import { createHash } from 'node:crypto';
import { chmod, link, lstat, readFile, rename, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import { hashFile } from '../../../../src/disk/hash.ts';
import { Hashes } from '../../../../src/bundle/store/hashes.ts';
import { temporaryFolder, writeTree } from '../folder.ts';

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
  folder = await temporaryFolder();
  file = join(folder, 'file');
  known = join(folder, 'hashes.json');
  await writeFile(file, 'one');
});

it('are worked out once', async () => {
  const hashes = new Hashes(known);
  for (const _ of [1, 2, 3]) expect(await hashes.of(file)).toBe(sha256('one'));
  expect(hashFile).toHaveBeenCalledOnce();
});

it('are kept for the next process, in a file of its owner', async () => {
  const hashes = new Hashes(known);
  await hashes.of(file);
  await hashes.save();
  expect((await lstat(known)).mode & 0o777).toBe(0o600);
  expect(await new Hashes(known).of(file)).toBe(sha256('one'));
  expect(hashFile).toHaveBeenCalledOnce();
});

it('are not written again where nothing is new', async () => {
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
    'written to, its length and time being the same',
    async () => {
      const { atime, mtime } = await lstat(file);
      await writeFile(file, 'two');
      await utimes(file, atime, mtime);
    },
  ],
  [
    'replaced by another',
    async () => {
      await writeTree(folder, { other: 'two' });
      await rename(join(folder, 'other'), file);
    },
  ],
])('of a file that was %s are worked out again', async (_, change) => {
  const hashes = new Hashes(known);
  await utimes(file, 1_000_000, 1_000_000);
  await hashes.of(file);
  // Times of files have the grain of the kernel's clock.
  await new Promise((resolve) => setTimeout(resolve, 20));
  await change();
  expect(await hashes.of(file)).toBe(sha256(await readFile(file, 'utf8')));
  expect(hashFile).toHaveBeenCalledTimes(2);
});

it('of a file that was written to while it was read are not kept', async () => {
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

it('are known of a file that got a further name, once that is noted', async () => {
  const hashes = new Hashes(known);
  await hashes.of(file);
  await new Promise((resolve) => setTimeout(resolve, 20));
  await link(file, join(folder, 'second'));
  await hashes.remember(file, sha256('one'));
  for (const path of [file, join(folder, 'second')]) {
    expect(await hashes.of(path)).toBe(sha256('one'));
  }
  expect(hashFile).toHaveBeenCalledOnce();
});

it.each([
  ['cut off', '{"schemaVersion":1,'],
  ['empty', ''],
  ['of a later format', '{"schemaVersion":2,"boot":"x","hashes":{}}'],
  ['of something else', '{"schemaVersion":1,"boot":"x","hashes":{"a":1}}'],
])('are worked out anew where what was kept is %s', async (_, text) => {
  await writeFile(known, text);
  const hashes = new Hashes(known);
  expect(await hashes.of(file)).toBe(sha256('one'));
  await hashes.save();
  expect(await new Hashes(known).of(file)).toBe(sha256('one'));
  expect(hashFile).toHaveBeenCalledOnce();
});

it('are not made up for what is not there or may not be read', async () => {
  const hashes = new Hashes(known);
  await expect(hashes.of(join(folder, 'nothing'))).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(hashes.of(folder)).rejects.toMatchObject({ code: 'EISDIR' });
});

/** What is kept, with another content. */
async function rewrite(change: (kept: { boot: string; hashes: object }) => object): Promise<void> {
  await writeFile(known, JSON.stringify(change(JSON.parse(await readFile(known, 'utf8')))));
}

it('that were worked out before the system was started anew are not trusted', async () => {
  const hashes = new Hashes(known);
  await hashes.of(file);
  await hashes.save();
  await rewrite((kept) => ({ ...kept, boot: `${kept.boot}0` }));
  expect(await new Hashes(known).of(file)).toBe(sha256('one'));
  expect(hashFile).toHaveBeenCalledTimes(2);
});

it('are kept of so many files, those last worked out, and of each once', async () => {
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
