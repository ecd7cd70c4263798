import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { openBundle } from '../../../../src/bundle/open.ts';
import type { StoredBundle } from '../../../../src/bundle/store/store-record.ts';
import { Store } from '../../../../src/bundle/store/store.ts';
import type { Bundle } from '../../../../src/bundle/types.ts';
import { bunExecutable, claudeText } from '../../../support/executables/bun-executable.ts';
import { writeFakeClaude } from '../../../support/fake-claude.ts';
import { build } from './fixture.ts';
import { temporaryFolder, writeTree } from '../../../support/folder.ts';
import { failure } from '../../../support/failure.ts';

let root: string;
let claude: string;
let bundle: Bundle;

beforeEach(async () => {
  const folder = temporaryFolder();
  root = join(folder, 'store');
  claude = join(folder, 'claude');
  await mkdir(root);
  await writeFakeClaude(claude);
  await writeTree(claude, { 'vendor/tool': 'x' });
  bundle = await openBundle(claude);
});

describe('a pristine bundle', () => {
  it('is complete and read-only, with its hash', async () => {
    const stored = await new Store(root).addCopy(bundle);
    expect(stored).toMatchObject({
      kind: 'js',
      version: '2.1.16',
      platform: 'any',
      program: 'cli.js',
      integrity: null,
    });
    expect(stored.folder).toBe(join(root, `2.1.16-any-${stored.sha256.slice(0, 12)}`, 'pristine'));
    const kept = join(stored.folder, 'cli.js');
    expect(await readFile(kept)).toEqual(await readFile(join(claude, 'cli.js')));
    expect(await readFile(join(stored.folder, 'vendor/tool'), 'utf8')).toBe('x');
    expect((await stat(kept)).mode & 0o777).toBe(0o555);
    expect((await stat(join(stored.folder, 'vendor/tool'))).mode & 0o222).toBe(0);
    expect(await readdir(root)).toHaveLength(1);
  });

  it('is added once; a different one of the same version is added beside it', async () => {
    const store = new Store(root);
    const first = await store.addCopy(bundle);
    expect(await new Store(root).addCopy(bundle)).toEqual(first);
    await writeFakeClaude(claude, { tasks: 'on' });
    const second = await store.addCopy(await openBundle(claude));
    expect(second.folder).not.toBe(first.folder);
    expect(await readdir(root)).toHaveLength(2);
  });

  it('that was published is moved, found again, and serves for an identical copy', async () => {
    const store = new Store(root);
    const unpacked = join(root, '.unpacked');
    await cp(claude, unpacked, { recursive: true });
    const stored = await store.addPublished(unpacked, 'sha512-x');
    expect(stored).toMatchObject({
      integrity: 'sha512-x',
      folder: join(root, '2.1.16-any/pristine'),
    });
    expect(await readdir(root)).toEqual(['2.1.16-any']);
    expect(await new Store(root).findPristine('2.1.16', 'any')).toEqual(stored);
    expect(await store.findPristine('2.1.17', 'any')).toBeNull();
    expect(await store.addCopy(bundle)).toEqual(stored);
  });

  it('can be a single file, which becomes executable', async () => {
    const native = join(claude, '..', 'claude-native');
    const contents = claudeText('2.1.240');
    await writeFile(native, bunExecutable([{ name: '/$bunfs/root/cli.js', contents }]).bytes);
    const stored = await new Store(root).addCopy(await openBundle(native));
    expect(await readdir(stored.folder)).toEqual(['claude-native']);
    expect((await stat(join(stored.folder, 'claude-native'))).mode & 0o777).toBe(0o555);
  });
});

describe('a build', () => {
  it('without edits is the bundle itself', async () => {
    const store = new Store(root);
    const stored = await store.addCopy(bundle);
    const built = await store.build(stored, () => Promise.reject(new Error('opened')), []);
    expect({ ...built, sha256: await built.sha256 }).toEqual(stored);
    expect(await readdir(join(stored.folder, '..'))).toHaveLength(2);
  });

  it('is beside the pristine bundle, which does not change', async () => {
    const store = new Store(root);
    const stored = await store.addCopy(bundle);
    const built = await build(store, stored);
    expect(join(built.folder, '..')).toBe(join(stored.folder, '..'));
    expect(built.sha256).toBe(
      createHash('sha256')
        .update(await readFile(join(built.folder, 'cli.js')))
        .digest('hex'),
    );
    const [before, after] = await Promise.all([
      readFile(join(stored.folder, 'cli.js'), 'utf8'),
      readFile(join(built.folder, 'cli.js'), 'utf8'),
    ]);
    expect(after).toBe(before.replace('if(headless())return!1;return!0', 'return!0'.padEnd(31)));
    expect(before).toBe(await readFile(join(claude, 'cli.js'), 'utf8'));
    expect(await build(new Store(root), stored)).toEqual(built);
  });

  it('without a record is rebuilt', async () => {
    const store = new Store(root);
    const stored = await store.addCopy(bundle);
    const built = await build(store, stored);
    await rm(`${built.folder}.json`);
    expect(await build(new Store(root), stored)).toEqual(built);
    expect(await readdir(join(stored.folder, '..'))).toHaveLength(4);
  });

  it('is the same for several processes at the same time', async () => {
    const stores = [1, 2, 3, 4].map(() => new Store(root));
    const stored = await Promise.all(stores.map((store) => store.addCopy(bundle)));
    const built = await Promise.all(stores.map((store, index) => build(store, stored[index]!)));
    for (const one of stored) expect(one).toEqual(stored[0]);
    for (const one of built) expect(one).toEqual(built[0]);
    expect(await readdir(root)).toHaveLength(1);
    expect(await readdir(join(stored[0]!.folder, '..'))).toHaveLength(4);
  });
});

describe('after a failure', () => {
  it('only what this process has added is removed', async () => {
    const earlier = new Store(root);
    const stored = await earlier.addCopy(bundle);
    const store = new Store(root);
    expect(await store.addCopy(bundle)).toEqual(stored);
    const built = await build(store, stored);
    await writeFakeClaude(claude, { version: '2.1.17' });
    await store.addCopy(await openBundle(claude));
    await store.discardAdded();
    await expect(stat(built.folder)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readdir(root)).toHaveLength(1);
    expect((await readdir(join(stored.folder, '..'))).sort()).toEqual([
      'pristine',
      'pristine.json',
    ]);
    await store.discardAdded();
    expect(await readdir(root)).toHaveLength(1);
  });

  it('the loser of a race removes nothing', async () => {
    const first = new Store(root);
    const second = new Store(root);
    const [stored] = await Promise.all([first.addCopy(bundle), second.addCopy(bundle)]);
    await first.discardAdded();
    await second.discardAdded();
    await expect(stat(stored.folder)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readdir(root)).toEqual([]);
  });

  it('no scratch folder is left', async () => {
    const bad = new Error('bad');
    const attempt = new Store(root).withScratch(async (scratch) => {
      await writeFile(join(scratch, 'file'), 'x');
      throw bad;
    });
    await expect(attempt).rejects.toBe(bad);
    expect(await readdir(root)).toEqual([]);
  });
});

describe('a record', () => {
  const find = (): Promise<StoredBundle | null> => new Store(root).findPristine('2.1.16', 'any');

  it.each([
    ['truncated', '{"schemaVersion":1,'],
    ['empty', ''],
    ['in a later format', '{"schemaVersion":2}'],
    ['something else', '[]'],
  ])('that is %s is refused with a hint', async (_, text) => {
    await writeTree(root, { '2.1.16-any/pristine/cli.js': 'x', '2.1.16-any/pristine.json': text });
    await expect(find()).rejects.toMatchObject({
      ...failure('invalid-record', /pristine\.json is not a record/),
      hint: expect.stringContaining(`Remove ${join(root, '2.1.16-any')}`),
    });
  });

  it.each([
    ['no folder beside it', '2.1.16-any/pristine.json'],
    ['no record beside the folder', '2.1.16-any/pristine/cli.js'],
  ])('with %s does not count', async (_, path) => {
    await writeTree(root, { [path]: '{}' });
    expect(await find()).toBeNull();
  });

  it('does not count without a store', async () => {
    await rm(root, { recursive: true });
    expect(await find()).toBeNull();
    await writeFile(root, '');
    expect(await find()).toBeNull();
  });
});
