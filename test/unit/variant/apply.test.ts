import { mkdir, readFile, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import { CcMirrorError } from '../../../src/errors.ts';
import { settle } from '../../../src/variant/settle.ts';
import { writeFakeClaude } from '../../support/fake-claude.ts';
import { type World, create, failure, newWorld, treeOf, update } from './world.ts';

vi.mock('../../../src/variant/settle.ts', async (original) => {
  const real = await original<typeof import('../../../src/variant/settle.ts')>();
  return { settle: vi.fn(real.settle) };
});

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
    failure('invalid-record', /\.claude\.json holds no JSON object/),
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
])('puts everything back after %s', async (_, spoil, expected) => {
  await spoil();
  const before = await treeOf(world.root);
  const attempt = update(world, { key: 'dummy', force: true }, {}, { owned: {} });
  await expect(attempt).rejects.toMatchObject(expected);
  expect(await treeOf(world.root)).toEqual(before);
});

it('puts back skills that lie elsewhere', async () => {
  const elsewhere = join(world.root, 'shared skills');
  await mkdir(elsewhere);
  await rm(join(config, 'skills'), { recursive: true });
  await symlink(elsewhere, join(config, 'skills'));
  await writeFile(join(config, 'settings.json'), 'no');
  const before = await treeOf(world.root);
  await expect(update(world)).rejects.toMatchObject(failure('invalid-record'));
  expect(await treeOf(world.root)).toEqual(before);
});

it('refuses a skill folder of that name that is not ours', async () => {
  await writeFile(join(config, 'skills', 'orchestration', 'SKILL.md'), 'not ours');
  const before = await treeOf(world.root);
  const attempt = update(world, {}, {}, { skills: [] });
  await expect(attempt).rejects.toMatchObject(failure('name-taken', /skills\/orchestration/));
  expect(await treeOf(world.root)).toEqual(before);
});

it('keeps what it could not put back, and says where', async () => {
  const bundle = join(world.home, 'one', 'bundle', 'cli.js');
  const before = await readFile(bundle, 'utf8');
  vi.mocked(settle).mockImplementationOnce(async () => {
    // What is in the way of the way back: the folder that the old bundle was put aside to has gone.
    const [staging = ''] = (await readdir(world.home)).filter((name) =>
      name.startsWith('.staging'),
    );
    const aside = join(world.home, staging, 'bundle-before');
    await rename(aside, `${aside}-moved`);
    throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
  });
  const error: unknown = await update(world).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject(failure('storage', /^The disk is full\. Not everything of one/));
  const hint = error instanceof CcMirrorError ? error.hint : undefined;
  const kept =
    /What it had is in (\S+)\. Then run: cc-mirror update one$/.exec(hint ?? '')?.[1] ?? '';
  expect(await readFile(join(kept, 'bundle-before-moved', 'cli.js'), 'utf8')).toBe(before);
  await expect(update(world)).resolves.toMatchObject({ claudeVersion: '2.1.19' });
});
