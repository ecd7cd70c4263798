import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { writeFakeClaude } from '../../../support/fake-claude.ts';
import { type CommandWorld, newCommandWorld } from '../run.ts';

let world: CommandWorld;
let quick: string[];

beforeEach(async () => {
  world = await newCommandWorld();
  quick = ['quick', 'one', '--provider', 'mirror', '--from', world.claude];
});

describe('several variants', () => {
  it('are updated even if one fails, and the others’ data is returned', async () => {
    const other = join(world.root, 'other');
    await writeFakeClaude(other);
    await world.json(quick);
    await world.json(['quick', 'two', '--provider', 'mirror', '--from', other]);
    await writeFakeClaude(other, { version: '2.1.17' });
    await writeFakeClaude(world.claude, { lies: true });
    const document = await world.json(['update']);
    expect(document).toMatchObject({
      status: 5,
      ok: false,
      command: 'update',
      error: { code: 'probe-failed' },
    });
    expect(document.error?.message).toMatch(/one: .*tasks should be on/);
    expect(
      document.data.variants.map(({ name, claudeVersion }: Record<string, string>) => [
        name,
        claudeVersion,
      ]),
    ).toEqual([['two', '2.1.17']]);
    const { stdout, stderr, status } = await world.run(['update']);
    expect(status).toBe(5);
    expect(stdout).toMatch(/^two {2}up to date.*\none: not updated: /);
    expect(stderr).toContain('error: 1 of 2 variants');
  });

  it('named twice are updated once; updating none succeeds', async () => {
    expect(await world.json(['update'])).toMatchObject({ status: 0, data: { variants: [] } });
    await world.json([...quick, '--no-probe']);
    const { data } = await world.json(['update', 'one', 'one', '--no-probe']);
    expect(data.variants).toHaveLength(1);
  });
});

describe('text output', () => {
  it('says what was created, how, and what to type next', async () => {
    const { stdout, stderr, status } = await world.run(quick);
    expect(status).toBe(0);
    for (const words of [
      'one is ready.',
      'Claude Code 2.1.16 (JavaScript)',
      'on, by an edit',
      'one session sent 8 tools',
      join(world.bin, 'one'),
      `export PATH="${world.bin}:$PATH"`,
      '~/.bashrc',
      'start it and log in',
    ]) {
      expect(stdout).toContain(words);
    }
    expect(stderr).toContain('- Proving it');
    const next = { step: 'login', command: 'one' };
    expect(await world.json(['info', 'one'])).toMatchObject({ data: { next } });
    expect((await world.run(['info', 'one'], { PATH: world.bin })).stdout).toContain(
      'Start it with: one',
    );
    expect((await world.run(['list'])).stdout).toMatch(
      /^one {2}2\.1\.16 {2}mirror {2}tasks on {2}teams on/,
    );
  });

  it('prints only failures with --quiet', async () => {
    expect(await world.run([...quick, '--quiet'])).toEqual({ status: 0, stdout: '', stderr: '' });
    const { stdout, stderr, status } = await world.run(['info', 'two', '--quiet']);
    expect([status, stdout]).toEqual([3, '']);
    expect(stderr).toBe('error: There is no variant "two".\n  → There are: one.\n');
  });

  it('prints a failure in two lines, and more with --verbose', async () => {
    const plain = await world.run(['probe', '/etc/passwd']);
    expect(plain.stderr.split('\n')).toHaveLength(3);
    const verbose = await world.run(['probe', '/etc/passwd', '--verbose']);
    expect(verbose.stderr).toContain('CcMirrorError');
  });

  it('suggests a similar command', async () => {
    const { stderr, status } = await world.run(['lsit']);
    expect(status).toBe(2);
    expect(stderr).toMatch(/Unknown command 'lsit'[^]*Did you mean list\?/);
  });

  it.each([
    [['--help'], /Usage: cc-mirror/],
    [[], /Usage: cc-mirror/],
    [['--version'], /^\d+\.\d+\.\d+\n$/],
    [['help'], /Usage: cc-mirror/],
    [['quick', '--help'], /--claude-version/],
    [['help', 'quick'], /--claude-version/],
    [['providers', '--help'], /show/],
  ])('%j succeeds', async (words, expected) => {
    const { stdout, stderr, status } = await world.run(words);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(expected);
  });
});

describe('folders', () => {
  it('come from options before the environment', async () => {
    const [home, bin, other] = ['h', 'b', 'o'].map((name) => join(world.root, name));
    const environment = { CC_MIRROR_HOME: home ?? '', CC_MIRROR_BIN_DIR: bin ?? '' };
    const { data } = await world.json([...quick, '--no-probe'], environment);
    expect(data).toMatchObject({
      configDir: join(world.root, 'h/one/config'),
      launcher: join(world.root, 'b/one'),
    });
    expect((await world.json(['list'])).data.variants).toEqual([]);
    expect((await world.json(['list', '--home', home ?? ''])).data.variants).toHaveLength(1);
    const second = await world.json(
      [...quick, '--no-probe', '--bin-dir', other ?? ''],
      environment,
    );
    expect(second.error?.code).toBe('name-taken');
    const third = await world.json(['update', '--no-probe', '--bin-dir', other ?? ''], environment);
    expect(third.data.variants[0].launcher).toBe(join(world.root, 'o/one'));
  });

  it('a relative path to a bundle is stored as absolute', async () => {
    const cwd = process.cwd();
    await world.json([
      ...quick.slice(0, -1),
      join('..', '..', '..', '..', world.claude.slice(1)),
      '--no-probe',
    ]);
    const record: unknown = JSON.parse(
      await readFile(join(world.home, 'one', 'variant.json'), 'utf8'),
    );
    expect(process.cwd()).toBe(cwd);
    expect(record).toMatchObject({
      choices: { source: { path: expect.stringMatching(/^\//) as unknown } },
    });
  });
});
