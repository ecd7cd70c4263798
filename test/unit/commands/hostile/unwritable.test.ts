import { existsSync } from 'node:fs';
import type * as files from 'node:fs/promises';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  changing,
  checkRefused,
  checkWorks,
  newPlaces,
  reading,
  running,
  unproved,
} from './places.ts';

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

describe.each([
  ['ENOSPC', 'full', /The disk is full|is full/],
  ['EROFS', 'read-only', /read-only/],
  ['EACCES', 'somebody else’s', /denied/],
])('%s: a place that is %s fails with its name', (code, _, words) => {
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

  it('as the folder for temporary files, after a folder was created in it', async () => {
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

  it('as the output of a build', async () => {
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
