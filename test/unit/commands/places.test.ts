import { existsSync } from 'node:fs';
import type * as files from 'node:fs/promises';
import { mkdir, rm, rmdir, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type CommandWorld, newCommandWorld } from './run.ts';
import { writeTree } from '../../support/folder.ts';

/** Each runs several commands. */
vi.setConfig({ testTimeout: 60_000 });

/** Where nothing can be written from now on, and what the system says to it. */
const refused = vi.hoisted(() => ({ below: '', code: '', but: '' }));
const allow = (): unknown => Object.assign(refused, { below: '', code: '', but: '' });
afterEach(() => void allow());

vi.mock('node:fs/promises', async (original) => {
  const actual = await original<typeof files>();
  const changing =
    'chmod copyFile cp link mkdir mkdtemp rename rm rmdir symlink writeFile open'.split(' ');
  const wrapped = changing.map((name) => {
    const act: unknown = Reflect.get(actual, name);
    if (typeof act !== 'function') throw new Error(`there is no ${name}`);
    return [
      name,
      async (...args: unknown[]): Promise<unknown> => {
        const paths = args.slice(0, 2).filter((one) => typeof one === 'string');
        const path = paths.find((one) => `${resolve(one)}/`.startsWith(`${refused.below}/`));
        const reads = name === 'open' && args[1] === 'r';
        const frees = refused.code === 'ENOSPC' && /^(chmod|rename|rm|rmdir)$/.test(name);
        const nothing = name === 'rm' && path !== undefined && !existsSync(path);
        const may = refused.below === '' || reads || frees || nothing || name === refused.but;
        if (path === undefined || may) {
          return Reflect.apply(act, actual, args);
        }
        const message = `${refused.code}: refused, ${name} '${path}'`;
        throw Object.assign(new Error(message), { code: refused.code, syscall: name, path });
      },
    ];
  });
  return { ...actual, ...Object.fromEntries(wrapped) };
});

const unproved = '--no-probe';

const quick = ({ claude }: CommandWorld, name: string, ...words: string[]): string[] =>
  ['quick', name, '--provider', 'mirror', '--from', claude].concat(words);

/** A world with the variant `one`, a pack, a file and links to nowhere. */
async function newPlaces(): Promise<CommandWorld> {
  const world = await newCommandWorld();
  const at = (path: string): string => join(world.root, path);
  await writeTree(world.root, {
    file: '',
    'pack/skills/mine/SKILL.md': '---\nname: mine\ndescription: d\n---\nbody\n',
  });
  await symlink('nowhere', at('dangling'));
  await symlink('loop', at('loop'));
  await world.run(quick(world, 'one', unproved));
  return world;
}

const reading = (world: CommandWorld): string[][] => [
  ['list'],
  ['info', 'one'],
  ['doctor', unproved],
  ['store', 'list'],
  ['store', 'prune', '--dry-run'],
  ['update', 'one', unproved, '--dry-run'],
  ['inspect', 'one'],
  ['providers', 'list'],
  ['skills', 'list'],
  ['skills', 'check', join(world.root, 'pack')],
];
const changing = (world: CommandWorld): string[][] => [
  quick(world, 'two', unproved),
  ['update', 'one', unproved, '--model', 'y'],
  ['rollback', 'one'],
  ['skills', 'add', 'one', join(world.root, 'pack')],
  ['skills', 'remove', 'one', 'orchestration'],
  ['store', 'prune'],
  ['remove', 'one', '--yes'],
];
const running = (world: CommandWorld): string[][] => [
  quick(world, 'two'),
  ['probe', 'one'],
  ['doctor', 'one'],
  ['skills', 'check', '--build', world.claude],
  ['build', world.claude, '--out', join(world.root, 'built')],
];

/** What a person reads of a run that went wrong: what, where (some of `places`), and what to do. */
function checkTold(
  words: readonly string[],
  { status, stderr }: Awaited<ReturnType<CommandWorld['run']>>,
  places: readonly string[],
): void {
  const said = { words, status, stderr };
  expect(said).toEqual({ words, status: expect.toBeOneOf([2, 3, 5, 7]), stderr });
  const [, error = ''] = /^error: (.*)$/m.exec(stderr) ?? [];
  const told = places.some((place) => error.includes(place));
  expect({ words, error, told }).toEqual({ words, error, told: true });
  expect(said).toEqual({ ...said, stderr: expect.stringMatching(/^ {2}→ ./m) });
  expect(stderr).not.toMatch(/bug in cc-mirror|^\s+at /m);
}

async function checkRefused(
  world: CommandWorld,
  commands: readonly string[][],
  places: readonly string[],
  environment: Record<string, string> = {},
): Promise<void> {
  for (const words of commands) {
    checkTold(words, await world.run(words, environment), places);
  }
}

async function checkWorks(
  world: CommandWorld,
  commands: readonly string[][],
  environment: Record<string, string> = {},
): Promise<void> {
  for (const words of commands) {
    const { status, stderr } = await world.run(words, environment);
    expect({ words, status, stderr }).toEqual({ words, status: 0, stderr });
  }
}

const noFolders = ['file', 'file/below', 'dangling', 'loop', 'l'.repeat(300)];

describe.each(noFolders)('%s', (path) => {
  it('is no home', async () => {
    const world = await newPlaces();
    const place = join(world.root, path);
    const commands = [...reading(world), ...changing(world)];
    const [part = ''] = path.split('/');
    await checkRefused(world, commands, [join(world.root, part)], { CC_MIRROR_HOME: place });
    const [list = []] = commands;
    await checkRefused(world, [[...list, '--home', place]], [join(world.root, part)]);
  });

  it('is no folder for launchers, which only who makes some cares about', async () => {
    const world = await newPlaces();
    const place = join(world.root, path);
    const environment = { CC_MIRROR_BIN_DIR: place };
    const [part = ''] = path.split('/');
    const [two = [], update = []] = changing(world);
    await checkRefused(world, [two, update], [join(world.root, part)], environment);
    await checkRefused(world, [[...two, '--bin-dir', place]], [join(world.root, part)]);
    const without = reading(world).filter(([name]) => name !== 'update');
    await checkWorks(world, without, { ...environment, PATH: world.bin });
  });

  it('is no folder for temporary files', async () => {
    const world = await newPlaces();
    const place = join(world.root, path);
    const commands = running(world).filter(([name]) => name !== 'doctor');
    await checkRefused(world, commands, [place], { TMPDIR: place });
    await checkWorks(world, reading(world), { TMPDIR: place, PATH: world.bin });
  });

  it('is no Claude Code, no pack and no place for what is built', async () => {
    const world = await newPlaces();
    const place = join(world.root, path);
    const [part = ''] = path.split('/');
    await checkRefused(
      world,
      [
        ['quick', 'two', '--provider', 'mirror', unproved, '--from', place],
        ['update', 'one', unproved, '--from', place],
        ['inspect', place],
        ['probe', place],
        ['build', place, '--out', join(world.root, 'built')],
        ['skills', 'check', place],
        ['skills', 'add', 'one', place],
        ['update', 'one', unproved, '--skills', place],
        ['build', world.claude, unproved, '--out', place],
        ['build', world.claude, unproved, '--out', join(place, 'deeper'), '--force'],
      ],
      [join(world.root, part)],
    );
  });
});

it('folders that are not there yet are made', async () => {
  const world = await newPlaces();
  const at = (path: string): string => join(world.root, path);
  const places = ['--home', at('new/a/home'), '--bin-dir', at('new/b/bin')];
  await checkWorks(world, [
    [...quick(world, 'two', unproved), ...places],
    ['update', unproved, ...places],
    ['list', ...places],
  ]);
});

describe.each([
  ['ENOSPC', 'full', /The disk is full|is full/],
  ['EROFS', 'read-only', /read-only/],
  ['EACCES', 'somebody else’s', /denied/],
])('%s: a place that is %s', (code, _, words) => {
  it('as the home', async () => {
    const world = await newPlaces();
    const commands = changing(world).filter(
      ([, second]) => code !== 'ENOSPC' || second !== 'prune',
    );
    Object.assign(refused, { below: world.home, code });
    await checkRefused(world, commands, [world.home]);
    await checkWorks(world, reading(world), { PATH: world.bin });
  });

  it('as the folder for launchers', async () => {
    const world = await newPlaces();
    Object.assign(refused, { below: world.bin, code });
    const [two = []] = changing(world);
    await checkRefused(world, [two], [world.bin]);
    await checkWorks(world, reading(world), { PATH: world.bin });
  });

  it('as the folder for temporary files', async () => {
    const world = await newPlaces();
    const below = join(world.root, 'temporary');
    await mkdir(below);
    Object.assign(refused, { below, code });
    const commands = running(world).filter(([name]) => name !== 'doctor');
    await checkRefused(world, commands, [below], { TMPDIR: below });
  });

  it('as the folder for temporary files, once a folder is made in it', async () => {
    const world = await newPlaces();
    const below = join(world.root, 'temporary');
    await mkdir(below);
    Object.assign(refused, { below, code, but: 'mkdtemp' });
    for (const line of running(world).filter(([name]) => name !== 'doctor')) {
      const { error } = await world.json(line, { TMPDIR: below });
      expect(error).toMatchObject({
        code: 'storage',
        message: expect.stringContaining(below),
        hint: expect.stringContaining('TMPDIR'),
      });
    }
  });

  it('as the place for what is built', async () => {
    const world = await newPlaces();
    const below = join(world.root, 'out');
    await mkdir(below);
    Object.assign(refused, { below, code });
    const built = ['build', world.claude, unproved, '--out', join(below, 'built')];
    const { error } = await world.json(built);
    expect(error).toMatchObject({
      code: 'storage',
      message: expect.stringMatching(words),
      hint: expect.stringContaining('--out'),
    });
    await checkRefused(world, [built], [below]);
  });
});

it('a folder that is gone under a command is told, where it matters', async () => {
  const world = await newPlaces();
  const gone = join(world.root, 'gone');
  const before = process.cwd();
  await mkdir(gone);
  process.chdir(gone);
  onTestFinished(() => process.chdir(before));
  await rmdir(gone);
  await checkWorks(world, reading(world), { PATH: world.bin });
  await checkWorks(world, changing(world));
  const relative = [
    ['list', '--home', 'here'],
    ['quick', 'two', '--provider', 'mirror', '--from', './claude'],
    ['skills', 'check', './pack'],
    ['build', world.claude, '--out', 'built'],
  ];
  await checkRefused(world, relative, ['The current folder no longer exists.']);
});

it('a file in the place of HOME is no home either', async () => {
  const world = await newPlaces();
  const file = join(world.root, 'file');
  await writeFile(file, '');
  await checkRefused(world, [...reading(world), ...changing(world)], [file], { HOME: file });
});

it('a pipe in the place of a file is named, and waited for by nobody', async () => {
  const world = await newPlaces();
  const pipe = async (path: string): Promise<string> => {
    const place = join(world.root, path);
    await rm(place, { force: true });
    await execa('mkfifo', [place]);
    return place;
  };
  const environment = { PATH: world.bin };
  const settings = await pipe('.cc-mirror/one/config/settings.json');
  await checkRefused(world, [['doctor', unproved]], [settings], environment);
  await checkRefused(world, [['update', 'one', unproved]], [settings]);

  await pipe('.cc-mirror/one/variant.json');
  const { stdout } = await world.run(['list'], environment);
  expect(stdout).toContain('variant.json is no file');
  await checkRefused(world, [['info', 'one']], [join(world.home, 'one')]);

  const launcher = await pipe('.local/bin/two');
  await checkRefused(world, [quick(world, 'two', unproved)], [launcher]);

  await mkdir(join(world.root, 'pack/agents'));
  await pipe('pack/agents/a.md');
  await checkWorks(world, [['skills', 'check', join(world.root, 'pack')]]);
  const manifest = await pipe('pack/pack.json');
  await checkRefused(world, [['skills', 'check', join(world.root, 'pack')]], [manifest, 'pack']);
});
