import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { writeFakeClaude } from '../../../support/fake-claude.ts';
import { type CommandWorld, newCommandWorld } from '../run.ts';

let world: CommandWorld;
const base = ['--provider', 'custom', '--base-url', 'http://127.0.0.1:9', '--model', 'm1'];

beforeEach(async () => {
  world = await newCommandWorld();
  await world.json(['quick', 'one', ...base, '--from', world.claude]);
});

/** Every file of the variant but its bundles, and the launchers, with their content. */
async function files(): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const folder of [join(world.home, 'one'), world.bin]) {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (!entry.isFile() || path.startsWith(join(world.home, 'one', 'bundle'))) continue;
      found.set(path, await readFile(path, 'latin1'));
    }
  }
  return found;
}

interface Change {
  path: string;
  change: string;
  keys?: string[];
}

/** What a dry run says and what the update then does, without the bundle. */
async function both(words: readonly string[]): Promise<{ said: string[]; done: string[] }> {
  const dry = await world.json(['update', 'one', ...words, '--dry-run']);
  const before = await files();
  await world.json(['update', 'one', ...words]);
  const after = await files();
  const kind = (path: string): string => {
    if (!before.has(path)) return 'create';
    return after.has(path) ? 'replace' : 'remove';
  };
  const paths = [...new Set([...before.keys(), ...after.keys()])];
  const changed = paths.filter((path) => before.get(path) !== after.get(path));
  const listed: Change[] = dry.data.variants[0].changes;
  const said = listed.filter(({ path }) => path !== join(world.home, 'one', 'bundle'));
  return {
    said: said.map(({ path, change }) => `${change} ${path}`).sort(),
    done: changed.map((path) => `${kind(path)} ${path}`).sort(),
  };
}

describe('a dry run lists every file that the update changes', () => {
  it.each([
    ['a model', ['--model', 'm2']],
    ['a variable', ['--env', 'FOO=bar']],
    ['no packs', ['--no-skills']],
    ['another pack', ['--skills', 'router']],
    ['no rules', ['--no-rules']],
    ['a header', ['--header', 'X-Team: red']],
    ['a helper', ['--api-key-helper', 'echo key', '--key-store', 'helper']],
  ])('%s', async (_, words) => {
    const { said, done } = await both(words);
    expect(said).toEqual(done);
    expect(done.length).toBeGreaterThan(2);
  });

  it('another version', async () => {
    const newer = join(world.root, 'newer');
    await writeFakeClaude(newer, { version: '2.1.17' });
    const { data } = await world.json(['update', 'one', '--from', newer, '--dry-run']);
    // The build is not in the store yet.
    expect(data.variants[0]).toMatchObject({ fetch: true, changes: null });
    await world.json(['quick', 'two', ...base, '--from', newer]);
    const { said, done } = await both(['--from', newer]);
    expect(said).toEqual(done);
  });

  it('with edited and missing files of packs', async () => {
    const skill = join(world.home, 'one', 'config', 'skills', 'orchestration');
    await writeFile(join(skill, 'SKILL.md'), 'mine');
    await mkdir(join(skill, 'own'), { recursive: true });
    const { said, done } = await both(['--model', 'm2']);
    expect(said).toEqual(done);
  });
});

it('a dry run with nothing to do lists nothing', async () => {
  const { data } = await world.json(['update', 'one', '--dry-run']);
  expect(data.variants[0].changes).toEqual([]);
});

it('a dry run names the keys that change in a configuration file', async () => {
  const { data } = await world.json([
    'update',
    'one',
    '--api-key-helper',
    'echo key',
    '--key-store',
    'helper',
    '--dry-run',
  ]);
  const settings = join(world.home, 'one', 'config', 'settings.json');
  expect(data.variants[0].changes).toContainEqual({
    path: settings,
    change: 'replace',
    keys: ['apiKeyHelper'],
  });
});

it('a dry run of quick lists every file that quick creates', async () => {
  const quick = ['quick', 'two', ...base, '--from', world.claude];
  const { data } = await world.json([...quick, '--dry-run']);
  const folder = join(world.home, 'two');
  expect(await readdir(world.home)).not.toContain('two');
  await world.json(quick);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const created = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.startsWith(join(folder, 'bundle')));
  const said: Change[] = data.changes;
  expect(said.every(({ change }) => change === 'create')).toBe(true);
  const paths = said.map(({ path }) => path).filter((path) => path !== join(folder, 'bundle'));
  expect(paths.sort()).toEqual([...created, join(world.bin, 'two')].sort());
  expect(await world.json([...quick, '--dry-run'])).toMatchObject({ status: 7 });
});

it('a dry run of remove lists what would be removed, and removes nothing', async () => {
  const before = await files();
  const { status, data } = await world.json(['remove', 'one', '--dry-run']);
  expect(status).toBe(0);
  expect(data.changes).toEqual([
    { path: join(world.home, 'one'), change: 'remove' },
    { path: join(world.bin, 'one'), change: 'remove' },
  ]);
  expect(await files()).toEqual(before);
});
