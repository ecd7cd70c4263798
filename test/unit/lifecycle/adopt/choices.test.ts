import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { earlierKey } from '../../../support/earlier-variant.ts';
import { treeOf } from '../../../support/folder.ts';
import { type AdoptionWorld, newAdoptionWorld } from './adoption.ts';

let world: AdoptionWorld;
beforeEach(async () => {
  world = await newAdoptionWorld();
});

describe('options of an adoption', () => {
  it('override the earlier choices', async () => {
    await world.make({ provider: 'poe', baseUrl: 'https://api.poe.example' });
    const words = ['--provider', 'custom', '--model', 'mine', '--no-skills', '--env', 'A=1'];
    const { data } = await world.adopt(words);
    expect(data.variants[0]).toMatchObject({
      provider: 'custom',
      baseUrl: 'https://api.poe.example',
      packs: [],
    });
    expect(await world.launched()).toMatchObject({ ANTHROPIC_MODEL: 'mine', A: '1' });
  });

  it('may give another key and address', async () => {
    await world.make();
    const words = ['--base-url', 'http://127.0.0.1:9', '--api-key-env', 'MINE'];
    const { status, data } = await world.adopt(words, { MINE: 'another-key-0123456789' });
    expect(status).toBe(0);
    expect(data.variants[0].baseUrl).toBe('http://127.0.0.1:9');
    expect(await world.text('secrets')).toBe('another-key-0123456789\n');
    expect(await world.text('config', 'settings.json')).not.toContain('ANTHROPIC_');
  });

  it('may move the launcher', async () => {
    await world.make();
    const theirs = await treeOf(world.bin);
    const bin = join(world.root, 'other-bin');
    const { data } = await world.adopt(['--bin-dir', bin]);
    expect(data.variants[0].launcher).toBe(join(bin, 'one'));
    expect(await treeOf(world.bin)).toEqual({});
    expect(await world.launched(join(bin, 'one'))).toMatchObject({
      ANTHROPIC_AUTH_TOKEN: earlierKey,
    });
    expect((await world.json(['rollback', 'one'])).data.left).toEqual([]);
    expect(await treeOf(world.bin)).toEqual(theirs);
    expect(await treeOf(bin)).toEqual({});
  });

  it('may replace another command', async () => {
    await world.make();
    await writeFile(world.launcher, '#!/bin/sh\necho mine\n');
    expect((await world.adopt(['--force'])).status).toBe(0);
    expect(await world.launched()).toMatchObject({ ANTHROPIC_AUTH_TOKEN: earlierKey });
    await world.json(['rollback', 'one']);
    expect(await readFile(world.launcher, 'utf8')).toBe('#!/bin/sh\necho mine\n');
  });

  it('may ask for a dry run', async () => {
    await world.make({ shape: 'teams' });
    const before = await treeOf(world.root);
    const words = ['update', 'one', '--adopt', '--dry-run', '--from', world.claude];
    const { stdout, stderr, status } = await world.run(words);
    expect(status).toBe(0);
    expect(stdout).toMatch(/one: npm:@anthropic-ai\/claude-code@2\.1\.7 → 2\.1\.16/);
    expect(stdout).toMatch(/removed from settings\.json: .*ANTHROPIC_API_KEY/);
    expect(stdout).toMatch(/Nothing was changed/);
    const { data } = await world.json(words);
    expect(data).toMatchObject({
      dryRun: true,
      variants: [{ name: 'one', fetch: true, adoption: { chosen: { provider: 'zai' } } }],
    });
    expect(`${stdout}${stderr}${JSON.stringify(data)}`).not.toContain(earlierKey);
    expect(await treeOf(world.root)).toEqual(before);
  });
});
