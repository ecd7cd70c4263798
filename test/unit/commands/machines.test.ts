import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { treeOf } from '../../support/folder.ts';
import { type CommandWorld, newCommandWorld } from './run.ts';

let world: CommandWorld;

beforeEach(async () => {
  world = await newCommandWorld();
});

const later = ['--key-store', 'env', '--api-key-env', 'RUN_KEY'];

/** The words that make a variant as the build of an image does, from options alone. */
function quick(...words: string[]): string[] {
  return ['quick', 'one', '--provider', 'zai', '--from', world.claude, '--no-probe', ...words];
}

/** Of variants that are started: nothing answers there. */
const loopback = ['--base-url', 'http://127.0.0.1:9'];

/** Starts the variant with an environment made from nothing. */
async function start(
  environment: Record<string, string>,
): Promise<{ status: number; stdout: string; stderr: string }> {
  const home = join(world.root, 'session');
  await mkdir(home, { recursive: true });
  const env = { PATH: dirname(process.execPath), HOME: home, ...environment };
  return new Promise((resolve) => {
    execFile(
      '/bin/sh',
      [join(world.bin, 'one'), '--version'],
      { env, cwd: home },
      (error, ...out) => {
        resolve({ status: Number(error?.code ?? 0), stdout: out[0], stderr: out[1] });
      },
    );
  });
}

describe('--key-store env', () => {
  it('needs no key until the first start, which says so in one line', async () => {
    const { status, stdout, stderr } = await world.run(quick(...later, ...loopback));
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(stderr).toContain(
      'RUN_KEY is not set in this shell; the variant reads it at each start',
    );
    expect(stdout).toContain('from the variable RUN_KEY of your shell');
    const without = await start({});
    expect(without).toMatchObject({ status: 1, stdout: '' });
    expect(without.stderr).toMatch(
      /^variant one: the variable RUN_KEY.* not set in this shell;.*\n$/,
    );
    expect((await start({ RUN_KEY: '' })).status).toBe(1);
    // The stand-in starts, and finds nobody at its address.
    expect((await start({ RUN_KEY: 'dummy-key' })).stderr).toMatch(/fetch failed|ECONNREFUSED/);
  });

  it('makes the same variant whether the key is there or not', async () => {
    await world.json(quick(...later));
    const without = await timelessTree();
    await world.json(quick(...later, '--force'), { RUN_KEY: 'dummy-key-0123456789' });
    expect(await timelessTree()).toEqual(without);
  });

  it.each([
    [['--key-store', 'env'], 2, 'missing-key'],
    [['--key-store', 'file', '--api-key-env', 'RUN_KEY'], 2, 'missing-key'],
    [['--api-key-env', 'RUN_KEY'], 2, 'missing-key'],
    [['--key-store', 'env', '--api-key-env', 'sk-0123456789abcdef'], 2, 'usage'],
  ])('%j without a key is refused', async (words, status, code) => {
    const refused = await world.json(quick(...words));
    expect(refused).toMatchObject({ status, error: { code } });
    expect(JSON.stringify(refused)).not.toContain('sk-0123');
  });

  it('still refuses a key of another vendor where it can see it', async () => {
    const refused = await world.json(quick(...later), { RUN_KEY: 'sk-ant-api03-0123456789' });
    expect(refused).toMatchObject({ status: 2, error: { code: 'usage' } });
  });

  it('can be chosen by an update without the key', async () => {
    await world.json(quick('--api-key-env', 'OLD', ...loopback), { OLD: 'old-key-0123456789' });
    expect((await world.run(['update', 'one', '--no-probe', ...later])).status).toBe(0);
    expect((await start({})).stderr).toContain('RUN_KEY');
  });
});

/** All files but the times in records. */
async function timelessTree(): Promise<Record<string, string>> {
  const tree = await treeOf(world.root);
  const time = /"\d{4}-\d\d-\d\dT[\d:.]+Z"/g;
  return Object.fromEntries(
    Object.entries(tree).map(([path, text]) => [path, text.replaceAll(time, '"TIME"')]),
  );
}

describe('quick with --force, run again', () => {
  it.each([
    ['a key in a variable', later],
    ['a key in a file', ['--api-key-env', 'FILE_KEY']],
    ['a helper', ['--api-key-helper', 'echo key']],
    [
      'all kinds of options',
      [
        '--api-key-env',
        'FILE_KEY',
        '--region',
        'china',
        '--model-opus',
        'm',
        '--env',
        'A=1',
      ].concat([
        '--unset-env',
        'API_TIMEOUT_MS',
        '--header',
        'X-Team: ${TEAM_NAME}',
        '--skills',
        'router',
      ]),
    ],
  ])('leaves the same tree: %s', async (_, words) => {
    const environment = { FILE_KEY: 'file-key-0123456789', TEAM_NAME: 'red' };
    const all = quick(...words, '--force');
    expect(await world.json(all, environment)).toMatchObject({ status: 0 });
    const first = await timelessTree();
    expect(await world.json(all, environment)).toMatchObject({ status: 0 });
    expect(await timelessTree()).toEqual(first);
  });

  it('leaves the same tree, proved', async () => {
    const all = ['quick', 'one', '--provider', 'zai', '--from', world.claude, ...later, '--force'];
    await world.json(all);
    const first = await timelessTree();
    expect(await world.json(all)).toMatchObject({ status: 0 });
    expect(await timelessTree()).toEqual(first);
  });
});
