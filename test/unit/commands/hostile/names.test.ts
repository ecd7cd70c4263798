import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it, vi } from 'vitest';
import { hostileNames } from '../../../support/hostile-names.ts';
import { nameProblem } from '../../../../src/variant/name.ts';
import { controls, useOwnFolder } from './hostile.ts';
import { type CommandWorld, newCommandWorld } from '../run.ts';
import { treeOf } from '../../../support/folder.ts';

vi.setConfig({ testTimeout: 120_000 });
const current = useOwnFolder();

/** A world with canaries around it, and a variant that everything has to pass by. */
async function newGuardedWorld(): Promise<CommandWorld> {
  const world = await newCommandWorld();
  for (const folder of '. .local .local/bin etc .claude config .cc-mirror/own'.split(' ')) {
    await mkdir(join(world.root, folder), { recursive: true });
    await writeFile(join(world.root, folder, 'canary'), folder);
  }
  expect(await world.run([...quick(world), 'bystander'])).toMatchObject({ status: 0 });
  return world;
}

function quick({ claude }: CommandWorld): string[] {
  return ['quick', '--provider', 'mirror', '--no-probe', '--from', claude, '--'];
}

/** Everything but what the store keeps for later. */
async function worldTree({ root }: CommandWorld): Promise<Record<string, string>> {
  const tree = Object.entries(await treeOf(root));
  return Object.fromEntries(tree.filter(([path]) => !path.startsWith('.cc-mirror/.store')));
}

/** The folders in which a wrong name would first show. */
async function shallow({ root, home, bin }: CommandWorld): Promise<string[][]> {
  return Promise.all(
    [root, home, bin, join(root, '.local'), current()].map((folder) => readdir(folder)),
  );
}

/** Commands with a name that no variant can have, each with the statuses that may come of it. */
function refusals(name: string, world: CommandWorld): [string[], number[]][] {
  return [
    [[...quick(world), name], [2]],
    ...['info', 'update', 'rollback', 'remove', 'doctor'].map((command): [string[], number[]] => [
      [command, '--', name],
      [2],
    ]),
    [
      ['skills', 'add', '--', name, 'router'],
      [2, 3],
    ],
    [
      ['skills', 'remove', '--', name, 'router'],
      [2, 3],
    ],
    [
      ['skills', 'list', '--', name],
      [2, 3],
    ],
    // These take a path or a version too, which there is no npm to fetch. No process is given a NUL.
    ...(name.includes('\0') ? [] : ['inspect', 'probe']).map((command): [string[], number[]] => [
      [command, '--', name],
      [2, 3, 6],
    ]),
  ];
}

describe('a name for a variant', () => {
  it('is used unchanged or refused with a reason, and nothing else is touched', async () => {
    expect(hostileNames.length).toBeGreaterThan(200);
    const world = await newGuardedWorld();
    const [tree, entries] = [await worldTree(world), await shallow(world)];
    const refused = hostileNames.filter((name) => nameProblem(name) !== null);
    const wrong: unknown[] = [];
    for (const [index, name] of refused.entries()) {
      // Each name is given to quick, and to some of the others in turn.
      const turn = (at: number): boolean => at === 0 || (at + index) % 4 === 0;
      for (const [words, statuses] of refusals(name, world).filter((_, at) => turn(at))) {
        const { status, stdout, stderr } = await world.run(words);
        const told = /^error: [^]+\n {2}→ /m.test(stderr) && !controls.test(stdout + stderr);
        if (!told || !statuses.includes(status)) wrong.push({ words, status, stdout, stderr });
      }
      expect([name, await shallow(world)]).toEqual([name, entries]);
    }
    expect(wrong).toEqual([]);
    expect(await worldTree(world)).toEqual(tree);
  });

  it('that is accepted is listed, started and removed', async () => {
    const world = await newGuardedWorld();
    const tree = await worldTree(world);
    const taken = hostileNames.filter((name) => nameProblem(name) === null);
    expect(taken.length).toBeGreaterThan(15);
    for (const name of taken) {
      expect(await world.run([...quick(world), name])).toMatchObject({ status: 0 });
      expect((await world.json(['list'])).data.variants).toContainEqual(
        expect.objectContaining({ name }),
      );
      const { stdout } = await execa(join(world.bin, name), ['env'], { cwd: current() });
      expect(JSON.parse(stdout)).toMatchObject({
        CLAUDE_CONFIG_DIR: join(world.home, name, 'config'),
      });
      expect((await world.run(['remove', '--yes', '--', name])).status).toBe(0);
    }
    expect(await worldTree(world)).toEqual(tree);
  });

  it('leads to no variant outside the home that claims it', async () => {
    const world = await newGuardedWorld();
    const outside = join(world.root, 'outside');
    const record = await readFile(join(world.home, 'bystander', 'variant.json'), 'utf8');
    await mkdir(outside);
    const name = '../outside';
    await writeFile(join(outside, 'variant.json'), JSON.stringify({ ...JSON.parse(record), name }));
    const tree = await worldTree(world);
    for (const words of [
      ['info', name],
      ['update', name, '--no-probe'],
      ['rollback', name],
      ['remove', '--yes', name],
      ['doctor', name, '--fix'],
      ['skills', 'add', name, 'router'],
      ['skills', 'remove', name, 'orchestration'],
      ['skills', 'list', name],
    ]) {
      const { status } = await world.run(words);
      expect([words, [2, 3].includes(status)]).toEqual([words, true]);
      expect([words, await worldTree(world)]).toEqual([words, tree]);
    }
  });
});
