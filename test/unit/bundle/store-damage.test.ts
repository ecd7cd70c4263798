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
import { hashFile } from '../../../src/disk/hash.ts';
import { openBundle } from '../../../src/bundle/open.ts';
import type { StoredBundle } from '../../../src/bundle/store/store-record.ts';
import { Store } from '../../../src/bundle/store/store.ts';
import type { Bundle, BundleEdit } from '../../../src/bundle/types.ts';
import { writeFakeClaude } from '../../support/fake-claude.ts';
import { temporaryFolder, treeOf, writeTree } from './folder.ts';

vi.mock('../../../src/disk/hash.ts', async (original) => {
  const real = await original<typeof import('../../../src/disk/hash.ts')>();
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
  // As on a file system that can share no blocks: files are shared by hard links.
  vi.mocked(copyFile).mockImplementation((from, to, mode = 0) =>
    mode & constants.COPYFILE_FICLONE_FORCE
      ? Promise.reject(Object.assign(new Error('ENOTSUP'), { code: 'ENOTSUP' }))
      : actual.copyFile(from, to, mode),
  );
  folder = await temporaryFolder();
  root = join(folder, 'store');
  await mkdir(root);
  notes = [];
  store = new Store(root, (text) => void notes.push(text));
});

/** A published package in the store, once more if it is there no longer. */
async function publish(): Promise<StoredBundle> {
  const unpacked = join(root, '.unpacked');
  await writeFakeClaude(unpacked);
  await writeTree(unpacked, { 'vendor/tool': 'tool' });
  return store.addPublished(unpacked, 'sha512-x');
}

const find = (): Promise<StoredBundle | null> => store.findPristine('2.1.16', 'any');

function flip({ modules: [module] }: Bundle): BundleEdit {
  const before = 'if(headless())return!1;return!0';
  const start = module?.bytes.indexOf(before) ?? -1;
  const after = 'return!0'.padEnd(before.length);
  return { module: 'cli.js', start, end: start + before.length, before, after };
}

async function build(stored: StoredBundle): Promise<StoredBundle> {
  const open = (): Promise<Bundle> => openBundle(join(stored.folder, stored.program));
  const built = await store.build(stored, open, [flip(await open())]);
  return { ...built, sha256: await built.sha256 };
}

async function change(path: string): Promise<void> {
  await chmod(path, 0o644);
  await writeFile(path, 'changed');
}

/** What can happen to a file, and what is said of it. */
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

describe.each(cases)('where %s %s behind our back', (file, _, act, words) => {
  it('a pristine bundle is told, dropped and made anew', async () => {
    const stored = await publish();
    await build(stored);
    const path = join(stored.folder, file);
    await act(path);
    const damage = await store.damageOf(stored);
    expect(damage).toEqual([expect.stringMatching(words)]);
    expect(damage[0]).toContain(path);
    expect(await find()).toBeNull();
    expect(notes).toEqual([expect.stringContaining(`Claude Code 2.1.16`)]);
    expect(notes[0]).toContain(damage[0]);
    expect(await readdir(root)).toEqual([]);
    expect(await publish()).toEqual(stored);
    expect(await find()).toEqual(stored);
    expect(await store.damageOf(stored)).toEqual([]);
  });

  it('a build is told, dropped and made anew; the pristine bundle stays', async () => {
    const stored = await publish();
    const built = await build(stored);
    const before = await treeOf(root);
    // With hard links the file of the pristine bundle is the same one.
    await rm(join(built.folder, file));
    await copyFile(join(stored.folder, file), join(built.folder, file));
    await act(join(built.folder, file));
    expect(await build(stored)).toEqual(built);
    expect(notes).toEqual([expect.stringMatching(words)]);
    expect(await treeOf(root)).toEqual(before);
    expect(await store.damageOf(built)).toEqual([]);
  });
});

it('a pristine bundle whose folder is gone is made anew, from its record on', async () => {
  const stored = await publish();
  await build(stored);
  await rm(stored.folder, { recursive: true });
  expect(await find()).toBeNull();
  expect(await publish()).toEqual(stored);
  expect(await find()).toEqual(stored);
});

it('a build that was cut off before its record is not taken for whole', async () => {
  const stored = await publish();
  const built = await build(stored);
  await rm(`${built.folder}.json`);
  await change(join(built.folder, 'cli.js'));
  expect(await build(stored)).toEqual(built);
  expect(await store.damageOf(built)).toEqual([]);
});

it('what was found damaged is never linked', async () => {
  const stored = await publish();
  await build(stored);
  await change(join(stored.folder, 'vendor/tool'));
  expect(await find()).toBeNull();
  const again = await publish();
  const built = await build(again);
  expect(await readFile(join(built.folder, 'vendor/tool'), 'utf8')).toBe('tool');
});

it('a copy and an origin that are damaged are not found', async () => {
  const program = join(folder, 'claude');
  await writeFakeClaude(program);
  const stored = await store.addCopy(await openBundle(program));
  expect(await store.findCopy(join(program, 'cli.js'))).toEqual(stored);
  const { version, platform, sha256 } = await build(stored);
  expect(await store.findOrigin({ version, platform, sha256 })).toEqual(stored);
  expect(await store.findOrigin({ version: '2.1.1', platform, sha256 })).toBeNull();
  expect(await store.findOrigin({ version, platform, sha256: 'x' })).toBeNull();

  await change(join(stored.folder, 'package.json'));
  expect(await store.findOrigin({ version, platform, sha256 })).toBeNull();
  expect(await store.findCopy(join(program, 'cli.js'))).toBeNull();
  expect(notes).toHaveLength(1);
  expect(await store.addCopy(await openBundle(program))).toEqual(stored);
});

it('what may be written to again is made read-only, and is whole', async () => {
  const stored = await publish();
  const path = join(stored.folder, 'cli.js');
  await chmod(path, 0o755);
  expect(await find()).toEqual(stored);
  expect((await stat(path)).mode & 0o777).toBe(0o555);
});

describe('sweeping', () => {
  it('removes scratch folders and builds without a record, and leaves all else', async () => {
    const stored = await publish();
    await build(stored);
    await store.writeNote(stored, 'gates', '{}');
    await store.save();
    const before = await treeOf(root);
    await writeTree(root, {
      '.tmp-1/2.1.17-any/pristine/cli.js': 'half',
      '2.1.16-any/0123456789abcdef/cli.js': 'no record',
      '2.1.16-any/pristine.gates.1234abcd.tmp': 'half',
      'hashes.json.1234abcd.tmp': 'half',
    });
    await store.sweep();
    expect(await treeOf(root)).toEqual(before);
  });

  it('does nothing where no store is', async () => {
    await rm(root, { recursive: true });
    await store.sweep();
    await expect(lstat(root)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('dropping', () => {
  it('a build takes its record and its notes along, and nothing else', async () => {
    const stored = await publish();
    await store.writeNote(stored, 'gates', 'of the pristine one');
    const before = await treeOf(root);
    const built = await build(stored);
    await store.writeNote(built, 'proof', 'of the build');
    await store.drop(built);
    expect(await treeOf(root)).toEqual(before);
    await store.drop(built);
    expect(await treeOf(root)).toEqual(before);
  });

  it('the pristine bundle takes all of its entry along', async () => {
    const stored = await publish();
    await build(stored);
    await writeTree(root, { 'other-any/keep': 'x' });
    await store.drop(stored);
    expect(await readdir(root)).toEqual(['other-any']);
    expect(await store.keys()).toEqual(['other-any']);
  });
});

it('a note is kept beside its bundle, and goes with it', async () => {
  const stored = await publish();
  expect(await store.readNote(stored, 'gates')).toBeNull();
  await store.writeNote(stored, 'gates', 'one');
  await store.writeNote(stored, 'gates', 'two');
  expect(await new Store(root).readNote(stored, 'gates')).toBe('two');
  expect(await store.bundlesOf('2.1.16-any')).toEqual([stored]);
  await store.drop(stored);
  expect(await store.readNote(stored, 'gates')).toBeNull();
});

it('the bundles of an entry are the pristine one and its builds', async () => {
  const stored = await publish();
  const built = await build(stored);
  expect(await store.bundlesOf('2.1.16-any')).toHaveLength(2);
  expect(await store.bundlesOf('2.1.16-any')).toEqual(expect.arrayContaining([stored, built]));
  expect(await store.bundlesOf('nothing')).toEqual([]);
});

describe('putting to use', () => {
  it('shares the files, and reads none of them again', async () => {
    const stored = await publish();
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

  it('of a build reads neither it nor the pristine one again', async () => {
    const stored = await publish();
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

  it('keeps no link to what is damaged later: what was used is changed with it, and found', async () => {
    const stored = await publish();
    const target = join(folder, 'variant');
    await store.linkTo({ ...stored, sha256: Promise.resolve(stored.sha256) }, target);
    await store.save();
    await change(join(target, 'cli.js'));
    expect(await find()).toBeNull();
    expect(notes).toEqual([expect.stringContaining(join(stored.folder, 'cli.js'))]);
  });

  it('after the store file is replaced by another of the same content it is whole', async () => {
    const stored = await publish();
    const path = join(stored.folder, 'cli.js');
    const copy = join(folder, 'copy');
    await copyFile(path, copy);
    await rename(copy, path);
    await link(path, join(dirname(copy), 'second'));
    expect(await find()).toEqual(stored);
  });
});
