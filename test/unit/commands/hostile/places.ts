import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { writeTree } from '../../../support/folder.ts';
import { type CommandWorld, newCommandWorld } from '../run.ts';

export const unproved = '--no-probe';

export const quick = ({ claude }: CommandWorld, name: string, ...words: string[]): string[] =>
  ['quick', name, '--provider', 'mirror', '--from', claude].concat(words);

/** A world with the variant `one`, a pack, a file and links to nowhere. */
export async function newPlaces(): Promise<CommandWorld> {
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

export const reading = (world: CommandWorld): string[][] => [
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
export const changing = (world: CommandWorld): string[][] => [
  quick(world, 'two', unproved),
  ['update', 'one', unproved, '--model', 'y'],
  ['rollback', 'one'],
  ['skills', 'add', 'one', join(world.root, 'pack')],
  ['skills', 'remove', 'one', 'orchestration'],
  ['store', 'prune'],
  ['remove', 'one', '--yes'],
];
export const running = (world: CommandWorld): string[][] => [
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

export async function checkRefused(
  world: CommandWorld,
  commands: readonly string[][],
  places: readonly string[],
  environment: Record<string, string> = {},
): Promise<void> {
  for (const words of commands) {
    checkTold(words, await world.run(words, environment), places);
  }
}

export async function checkWorks(
  world: CommandWorld,
  commands: readonly string[][],
  environment: Record<string, string> = {},
): Promise<void> {
  for (const words of commands) {
    const { status, stderr } = await world.run(words, environment);
    expect({ words, status, stderr }).toEqual({ words, status: 0, stderr });
  }
}
