import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { earlierKey, writeEarlierVariant } from '../../../support/earlier-variant.ts';
import { type CommandWorld, newCommandWorld } from '../run.ts';

let world: CommandWorld;

const key = { TEST_KEY: 'test-key-0123456789' };
const fromKey = ['--api-key-env', 'TEST_KEY', '--key-store', 'file'];
const overruled =
  /\/one\/config\/settings\.json sets ANTHROPIC_MODEL, ANTHROPIC_BASE_URL, which have no effect in this variant: use cc-mirror update one with --base-url/;

beforeEach(async () => {
  world = await newCommandWorld();
});

/** A variant that is not pinned, whose user has put a model and an address into settings.json. */
async function make(name = 'one'): Promise<void> {
  const words = ['quick', name, '--provider', 'zai', '--from', world.claude, '--no-probe'];
  await world.json([...words, '--api-key-helper', 'echo key']);
  const path = join(world.home, name, 'config', 'settings.json');
  const settings: { env: object } = JSON.parse(await readFile(path, 'utf8'));
  const env = { ...settings.env, ANTHROPIC_MODEL: 'm', ANTHROPIC_BASE_URL: 'https://else.test' };
  await writeFile(path, JSON.stringify({ ...settings, env: { ...env, OTHER: '1' } }));
}

describe('values in settings.json that lose effect when a variant is pinned to its provider', () => {
  it('are reported by update, its dry run and doctor', async () => {
    await make();
    const pinning = ['update', 'one', '--no-probe', ...fromKey];
    expect((await world.run(['update', 'one', '--no-probe'])).stdout).not.toMatch(overruled);
    const dry = await world.json([...pinning, '--dry-run'], key);
    expect(dry.data.variants[0].notes.filter((note: string) => overruled.test(note))).toHaveLength(
      1,
    );
    const { stdout } = await world.run(pinning, key);
    expect(stdout.match(new RegExp(overruled, 'g'))).toHaveLength(1);
    const { data } = await world.json(['update', 'one', '--no-probe']);
    expect(data.variants[0].notes.filter((note: string) => overruled.test(note))).toHaveLength(1);
    const known = await world.json(['update', 'one', '--no-probe', '--dry-run']);
    expect(known.data.variants[0].notes).toEqual([]);
    const { stdout: seen } = await world.run(['doctor', 'one', '--no-probe']);
    expect(seen).toMatch(/sets ANTHROPIC_MODEL, ANTHROPIC_BASE_URL, which have no effect/);
  });

  it('are reported by quick --force', async () => {
    await make();
    const made = ['quick', 'one', '--provider', 'zai', '--force', '--from', world.claude];
    const { data } = await world.json([...made, '--no-probe', ...fromKey], key);
    expect(data.notes.join()).toMatch(overruled);
  });

  it('are reported once when several variants are updated', async () => {
    await make();
    await world.json(['update', 'one', '--no-probe', ...fromKey], key);
    await world.json(world.quick('two'));
    const path = join(world.home, 'one', 'config', 'settings.json');
    await writeFile(path, (await readFile(path, 'utf8')).replace('ANTHROPIC_BASE_URL', 'ELSE'));
    const told = /note: one: .*sets ANTHROPIC_MODEL, which has no effect/g;
    expect((await world.run(['update', '--no-probe'])).stderr.match(told)).toHaveLength(1);
    expect((await world.run(['update', '--no-probe'])).stderr).not.toMatch(told);
  });

  it('are reported by an adoption', async () => {
    const { home, bin } = world;
    const env = {
      ANTHROPIC_AUTH_TOKEN: earlierKey,
      ANTHROPIC_FOUNDRY_BASE_URL: 'https://else.test',
    };
    // The dry run looks into builds that are there.
    await world.json(world.quick('two'));
    await writeEarlierVariant({ home, bin, name: 'one', shape: 'npm', env });
    const words = ['update', 'one', '--adopt', '--from', world.claude, '--provider', 'zai'];
    const told =
      /\/one\/config\/settings\.json sets ANTHROPIC_FOUNDRY_BASE_URL, which has no effect/;
    const dry = await world.json([...words, '--no-probe', '--dry-run']);
    expect(dry.data.variants[0].notes.join()).toMatch(told);
    const { data } = await world.json([...words, '--no-probe']);
    expect(data.variants[0].notes.join()).toMatch(told);
  });
});

it('a build that cannot be pinned reports no values without effect', async () => {
  world = await newCommandWorld({ unpinned: true });
  await make();
  const { data } = await world.json(['update', 'one', '--no-probe', ...fromKey], key);
  expect(data.variants[0].notes.join()).not.toMatch(/no effect/);
});
