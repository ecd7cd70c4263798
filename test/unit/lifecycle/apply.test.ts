import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { writeFakeClaude } from '../../support/fake-claude.ts';
import { type World, create, newWorld, update } from '../variant/world.ts';
import { treeOf } from '../../support/folder.ts';
import { failure } from '../../support/failure.ts';

let world: World;
let config: string;

/** A variant in use, with files of the user's own, and a newer Claude Code to update to. */
beforeEach(async () => {
  world = await newWorld();
  config = (await create(world)).configDir;
  await writeFile(join(config, 'own.txt'), 'mine');
  await mkdir(join(config, 'skills', 'mine'));
  await writeFile(join(config, 'skills', 'mine', 'SKILL.md'), 'mine');
  await symlink('mine', join(config, 'skills', 'linked'));
  await writeFakeClaude(world.claude, { version: '2.1.19' });
});

it.each<[string, () => Promise<unknown>, object]>([
  [
    'settings that are not JSON',
    () => writeFile(join(config, 'settings.json'), '{\n  "a": tru\n}'),
    failure('invalid-record', /settings\.json:2:8 is not valid JSON/),
  ],
  [
    'a state that is not JSON, after the settings have been written',
    async () => {
      await writeFile(join(config, 'settings.json'), '{}');
      await writeFile(join(config, '.claude.json'), '[]');
    },
    failure('invalid-record', /\.claude\.json is not a JSON object/),
  ],
  [
    'a folder in the place of the launcher',
    async () => {
      await rm(join(world.bin, 'one'));
      await mkdir(join(world.bin, 'one'));
    },
    failure('storage', /bin\/one is a folder/),
  ],
  [
    'a folder in the place of the key',
    () => mkdir(join(world.home, 'one', 'secrets')),
    failure('storage', /secrets is a folder/),
  ],
])('restores everything after %s', async (_, spoil, expected) => {
  await spoil();
  const before = await treeOf(world.root);
  const attempt = update(world, { key: 'dummy', force: true }, {}, { owned: {} });
  await expect(attempt).rejects.toMatchObject(expected);
  expect(await treeOf(world.root)).toEqual(before);
});

it('leaves skills behind a link', async () => {
  const elsewhere = join(world.root, 'shared skills');
  await mkdir(elsewhere);
  await rm(join(config, 'skills'), { recursive: true });
  await symlink(elsewhere, join(config, 'skills'));
  const { notes } = await update(world);
  expect(notes.join()).toMatch(/config\/skills leads to .*shared skills.*no pack is written/);
  expect(await readdir(elsewhere)).toEqual([]);
});

it('refuses a skill folder of that name from somebody else', async () => {
  await writeFile(join(config, 'skills', 'orchestration', 'SKILL.md'), 'not ours');
  const before = await treeOf(world.root);
  const attempt = update(world, {}, {}, { skills: [] });
  await expect(attempt).rejects.toMatchObject(failure('name-taken', /skills\/orchestration/));
  expect(await treeOf(world.root)).toEqual(before);
});
