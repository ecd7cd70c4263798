import { mkdir, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  changing,
  checkRefused,
  checkWorks,
  newPlaces,
  quick,
  reading,
  running,
  unproved,
} from './places.ts';

const noFolders = ['file', 'file/below', 'dangling', 'loop', 'l'.repeat(300)];

describe.each(noFolders)('%s', (path) => {
  it('is refused as the home', async () => {
    const world = await newPlaces();
    const place = join(world.root, path);
    const commands = [...reading(world), ...changing(world)];
    const [part = ''] = path.split('/');
    await checkRefused(world, commands, [join(world.root, part)], { CC_MIRROR_HOME: place });
    const [list = []] = commands;
    await checkRefused(world, [[...list, '--home', place]], [join(world.root, part)]);
  });

  it('is refused as the folder for launchers only where launchers are written', async () => {
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

  it('is refused as the folder for temporary files', async () => {
    const world = await newPlaces();
    const place = join(world.root, path);
    const commands = running(world).filter(([name]) => name !== 'doctor');
    await checkRefused(world, commands, [place], { TMPDIR: place });
    await checkWorks(world, reading(world), { TMPDIR: place, PATH: world.bin });
  });

  it('is refused as a Claude Code, a pack and an output', async () => {
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

it('missing folders are created', async () => {
  const world = await newPlaces();
  const at = (path: string): string => join(world.root, path);
  const places = ['--home', at('new/a/home'), '--bin-dir', at('new/b/bin')];
  await checkWorks(world, [
    [...quick(world, 'two', unproved), ...places],
    ['update', unproved, ...places],
    ['list', ...places],
  ]);
});

it('a current folder that is gone is reported only where it matters', async () => {
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

it('a file is refused as HOME', async () => {
  const world = await newPlaces();
  const file = join(world.root, 'file');
  await writeFile(file, '');
  await checkRefused(world, [...reading(world), ...changing(world)], [file], { HOME: file });
});

it('a pipe in place of a file is named, and not waited for', async () => {
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
  expect(stdout).toContain('variant.json is not a file');
  await checkRefused(world, [['info', 'one']], [join(world.home, 'one')]);

  const launcher = await pipe('.local/bin/two');
  await checkRefused(world, [quick(world, 'two', unproved)], [launcher]);

  await mkdir(join(world.root, 'pack/agents'));
  await pipe('pack/agents/a.md');
  await checkWorks(world, [['skills', 'check', join(world.root, 'pack')]]);
  const manifest = await pipe('pack/pack.json');
  await checkRefused(world, [['skills', 'check', join(world.root, 'pack')]], [manifest, 'pack']);
});
