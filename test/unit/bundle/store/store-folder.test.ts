import { lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { Store } from '../../../../src/bundle/store/store.ts';
import { build, publish } from './fixture.ts';
import { temporaryFolder, treeOf, writeTree } from '../../../support/folder.ts';

let root: string;
let store: Store;

beforeEach(async () => {
  root = join(temporaryFolder(), 'store');
  await mkdir(root);
  store = new Store(root);
});

describe('sweep', () => {
  it('removes scratch folders, temporary files and builds without a record', async () => {
    const stored = await publish(store, root);
    await build(store, stored);
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

  it('does nothing without a store', async () => {
    await rm(root, { recursive: true });
    await store.sweep();
    await expect(lstat(root)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('drop', () => {
  it('removes a build with its record and notes, and nothing else', async () => {
    const stored = await publish(store, root);
    await store.writeNote(stored, 'gates', 'of the pristine one');
    const before = await treeOf(root);
    const built = await build(store, stored);
    await store.writeNote(built, 'proof', 'of the build');
    await store.drop(built);
    expect(await treeOf(root)).toEqual(before);
    await store.drop(built);
    expect(await treeOf(root)).toEqual(before);
  });

  it('removes the whole entry of a pristine bundle', async () => {
    const stored = await publish(store, root);
    await build(store, stored);
    await writeTree(root, { 'other-any/keep': 'x' });
    await store.drop(stored);
    expect(await readdir(root)).toEqual(['other-any']);
    expect(store.keys()).toEqual(['other-any']);
  });
});

it('a note is kept beside its bundle and removed with it', async () => {
  const stored = await publish(store, root);
  expect(store.readNote(stored, 'gates')).toBeNull();
  await store.writeNote(stored, 'gates', 'one');
  await store.writeNote(stored, 'gates', 'two');
  expect(new Store(root).readNote(stored, 'gates')).toBe('two');
  expect(store.bundlesOf('2.1.16-any')).toEqual([stored]);
  await store.drop(stored);
  expect(store.readNote(stored, 'gates')).toBeNull();
});

it('bundlesOf lists the pristine bundle and its builds', async () => {
  const stored = await publish(store, root);
  const built = await build(store, stored);
  expect(store.bundlesOf('2.1.16-any')).toHaveLength(2);
  expect(store.bundlesOf('2.1.16-any')).toEqual(expect.arrayContaining([stored, built]));
  expect(store.bundlesOf('nothing')).toEqual([]);
});
