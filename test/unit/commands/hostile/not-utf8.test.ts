import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { earlierKey, writeEarlierVariant } from '../../../support/earlier-variant.ts';
import { type CommandWorld, newCommandWorld } from '../run.ts';
import { treeOf } from '../../../support/folder.ts';

/** Puts a byte that is no UTF-8 into a file of the variant `one`. */
async function spoil({ home }: CommandWorld, file: string): Promise<void> {
  const path = join(home, 'one', 'config', file);
  const object: object = JSON.parse(await readFile(path, 'utf8'));
  const text = JSON.stringify({ note: 'café', ...object });
  await writeFile(path, Buffer.from(text, 'latin1'));
}

describe.each(['settings.json', '.claude.json'])('a %s that is not UTF-8', (file) => {
  const words = new RegExp(`config/${file.replaceAll('.', '\\.')} is not UTF-8: .*offset 12 `);

  it.each([
    ['update', 'one', '--no-probe', '--skills', 'router'],
    ['update', 'one', '--no-probe', '--dry-run'],
    ['quick', 'one', '--provider', 'mirror', '--force', '--no-probe'],
    ['probe', 'one'],
  ])('keeps its bytes: %s', async (...command) => {
    const world = await newCommandWorld();
    await world.json(world.quick('one'));
    await world.json(['update', 'one', '--no-probe', '--no-skills']);
    await spoil(world, file);
    const before = await treeOf(join(world.home, 'one'));
    const from = command[0] === 'quick' ? ['--from', world.claude] : [];
    const { status, error } = await world.json([...command, ...from]);
    expect({ status, ...error }).toMatchObject({
      status: 2,
      code: 'invalid-record',
      message: expect.stringMatching(words),
    });
    expect(await treeOf(join(world.home, 'one'))).toEqual(before);
  });

  it('is reported by info and doctor', async () => {
    const world = await newCommandWorld();
    await world.json(world.quick('one'));
    await spoil(world, file);
    expect((await world.json(['info', 'one'])).data.notes.join()).toMatch(words);
    const { stdout } = await world.run(['doctor', 'one', '--no-probe']);
    expect(stdout).toMatch(new RegExp(`error +configuration +.*${words.source}`));
  });
});

it('a settings.json that is not UTF-8 keeps its bytes in a rollback', async () => {
  const world = await newCommandWorld();
  await world.json(world.quick('one'));
  await world.json(['update', 'one', '--no-probe', '--no-skills']);
  await spoil(world, 'settings.json');
  const before = await treeOf(join(world.home, 'one'));
  const { error } = await world.json(['rollback', 'one']);
  expect(error).toMatchObject({ message: expect.stringMatching(/is not UTF-8/) });
  expect(await treeOf(join(world.home, 'one'))).toEqual(before);
});

it('an earlier variant with a settings.json that is not UTF-8 is not adopted', async () => {
  const world = await newCommandWorld();
  const { home, bin } = world;
  const env = { ANTHROPIC_AUTH_TOKEN: earlierKey };
  await writeEarlierVariant({ home, bin, name: 'one', shape: 'npm', env });
  await spoil(world, 'settings.json');
  const before = await treeOf(join(home, 'one'));
  const { error } = await world.json(['update', 'one', '--adopt', '--from', world.claude]);
  expect(error).toMatchObject({ message: expect.stringMatching(/is not UTF-8/) });
  expect(await treeOf(join(home, 'one'))).toEqual(before);
});
