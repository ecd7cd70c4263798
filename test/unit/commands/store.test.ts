import { chmod, mkdir, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { Store } from '../../../src/bundle/store/store.ts';
import { muchToFree } from '../../../src/home/unused-builds.ts';
import { writeFakeClaude } from '../../support/fake-claude.ts';
import { type CommandWorld, newCommandWorld } from './run.ts';
import { treeOf } from '../../support/folder.ts';

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

it('lists builds and the variants that use them', async () => {
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
    lastUsed: expect.stringMatching(/^\d{4}-.*Z$/),
    damage: [],
  });
  expect(entry.bytes).toBeGreaterThan(4096);
  await run('update', 'one', '--no-tasks');
  expect((await list())[0].usedBy).toContainEqual({ variant: 'one', when: 'before' });
  const { stdout } = await world.run(['store', 'list']);
  expect(stdout).toMatch(
    /^2\.1\.16-any-\w{12} {2}copy {2}2 builds {2}\d+\.\d MB {2}.*one \(rollback\)/,
  );
});

it('marks damaged and unreadable builds', async () => {
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

it('prune keeps only what a variant runs or can roll back to', async () => {
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
  expect(stdout).toBe('Every stored build is in use.\n');
});

const days = (count: number): Date => new Date(Date.now() - count * 24 * 3600 * 1000);

/** Makes everything in the store as if nobody had put it to use for so many days. */
async function leaveAlone(count: number): Promise<void> {
  for (const name of await bundles()) {
    await utimes(join(store, `${name}.json`), days(count), days(count));
  }
}

/** Three builds of which two are in use: that of now, and that to go back to. */
async function threeBuilds(): Promise<string> {
  await quick('one');
  const [first = ''] = (await bundles()).filter((name) => !name.endsWith('pristine'));
  await run('update', 'one', '--no-tasks');
  await run('update', 'one', '--tasks', '--no-teams');
  return first;
}

it('removes builds unused for two weeks with the next change, and says so once', async () => {
  const first = await threeBuilds();
  await leaveAlone(13);
  const update = ['update', 'one', '--no-probe'];
  expect((await world.run(update)).stderr).not.toContain('removed from the store');
  expect(await bundles()).toContain(first);
  await leaveAlone(15);
  const { stderr } = await world.run(update);
  expect(stderr).toContain('removed from the store, as no variant has used them for 14 days');
  expect(stderr).toContain(first);
  expect(await bundles()).toHaveLength(3);
  expect(await bundles()).not.toContain(first);
  await leaveAlone(15);
  expect((await world.run(update)).stderr).not.toContain('removed from the store');
  expect((await world.run(['rollback', 'one'])).status).toBe(0);
});

it('keeps a build for two weeks after its last use', async () => {
  await threeBuilds();
  await leaveAlone(100);
  await world.run(['remove', 'one', '--yes']);
  const kept = await bundles();
  expect(kept.some((name) => name.endsWith('pristine'))).toBe(true);
  expect((await world.run(['store', 'list'])).stdout).toMatch(/unused {2}last used today/);
  await leaveAlone(15);
  expect((await world.run(['store', 'list'])).stdout).toMatch(/unused {2}last used 15 days ago/);
  const { stderr } = await world.run(['store', 'prune']);
  expect(stderr).toBe('');
  expect(await bundles()).toEqual([]);
});

it.each([
  ['--keep', ['--keep'], {}],
  ['a setting', [], { CC_MIRROR_STORE_DAYS: 'never' }],
  ['a longer time', [], { CC_MIRROR_STORE_DAYS: '400' }],
])('is kept with %s', async (_name, words, environment) => {
  const first = await threeBuilds();
  await leaveAlone(300);
  await world.run(['update', 'one', '--no-probe', ...words], environment);
  expect(await bundles()).toContain(first);
});

it('removes nothing while a variant is unreadable, or after the clock was ahead', async () => {
  const first = await threeBuilds();
  await leaveAlone(15);
  await mkdir(join(world.home, 'odd'));
  await writeFile(join(world.home, 'odd', 'variant.json'), '{');
  await run('update', 'one');
  expect(await bundles()).toContain(first);
  await rm(join(world.home, 'odd'), { recursive: true });
  await leaveAlone(-30);
  await run('update', 'one');
  expect(await bundles()).toContain(first);
});

it('refuses an invalid number of days before changing anything', async () => {
  const environment = { CC_MIRROR_STORE_DAYS: 'soon' };
  const words = world.quick('one');
  const { status, stderr } = await world.run(words, environment);
  expect(status).toBe(2);
  expect(stderr).toContain('CC_MIRROR_STORE_DAYS is "soon"');
  expect((await world.json(['list'])).data.variants).toEqual([]);
});

it('reports that much could be freed', async () => {
  await quick('one');
  await world.run(['remove', 'one', '--yes']);
  const { layout } = world.around;
  expect(muchToFree(new Store(store), layout)).toBeNull();
  expect(muchToFree(new Store(store), layout, 1)).toMatch(/free them with: cc-mirror store/);
  await prune();
  expect(muchToFree(new Store(store), layout, 1)).toBeNull();
});

it('removes a replaced bundle of another variant after a week', async () => {
  await quick('one');
  await quick('two');
  const path = join(world.home, 'one', 'variant.json');
  const record = JSON.parse(await readFile(path, 'utf8'));
  const retired = [6, 8].map((count) => ({
    folder: `old-${count}`,
    at: days(count).toISOString(),
  }));
  await writeFile(path, JSON.stringify({ ...record, retired }));
  const folder = join(world.home, 'one', 'bundle');
  for (const one of retired) await mkdir(join(folder, one.folder));
  await run('update', 'two', '--no-tasks');
  expect((await readdir(folder)).filter((name) => name.startsWith('old-'))).toEqual(['old-6']);
});
