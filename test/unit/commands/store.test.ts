import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { writeFakeClaude } from '../../support/fake-claude.ts';
import { treeOf } from '../variant/world.ts';
import { type CommandWorld, newCommandWorld } from './run.ts';

let world: CommandWorld;
let store: string;

beforeEach(async () => {
  world = await newCommandWorld();
  store = join(world.home, '.store');
});

async function run(...words: string[]): Promise<void> {
  const { status, stderr } = await world.run([...words, '--no-probe', '--quiet']);
  expect([status, stderr]).toEqual([0, '']);
}

const quick = (name: string): Promise<void> =>
  run('quick', name, '--provider', 'mirror', '--from', world.claude);

const list = async () => (await world.json(['store', 'list'])).data.entries;
const prune = async (...more: string[]) => (await world.json(['store', 'prune', ...more])).data;

/** The folders of bundles in the store. */
async function bundles(): Promise<string[]> {
  const names = Object.keys(await treeOf(store));
  return names.filter((name) => /^[^/]+\/[^/]+\.json$/.test(name)).map((name) => name.slice(0, -5));
}

it('lists what there is, and who uses it', async () => {
  expect((await world.run(['store', 'list'])).stdout).toBe('The store is empty.\n');
  await quick('one');
  await quick('two');
  const [entry, ...others] = await list();
  expect(others).toEqual([]);
  expect(entry).toEqual({
    key: expect.stringMatching(/^2\.1\.16-any-[0-9a-f]{12}$/),
    version: '2.1.16',
    platform: 'any',
    published: false,
    bytes: expect.any(Number),
    builds: 1,
    usedBy: [
      { variant: 'one', when: 'now' },
      { variant: 'two', when: 'now' },
    ],
    damage: [],
  });
  expect(entry.bytes).toBeGreaterThan(4096);
  await run('update', 'one', '--no-tasks');
  expect((await list())[0].usedBy).toContainEqual({ variant: 'one', when: 'before' });
  const { stdout } = await world.run(['store', 'list']);
  expect(stdout).toMatch(
    /^2\.1\.16-any-\w{12} {2}copy {2}2 builds {2}\d+\.\d MB {2}.*one \(to go back\)/,
  );
});

it('marks what is damaged, and what cannot be understood', async () => {
  await quick('one');
  const [build = ''] = (await bundles()).filter((name) => !name.endsWith('pristine'));
  const program = join(store, build, 'cli.js');
  await chmod(program, 0o644);
  await writeFile(program, 'spoilt');
  await mkdir(join(store, '9.9.9-any', 'pristine'), { recursive: true });
  await writeFile(join(store, '9.9.9-any', 'pristine.json'), '{');
  const [damaged, odd] = await list();
  expect(damaged.damage).toEqual([`${program} has been changed`]);
  expect(odd).toMatchObject({ key: '9.9.9-any', version: null, usedBy: [] });
  expect(odd.damage).toEqual([
    expect.stringMatching(/pristine\.json is not a record of the store/),
  ]);
  expect((await world.run(['store', 'list'])).stdout).toContain('damaged: ');
});

it('prune keeps what a variant runs or can go back to, and nothing else', async () => {
  await quick('one');
  const [first = ''] = (await bundles()).filter((name) => !name.endsWith('pristine'));
  await run('update', 'one', '--no-tasks');
  expect(await bundles()).toHaveLength(3);
  expect(await prune()).toEqual({ removed: [], freedBytes: 0 });

  // A further step: the first build is neither in use nor on the way back.
  await run('update', 'one', '--tasks', '--no-teams');
  const before = await treeOf(world.root);
  const foreseen = await prune('--dry-run');
  expect(await treeOf(world.root)).toEqual(before);
  const done = await prune();
  expect(foreseen).toEqual({ dryRun: true, ...done });
  expect(done.removed).toEqual([join(store, first)]);
  expect(await bundles()).not.toContain(first);
  expect((await world.json(['doctor', 'one', '--no-probe'])).ok).toBe(true);
  expect((await world.json(['rollback', 'one'])).ok).toBe(true);
});

it('prune removes entries that no variant uses', async () => {
  await quick('one');
  await world.run(['remove', 'one', '--yes']);
  await writeFakeClaude(world.claude, { version: '2.1.17' });
  await quick('two');
  const { bytes } = (await list())[0];
  const { removed, freedBytes } = await prune();
  expect(removed).toEqual([expect.stringMatching(/\.store\/2\.1\.16-any-\w+$/)]);
  expect(freedBytes).toBe(bytes);
  const names = (await readdir(store)).filter((name) => /^\d/.test(name));
  expect(names).toEqual([expect.stringMatching(/^2\.1\.17/)]);
  const { stdout } = await world.run(['store', 'prune']);
  expect(stdout).toBe('Every build of the store is in use.\n');
});
