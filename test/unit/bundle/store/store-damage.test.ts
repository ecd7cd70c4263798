import { constants } from 'node:fs';
import {
  chmod,
  copyFile,
  link,
  lstat,
  mkdir,
  readFile,
  readdir,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { hashFile } from '../../../../src/disk/hash.ts';
import { openBundle } from '../../../../src/bundle/open.ts';
import type { StoredBundle } from '../../../../src/bundle/store/store-record.ts';
import { Store } from '../../../../src/bundle/store/store.ts';
import type { Bundle } from '../../../../src/bundle/types.ts';
import { writeFakeClaude } from '../../../support/fake-claude.ts';
import { build, flip, publish } from './fixture.ts';
import { temporaryFolder, treeOf } from '../../../support/folder.ts';

vi.mock('../../../../src/disk/hash.ts', async (original) => {
  const real = await original<typeof import('../../../../src/disk/hash.ts')>();
  return { ...real, hashFile: vi.fn(real.hashFile) };
});
vi.mock('node:fs/promises', async (original) => {
  const actual = await original<typeof import('node:fs/promises')>();
  return { ...actual, copyFile: vi.fn(actual.copyFile) };
});

const actual = await vi.importActual<typeof import('node:fs/promises')>('node:fs/promises');

let folder: string;
let root: string;
let store: Store;
let notes: string[];

beforeEach(async () => {
  // As on a file system without reflinks: files are shared by hard links.
  vi.mocked(copyFile).mockImplementation((from, to, mode = 0) =>
    mode & constants.COPYFILE_FICLONE_FORCE
      ? Promise.reject(Object.assign(new Error('ENOTSUP'), { code: 'ENOTSUP' }))
      : actual.copyFile(from, to, mode),
  );
  folder = temporaryFolder();
  root = join(folder, 'store');
  await mkdir(root);
  notes = [];
  store = new Store(root, (text) => void notes.push(text));
});

const find = (): Promise<StoredBundle | null> => store.findPristine('2.1.16', 'any');

async function change(path: string): Promise<void> {
  await chmod(path, 0o644);
  await writeFile(path, 'changed');
}

/** What can happen to a file, and what `damageOf` says about it. */
const mishaps: [string, (path: string) => Promise<unknown>, RegExp][] = [
  ['is changed', change, /has been changed/],
  ['is emptied', async (path) => (await chmod(path, 0o644), writeFile(path, '')), /changed/],
  ['is gone', (path) => rm(path), /is gone/],
  [
    'has become a folder',
    async (path) => (await rm(path), mkdir(path)),
    /is gone|has been changed/,
  ],
];
const cases = ['cli.js', 'vendor/tool'].flatMap((file) =>
  mishaps.map(([what, act, words]) => [file, what, act, words] as const),
);

describe.each(cases)('when %s %s', (file, _, act, words) => {
  it('the pristine bundle is reported, dropped and added again', async () => {
    const stored = await publish(store, root);
    await build(store, stored);
    const path = join(stored.folder, file);
    await act(path);
    const damage = await store.damageOf(stored);
    expect(damage).toEqual([expect.stringMatching(words)]);
    expect(damage[0]).toContain(path);
    expect(await find()).toBeNull();
    expect(notes).toEqual([expect.stringContaining(`Claude Code 2.1.16`)]);
    expect(notes[0]).toContain(damage[0]);
    expect(await readdir(root)).toEqual([]);
    expect(await publish(store, root)).toEqual(stored);
    expect(await find()).toEqual(stored);
    expect(await store.damageOf(stored)).toEqual([]);
  });

  it('a build is reported, dropped and rebuilt; the pristine bundle stays', async () => {
    const stored = await publish(store, root);
    const built = await build(store, stored);
    const before = await treeOf(root);
    // Break the hard link to the pristine bundle's file.
    await rm(join(built.folder, file));
    await copyFile(join(stored.folder, file), join(built.folder, file));
    await act(join(built.folder, file));
    expect(await build(store, stored)).toEqual(built);
    expect(notes).toEqual([expect.stringMatching(words)]);
    expect(await treeOf(root)).toEqual(before);
    expect(await store.damageOf(built)).toEqual([]);
  });
});

it('a pristine bundle whose folder is gone is added again', async () => {
  const stored = await publish(store, root);
  await build(store, stored);
  await rm(stored.folder, { recursive: true });
  expect(await find()).toBeNull();
  expect(await publish(store, root)).toEqual(stored);
  expect(await find()).toEqual(stored);
});

it('a build without a record is rebuilt', async () => {
  const stored = await publish(store, root);
  const built = await build(store, stored);
  await rm(`${built.folder}.json`);
  await change(join(built.folder, 'cli.js'));
  expect(await build(store, stored)).toEqual(built);
  expect(await store.damageOf(built)).toEqual([]);
});

it('damaged files are never linked', async () => {
  const stored = await publish(store, root);
  await build(store, stored);
  await change(join(stored.folder, 'vendor/tool'));
  expect(await find()).toBeNull();
  const again = await publish(store, root);
  const built = await build(store, again);
  expect(await readFile(join(built.folder, 'vendor/tool'), 'utf8')).toBe('tool');
});

it('findCopy and findOrigin do not return damaged bundles', async () => {
  const program = join(folder, 'claude');
  await writeFakeClaude(program);
  const stored = await store.addCopy(await openBundle(program));
  expect(await store.findCopy(join(program, 'cli.js'))).toEqual(stored);
  const { version, platform, sha256 } = await build(store, stored);
  expect(await store.findOrigin({ version, platform, sha256 })).toEqual(stored);
  expect(await store.findOrigin({ version: '2.1.1', platform, sha256 })).toBeNull();
  expect(await store.findOrigin({ version, platform, sha256: 'x' })).toBeNull();

  await change(join(stored.folder, 'package.json'));
  expect(await store.findOrigin({ version, platform, sha256 })).toBeNull();
  expect(await store.findCopy(join(program, 'cli.js'))).toBeNull();
  expect(notes).toHaveLength(1);
  expect(await store.addCopy(await openBundle(program))).toEqual(stored);
});

it('an intact file that has become writable is made read-only again', async () => {
  const stored = await publish(store, root);
  const path = join(stored.folder, 'cli.js');
  await chmod(path, 0o755);
  expect(await find()).toEqual(stored);
  expect((await stat(path)).mode & 0o777).toBe(0o555);
});

describe('linkTo', () => {
  it('shares the files without hashing them again', async () => {
    const stored = await publish(store, root);
    const target = join(folder, 'variant');
    await store.linkTo({ ...stored, sha256: Promise.resolve(stored.sha256) }, target);
    await store.save();
    expect(await readFile(join(target, 'vendor/tool'), 'utf8')).toBe('tool');
    for (const file of ['cli.js', 'package.json', 'vendor/tool']) {
      const [kept, used] = [join(stored.folder, file), join(target, file)];
      expect((await lstat(used)).ino).toBe((await lstat(kept)).ino);
    }
    vi.mocked(hashFile).mockClear();
    expect(await new Store(root).findPristine('2.1.16', 'any')).toEqual(stored);
    expect(await new Store(root).hashOf(join(target, 'cli.js'))).toBe(stored.sha256);
    expect(hashFile).not.toHaveBeenCalled();
  });

  it('hashes neither a build nor its pristine bundle again', async () => {
    const stored = await publish(store, root);
    const open = (): Promise<Bundle> => openBundle(join(stored.folder, stored.program));
    const built = await store.build(stored, open, [flip(await open())]);
    await store.linkTo(built, join(folder, 'variant'));
    await store.save();
    vi.mocked(hashFile).mockClear();
    const next = new Store(root);
    expect(await next.findPristine('2.1.16', 'any')).toEqual(stored);
    const notOpened = (): Promise<never> => Promise.reject(new Error('opened'));
    const again = await next.build(stored, notOpened, [flip(await open())]);
    expect(await again.sha256).toBe(await built.sha256);
    expect(hashFile).not.toHaveBeenCalled();
  });

  it('damage through a hard link is found in the store', async () => {
    const stored = await publish(store, root);
    const target = join(folder, 'variant');
    await store.linkTo({ ...stored, sha256: Promise.resolve(stored.sha256) }, target);
    await store.save();
    await change(join(target, 'cli.js'));
    expect(await find()).toBeNull();
    expect(notes).toEqual([expect.stringContaining(join(stored.folder, 'cli.js'))]);
  });

  it('a store file replaced by an identical one is intact', async () => {
    const stored = await publish(store, root);
    const path = join(stored.folder, 'cli.js');
    const copy = join(folder, 'copy');
    await copyFile(path, copy);
    await rename(copy, path);
    await link(path, join(dirname(copy), 'second'));
    expect(await find()).toEqual(stored);
  });
});
