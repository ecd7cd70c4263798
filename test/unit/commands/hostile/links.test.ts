import { mkdir, readdir, rename, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { exists } from '../../../../src/disk/sync-read.ts';
import { type CommandWorld, newCommandWorld } from '../run.ts';
import { treeOf } from '../../../support/folder.ts';

const key = { MY_KEY: 'dummy-key-of-a-test-0123456789' };

let world: CommandWorld;
let quick: string[];
beforeEach(async () => {
  world = await newCommandWorld();
  const from = ['--base-url', 'http://127.0.0.1:9', '--from', world.claude];
  quick = [
    'quick',
    'one',
    '--provider',
    'custom',
    ...from,
    '--no-probe',
    '--api-key-env',
    'MY_KEY',
  ];
  for (const words of [quick, ['update', 'one', '--no-probe', '--model', 'a']]) {
    const { status, stderr } = await world.run(words, key);
    if (status !== 0) throw new Error(stderr);
  }
});

/** What changes something in one way or another; then what is left of the variant goes. */
const commands = [
  'update one --no-probe --no-skills --model b --api-key-env MY_KEY',
  'rollback one',
  'doctor --fix --no-probe',
  'store prune',
  'remove one --yes',
];

/** The one folder or file below `folder` whose name fits. */
async function only(folder: string, name: RegExp): Promise<string> {
  const found = (await readdir(folder)).filter((entry) => name.test(entry));
  expect(found).toHaveLength(1);
  return join(folder, found[0] ?? '');
}

type Place = (one: string) => string | Promise<string>;

/** Folders of a variant that commands go through, wherever they are. */
const used: Record<string, Place> = {
  'the variant’s folder': (one) => one,
  config: (one) => join(one, 'config'),
  'config/skills': (one) => join(one, 'config', 'skills'),
  'a skill': (one) => join(one, 'config', 'skills', 'orchestration'),
  bundle: (one) => join(one, 'bundle'),
  'bundle/<id>': (one) => only(join(one, 'bundle'), /./),
  hooks: (one) => join(one, 'hooks'),
  '.store': (one) => join(one, '..', '.store'),
  'an entry of the store': (one) => only(join(one, '..', '.store'), /^\d/),
};

/** Those in which commands would make something. */
const written: Record<string, Place> = {
  config: (one) => join(one, 'config'),
  'config/skills': (one) => join(one, 'config', 'skills'),
  'config/agents': (one) => join(one, 'config', 'agents'),
  bundle: (one) => join(one, 'bundle'),
  hooks: (one) => join(one, 'hooks'),
  key: (one) => join(one, 'key'),
  providers: (one) => join(one, '..', 'providers'),
  '.staging': (one) => join(one, '..', '.staging'),
  '.store': (one) => join(one, '..', '.store'),
};

const files = [
  'config/settings.json',
  'config/.claude.json',
  'config/skills/orchestration/SKILL.md',
  'hooks/rules.json',
  'secrets',
  'variant.json',
  'previous.json',
  '../../.local/bin/one',
];

describe('no command changes what is behind a link', () => {
  it.each(Object.entries(used))('%s, linked to its new place', async (_, placeIn) => {
    const place = await placeIn(join(world.home, 'one'));
    const victim = await elsewhere(basename(place));
    await rename(place, victim);
    await symlink(victim, place);
    await checkUntouched();
  });

  it.each(Object.entries(written))('%s, linked to a folder of the user', async (_, placeIn) => {
    const place = await placeIn(join(world.home, 'one'));
    const victim = await elsewhere('mine');
    await mkdir(join(victim, 'folder', 'below'), { recursive: true });
    for (const name of ['mine.txt', 'cli.js', 'key.cjs', 'rules.cjs', 'SKILL.md', 'commit.json']) {
      await writeFile(join(victim, name), 'of the user');
    }
    if (exists(place)) await rename(place, join(world.root, 'gone'));
    await symlink(victim, place);
    await checkUntouched();
  });

  it('every file, linked to its new place', async () => {
    const program = join(await only(join(world.home, 'one', 'bundle'), /./), 'cli.js');
    for (const place of [...files.map((path) => join(world.home, 'one', path)), program]) {
      const victim = await elsewhere(basename(place));
      await rename(place, victim);
      await symlink(victim, place);
    }
    await checkUntouched();
  });

  it('the lock', async () => {
    const victim = await elsewhere('lock');
    await writeFile(victim, 'of the user');
    await symlink(victim, join(world.home, '.lock'));
    await checkUntouched();
  });

  it('a store with leftovers of an interrupted run', async () => {
    const victim = await elsewhere('mine');
    for (const folder of ['.tmp-mine', 'folder/below']) {
      await mkdir(join(victim, folder), { recursive: true });
    }
    await rename(join(world.home, '.store'), join(world.root, 'gone'));
    await symlink(victim, join(world.home, '.store'));
    await mkdir(join(world.home, '.staging'));
    const before = await treeOf(victim);
    await checkRun(['list']);
    expect(await treeOf(victim)).toEqual(before);
  });
});

/** A path outside of the home and the folder of launchers; its folder is there. */
async function elsewhere(name: string): Promise<string> {
  await mkdir(join(world.root, 'elsewhere'), { recursive: true });
  return join(world.root, 'elsewhere', name);
}

/** It may be refused, but is no bug of ours. */
async function checkRun(words: readonly string[]): Promise<void> {
  expect(await world.run(words, key)).not.toMatchObject({ status: 1 });
}

async function checkUntouched(): Promise<void> {
  const outside = join(world.root, 'elsewhere');
  const before = await treeOf(outside);
  for (const line of commands) {
    await checkRun(line.split(' '));
    expect([line, await treeOf(outside)]).toEqual([line, before]);
  }
  await checkRun([...quick, '--force']);
  expect(await treeOf(outside)).toEqual(before);
}
