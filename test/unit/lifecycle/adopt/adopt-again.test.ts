import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { type EarlierOptions, earlierKey } from '../../../support/earlier-variant.ts';
import { type AdoptionWorld, modeOf, newAdoptionWorld } from './adoption.ts';

let world: AdoptionWorld;
beforeEach(async () => {
  world = await newAdoptionWorld();
});

it.each<[string, string[], string, RegExp, RegExp]>([
  [
    'a skill of the user’s',
    [],
    'config/skills/orchestration/SKILL.md',
    /skills\/orchestration exists/,
    /--no-skills/,
  ],
  [
    'another command',
    ['--no-skills'],
    '../../.local/bin/one',
    /not a launcher/,
    /--force.*--bin-dir/,
  ],
])('adoption refuses to replace %s, in a dry run as well', async (...given) => {
  const [, words, path, message, hint] = given;
  await world.make();
  await mkdir(dirname(world.at(path)), { recursive: true });
  await writeFile(world.at(path), '#!/bin/sh\n');
  for (const run of [await world.adopt(['--dry-run', ...words]), await world.adopt(words)]) {
    expect(run).toMatchObject({ status: 7, error: { code: 'name-taken' } });
    expect(run.error?.message).toMatch(message);
    expect(run.error?.hint).toMatch(hint);
    expect(run.error?.hint).not.toContain('--name');
  }
});

it.each<[string, Partial<EarlierOptions>, string[], string]>([
  ['as before if no preset has the address', { shape: 'npm' }, [], 'ANTHROPIC_API_KEY'],
  ['as before if it was a bearer', { shape: 'later' }, [], 'ANTHROPIC_AUTH_TOKEN'],
  ['as requested', { shape: 'npm' }, ['--auth', 'bearer'], 'ANTHROPIC_AUTH_TOKEN'],
])('the key is sent %s', async (_, options, words, variable) => {
  await world.make({ ...options, provider: 'mygate', baseUrl: 'https://gate.example' });
  const run = await world.adopt(['--provider', 'custom', ...words]);
  expect(run).toMatchObject({ status: 0 });
  const environment = await world.launched();
  const other = ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN'].find((name) => name !== variable)!;
  expect(environment).toMatchObject({ [variable]: earlierKey });
  expect(environment).not.toHaveProperty(other);
  const { status } = await world.json(['update', 'one', '--no-probe', '--env', 'A=1']);
  expect(status).toBe(0);
  expect(await world.launched()).toMatchObject({ [variable]: earlierKey });
});

it('doctor finds nothing wrong after an adoption, and reports whether it can be rolled back', async () => {
  await world.make();
  expect((await world.adopt()).status).toBe(0);
  expect(await modeOf(world.at())).toBe(0o700);
  const environment = { PATH: world.bin };
  const doctor = async (): Promise<string> =>
    (await world.run(['doctor', 'one', '--no-probe'], environment)).stdout;
  const said = await doctor();
  expect(said).not.toMatch(/warning|error/);
  expect(said).toMatch(/rollback +to the earlier cc-mirror/);
  await rm(world.at('native'), { recursive: true });
  expect(await doctor()).toMatch(
    /rollback +cannot roll back to the earlier cc-mirror .*native\/claude is gone/,
  );
});

it('rollback of an adoption restores entries in place, after later changes as well', async () => {
  await world.make({ settings: { zeta: 1, alpha: 2 } });
  const path = world.at('config', 'settings.json');
  const theirs = (await readFile(path, 'utf8')).replaceAll('\n', '\r\n');
  await writeFile(path, `\uFEFF${theirs}`);
  await world.adopt();
  const ours = await readFile(path, 'utf8');
  expect(ours.startsWith('\uFEFF')).toBe(true);
  expect(ours.replaceAll('\r\n', '')).not.toContain('\n');
  await writeFile(path, ours.replace('"alpha": 2', '"alpha": 3'));
  await world.json(['rollback', 'one']);
  expect(await readFile(path, 'utf8')).toBe(`\uFEFF${theirs.replace('"alpha": 2', '"alpha": 3')}`);
});

it('adopting our own variant back keeps its key and removes its hooks', async () => {
  const environment = { MY_KEY: 'dummy-key-0123456789' };
  const words = ['quick', 'one', '--provider', 'zai', '--from', world.claude, '--no-probe'];
  await world.json([...words, '--api-key-env', 'MY_KEY'], environment);
  const settings = await readFile(world.at('config', 'settings.json'), 'utf8');
  expect(settings).toContain('hooks/rules.sh');
  // As `update --no-tweak` of its version 2.1.0 leaves it.
  await world.make({ record: { tweakDir: undefined } });
  const mine = settings.replace('"autoCompactEnabled"', '"mine": 1,\n  "autoCompactEnabled"');
  await writeFile(world.at('config', 'settings.json'), mine);
  const run = await world.adopt(['--no-skills', '--no-probe']);
  expect(run).toMatchObject({ status: 0, data: { variants: [{ provider: 'zai' }] } });
  expect(await world.launched()).toMatchObject({ ANTHROPIC_AUTH_TOKEN: environment.MY_KEY });
  const after = await readFile(world.at('config', 'settings.json'), 'utf8');
  expect(after).not.toContain('hooks/rules');
  expect(JSON.parse(after)).toMatchObject({ mine: 1, autoCompactEnabled: true });
});
