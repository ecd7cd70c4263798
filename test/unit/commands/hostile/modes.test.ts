import { chmod, lstat, mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { writeEarlierVariant } from '../../../support/earlier-variant.ts';
import { type CommandWorld, newCommandWorld } from '../run.ts';

function withUmask(mask: number): void {
  const before = process.umask(mask);
  onTestFinished(() => void process.umask(before));
}

const modeOf = async (path: string): Promise<string> =>
  ((await stat(path)).mode & 0o777).toString(8);

/** Everything below a folder that others can write to. */
async function openTo(mask: number, folder: string): Promise<string[]> {
  const paths = await readdir(folder, { recursive: true });
  const found = await Promise.all(
    paths.map(async (path) => {
      const there = await lstat(join(folder, path));
      return !there.isSymbolicLink() && (there.mode & mask) !== 0 ? [path] : [];
    }),
  );
  return found.flat();
}

/** A world in whose root only the stand-in for Claude Code lies. */
async function quick(): Promise<{ world: CommandWorld; places: string[] }> {
  const world = await newCommandWorld();
  const words = ['quick', 'one', '--provider', 'mirror', '--from', world.claude];
  const { status, stderr } = await world.run(words);
  expect({ status, stderr }).toEqual({ status: 0, stderr });
  return { world, places: [world.home, world.bin] };
}

it.each([0o000, 0o002, 0o022])(
  'with a umask of %o, nobody else can write to what is created',
  async (mask) => {
    withUmask(mask);
    const { world } = await quick();
    for (const words of [
      ['update', 'one', '--no-probe', '--model', 'other'],
      ['update', 'one', '--no-probe', '--flip', 'never'],
      ['rollback', 'one'],
      ['skills', 'remove', 'one', 'orchestration'],
      ['doctor', '--fix', '--no-probe'],
    ]) {
      process.umask(mask);
      expect([words, (await world.run(words)).status]).toEqual([words, 0]);
    }
    expect(await openTo(0o022, world.home)).toEqual([]);
    expect(await openTo(0o022, join(world.root, '.local'))).toEqual([]);
    expect(await modeOf(world.home)).toBe('700');
    expect(await modeOf(join(world.home, '.store'))).toBe('700');
    expect(await modeOf(world.bin)).toBe('755');
    expect(await modeOf(join(world.bin, 'one'))).toBe('755');
  },
);

it.each([
  [0o027, '750'],
  [0o077, '700'],
])('a umask of %o applies to the folder for launchers', async (mask, folder) => {
  withUmask(mask);
  const { world } = await quick();
  expect(await modeOf(world.bin)).toBe(folder);
  expect(await modeOf(join(world.bin, 'one'))).toBe('755');
  expect(await modeOf(world.home)).toBe('700');
  const { status } = await world.run(['doctor', '--no-probe'], { PATH: world.bin });
  expect(status).toBe(0);
});

it('keeps the modes of existing folders; doctor names world-writable ones', async () => {
  const world = await newCommandWorld();
  for (const folder of [world.home, world.bin]) await mkdir(folder, { recursive: true });
  for (const folder of [world.home, world.bin]) await chmod(folder, 0o777);
  await world.run(world.quick('one'));
  expect([await modeOf(world.home), await modeOf(world.bin)]).toEqual(['777', '777']);
  const environment = { PATH: world.bin };
  const { data } = await world.json(['doctor', '--no-probe', '--fix'], environment);
  expect(data.variants[0].findings).toContainEqual({
    check: 'launcher',
    level: 'warning',
    message: `others can write to ${world.bin}`,
    next: `chmod o-w ${world.bin}`,
  });
  expect(data.fixed).toMatchObject([{ message: `others can write to ${world.home}` }]);
  expect(await modeOf(world.home)).toBe('755');
});

it('makes an adopted variant private', async () => {
  withUmask(0o022);
  const world = await newCommandWorld();
  await writeEarlierVariant({ home: world.home, bin: world.bin, name: 'one' });
  const adopted = await world.json([
    'update',
    'one',
    '--adopt',
    '--from',
    world.claude,
    '--no-probe',
  ]);
  expect(adopted.status).toBe(0);
  expect(await modeOf(join(world.home, 'one'))).toBe('700');
  expect(await modeOf(join(world.home, 'one', 'config'))).toBe('700');
  const { data } = await world.json(['doctor', 'one', '--no-probe'], { PATH: world.bin });
  const bad = data.variants[0].findings.filter(({ level }: { level: string }) => level !== 'ok');
  expect(bad).toEqual([]);
});
