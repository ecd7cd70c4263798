import { mkdir, readFile, readdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import * as worlds from '../variant/world.ts';
import { type World, create, newWorld } from '../variant/world.ts';
import { treeOf } from '../../support/folder.ts';
import { failure } from '../../support/failure.ts';

let world: World;

beforeEach(async () => {
  world = await newWorld();
  await create(world, { prove: false });
  await create(world, { name: 'two', prove: false });
});

const remove = (name = 'one') => worlds.remove(world, name);

it('removes the folder and the launcher, and nothing else', async () => {
  const before = await treeOf(world.root);
  const removal = await remove();
  const launcher = join(world.bin, 'one');
  expect(removal).toEqual({ name: 'one', folder: join(world.home, 'one'), launcher, note: null });
  const left = Object.entries(before).filter(
    ([path]) => !path.startsWith('.cc-mirror/one') && path !== '.local/bin/one',
  );
  // What is known of the files' hashes is another with each link.
  const hashes = '.cc-mirror/.store/hashes.json';
  const known = { [hashes]: expect.stringContaining('sha256') };
  expect(await treeOf(world.root)).toEqual({ ...Object.fromEntries(left), ...known });
});

it('names what was set aside before, as it may hold a key', async () => {
  const aside = join(world.home, '.set-aside-2026-01-01');
  await mkdir(aside);
  expect((await remove()).note).toContain(aside);
  expect(await readdir(aside)).toEqual([]);
});

it.each([
  ['replaced by the user', '#!/bin/sh\necho mine\n'],
  ['of another variant', '#!/bin/sh\n# cc-mirror launcher for variant two\n'],
])('leaves a launcher that is %s', async (_, text) => {
  await writeFile(join(world.bin, 'one'), text);
  expect(await remove()).toMatchObject({ launcher: null });
  expect(await readFile(join(world.bin, 'one'), 'utf8')).toBe(text);
});

it('refuses a folder that is a link', async () => {
  const elsewhere = join(world.root, 'elsewhere');
  await rename(join(world.home, 'one'), elsewhere);
  await symlink(elsewhere, join(world.home, 'one'));
  const before = await treeOf(world.root);
  await expect(remove()).rejects.toMatchObject(failure('invalid-record', /is a link to/));
  expect(await treeOf(world.root)).toEqual(before);
});

it('does not follow links in the variant', async () => {
  await mkdir(join(world.root, 'project'));
  await writeFile(join(world.root, 'project', 'file'), 'x');
  await symlink(join(world.root, 'project'), join(world.home, 'one', 'config', 'link'));
  await remove();
  expect(await readdir(join(world.root, 'project'))).toEqual(['file']);
});

it.each([
  ['..', 'invalid-name'],
  ['.', 'invalid-name'],
  ['.store', 'invalid-name'],
  ['../elsewhere', 'invalid-name'],
  ['', 'invalid-name'],
  ['three', 'no-such-variant'],
  ['foreign', 'invalid-record'],
] as const)('refuses %j and touches nothing', async (name, code) => {
  await mkdir(join(world.home, 'foreign'));
  await writeFile(join(world.home, 'foreign', 'file'), 'x');
  const before = await treeOf(world.root);
  await expect(remove(name)).rejects.toMatchObject(failure(code));
  expect(await treeOf(world.root)).toEqual(before);
});

it('fails the second time', async () => {
  await remove();
  await expect(remove()).rejects.toMatchObject(failure('no-such-variant'));
});
