import { chmod, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { earlierKey } from '../../../support/earlier-variant.ts';
import { writeFakeClaude } from '../../../support/fake-claude.ts';
import { treeOf } from '../../../support/folder.ts';
import { create } from '../../variant/world.ts';
import { type AdoptionWorld, newAdoptionWorld } from './adoption.ts';

let world: AdoptionWorld;
beforeEach(async () => {
  world = await newAdoptionWorld();
});

describe('an earlier variant is not changed', () => {
  it.each<[string, () => Promise<unknown>, string[], object]>([
    [
      'when the proof fails',
      () => writeFakeClaude(world.claude, { lies: true }),
      [],
      { code: 'probe-failed' },
    ],
    [
      'when another command has the name',
      () => writeFile(world.launcher, '#!/bin/sh\n'),
      [],
      { code: 'name-taken', message: expect.stringContaining('not a launcher') },
    ],
    [
      'when the user has a skill of that name',
      () => rm(world.at('config', 'skills', 'orchestration', '.cc-mirror-managed')),
      [],
      { code: 'name-taken', message: expect.stringContaining('skills/orchestration') },
    ],
    [
      'when the settings are broken',
      () =>
        writeFile(
          world.at('config', 'settings.json'),
          `{"env":{"ANTHROPIC_API_KEY":"${earlierKey}"`,
        ),
      [],
      { code: 'invalid-record', message: expect.stringContaining('not valid JSON') },
    ],
    [
      'when the settings are a link',
      async () => {
        await rename(world.at('config', 'settings.json'), join(world.root, 'settings.json'));
        await symlink(join(world.root, 'settings.json'), world.at('config', 'settings.json'));
      },
      [],
      { code: 'invalid-record', message: expect.stringContaining('outside the variant') },
    ],
    [
      'when the key cannot be written',
      () => mkdir(world.at('secrets')),
      [],
      { code: 'storage', message: expect.stringContaining('secrets is a folder') },
    ],
    [
      'when another address needs a key',
      async () => {},
      ['--base-url', 'https://elsewhere.example'],
      { code: 'missing-key' },
    ],
  ])('%s', async (_, spoil, words, error) => {
    await world.make({ shape: 'teams' });
    await spoil();
    const before = await treeOf(world.root);
    const run = await world.adopt(words);
    expect(run).toMatchObject({ ok: false, error });
    expect(JSON.stringify(run)).not.toContain(earlierKey);
    expect(await treeOf(world.root)).toEqual(before);
  });

  it.each<[string[], string]>([
    [['info', 'one'], 'invalid-record'],
    [['remove', 'one'], 'invalid-record'],
    [['rollback', 'one'], 'invalid-record'],
    [['update', 'one'], 'invalid-record'],
    [['update', 'one', '--dry-run'], 'invalid-record'],
    [['skills', 'add', 'one', 'research'], 'invalid-record'],
    [['skills', 'remove', 'one', 'orchestration'], 'invalid-record'],
    [['inspect', 'one'], 'invalid-record'],
    [['probe', 'one'], 'invalid-record'],
    [['quick', 'one', '--provider', 'mirror'], 'name-taken'],
    [['quick', 'one', '--provider', 'mirror', '--force'], 'name-taken'],
  ])('by %j', async (words, code) => {
    await world.make();
    const before = await treeOf(world.root);
    expect(await world.json(words)).toMatchObject({
      error: {
        code,
        message: 'one was created by an earlier cc-mirror and still works.',
        hint: 'Adopt it: cc-mirror update one --adopt',
      },
    });
    expect(await treeOf(world.root)).toEqual(before);
  });

  it('by commands for all variants', async () => {
    await world.make();
    const before = await treeOf(world.at());
    await create(world, { name: 'two' });
    const updated = await world.run(['update']);
    expect(updated).toMatchObject({ status: 0, stdout: expect.stringContaining('two') });
    expect(updated.stderr).toMatch(/skipped variants of an earlier cc-mirror: one;/);
    const listed = await world.run(['list']);
    expect(listed.stdout).toMatch(/one \(zai\) was created by an earlier cc-mirror/);
    const { data } = await world.json(['list']);
    expect(data).toMatchObject({ variants: [{ name: 'two' }], unreadable: [] });
    expect(data.earlier).toEqual([
      {
        name: 'one',
        folder: world.at(),
        provider: 'zai',
        baseUrl: 'https://api.z.ai/api/anthropic',
        configDir: world.at('config'),
      },
    ]);
    expect(await treeOf(world.at())).toEqual(before);
  });
});

describe('a command line', () => {
  it.each<[string[], object]>([
    [['update', '--adopt'], { code: 'usage', message: expect.stringContaining('needs the name') }],
    [['update', 'one', 'two', '--adopt'], { code: 'usage' }],
    [['update', 'two', '--adopt'], { code: 'usage', hint: expect.stringMatching(/update two$/) }],
    [['update', 'none', '--adopt'], { code: 'no-such-variant' }],
    [['update', 'broken', '--adopt'], { code: 'invalid-record' }],
    [
      ['update', 'tmp', '--adopt'],
      { code: 'invalid-name', message: expect.stringContaining('keeps working') },
    ],
    [['update', '../one', '--adopt'], { code: 'invalid-name' }],
    [['update', 'two', '--provider', 'zai'], { code: 'missing-key' }],
  ])('%j is refused', async (words, error) => {
    await world.make();
    await create(world, { name: 'two' });
    await mkdir(join(world.home, 'broken'));
    await writeFile(join(world.home, 'broken', 'variant.json'), '{}');
    await chmod(join(world.home, 'broken'), 0o755);
    const before = await treeOf(world.root);
    expect(await world.json(words)).toMatchObject({ ok: false, error });
    expect(await treeOf(world.root)).toEqual(before);
  });
});
