import { chmod, mkdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type EarlierOptions,
  earlierKey,
  writeEarlierVariant,
} from '../../support/earlier-variant.ts';
import { writeFakeClaude } from '../../support/fake-claude.ts';
import { type CommandWorld, newCommandWorld } from '../commands/run.ts';
import { create } from '../variant/world.ts';
import { treeOf } from '../../support/folder.ts';

/** Each runs several commands. */
vi.setConfig({ testTimeout: 60_000 });

let world: CommandWorld;
let launcher: string;

beforeEach(async () => {
  world = await newCommandWorld();
});

const at = (...path: string[]): string => join(world.home, 'one', ...path);
const text = (...path: string[]): Promise<string> => readFile(at(...path), 'utf8');
const json = async (...path: string[]): Promise<unknown> => JSON.parse(await text(...path));
const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

/** A variant as an earlier cc-mirror left it, in the world's home. */
async function make(options: Partial<EarlierOptions> = {}): Promise<void> {
  const { home, bin } = world;
  launcher = await writeEarlierVariant({ home, bin, name: 'one', ...options });
}

type Run = Awaited<ReturnType<CommandWorld['json']>>;

/** Takes it over; without another word, on the world's Claude Code. */
function adopt(words: string[] = [], environment?: Record<string, string>): Promise<Run> {
  return world.json(['update', 'one', '--adopt', '--from', world.claude, ...words], environment);
}

/** What a launcher's program says of its environment, whichever of the two programs it is. */
async function launched(path = launcher): Promise<Record<string, string>> {
  const env = { PATH: [dirname(process.execPath), '/usr/bin', '/bin'].join(':') };
  const { stdout } = await execa(path, ['env'], { env, extendEnv: false });
  const said: { env?: Record<string, string> } & Record<string, string> = JSON.parse(stdout);
  return typeof said.env === 'object' ? { ...said.env, THEIRS: 'yes' } : said;
}

describe.each(['teams', 'npm', 'native', 'later'] as const)('one of the shape %s', (shape) => {
  const settings = { theme: 'dark', hooks: { Stop: [{ hooks: [] }] } };

  it('is taken over, given back and taken over again', async () => {
    await make({ shape, settings });
    // From then on it is as private as one of ours.
    const before = { ...(await treeOf(at())), config: 'folder 700' };
    const saved = await text('config', 'settings.json');
    const state = await text('config', '.claude.json');
    const theirs = await readFile(launcher, 'utf8');
    expect(await launched()).toMatchObject({ THEIRS: 'yes' });

    const { status, data, error } = await adopt();
    expect({ status, error }).toEqual({ status: 0 });
    expect(data.variants).toMatchObject([
      { name: 'one', provider: 'zai', launcher, configDir: at('config'), claudeVersion: '2.1.16' },
    ]);
    expect(data.variants[0].notes).toContain('settings.json still holds Z_AI_API_KEY');
    await checkTakenOver();
    const after = await treeOf(at());
    for (const [path, content] of Object.entries(before)) {
      if (/variant\.json|settings\.json|\.claude\.json|orchestration/.test(path)) continue;
      expect({ [path]: after[path] }).toEqual({ [path]: content });
    }
    expect(after).not.toHaveProperty(['config/skills/orchestration/.cc-mirror-managed']);
    expect(after['config/skills/orchestration/SKILL.md']).not.toContain('of old');

    const back = await world.json(['rollback', 'one']);
    expect(back).toMatchObject({ status: 0, data: { name: 'one', from: '2.1.16', left: [] } });
    expect(await treeOf(at())).toMatchObject({
      ...before,
      'config/settings.json': expect.anything(),
      'config/.claude.json': expect.anything(),
    });
    expect(await text('config', 'settings.json')).toBe(saved);
    expect(await text('config', '.claude.json')).toBe(state);
    expect(await readFile(launcher, 'utf8')).toBe(theirs);
    expect(await modeOf(launcher)).toBe(0o755);
    expect(await launched()).toMatchObject({ THEIRS: 'yes' });
    expect(Object.keys(await treeOf(at()))).not.toContain('secrets');
    expect((await world.json(['list'])).data).toMatchObject({
      variants: [],
      earlier: [{ name: 'one', folder: at(), provider: 'zai' }],
    });

    const again = await world.json(['rollback', 'one']);
    expect(again).toMatchObject({ status: 0, data: { claudeVersion: '2.1.16', left: [] } });
    await checkTakenOver();
    expect((await world.json(['update', 'one'])).status).toBe(0);
  });

  async function checkTakenOver(): Promise<void> {
    const environment = await launched();
    expect(environment).toMatchObject({
      CLAUDE_CONFIG_DIR: at('config'),
      ANTHROPIC_BASE_URL: 'https://api.z.ai/api/anthropic',
      ANTHROPIC_AUTH_TOKEN: earlierKey,
    });
    expect(environment).not.toHaveProperty('THEIRS');
    expect(environment).not.toHaveProperty('ANTHROPIC_API_KEY');
    expect(await text('secrets')).toBe(`${earlierKey}\n`);
    expect(await modeOf(at('secrets'))).toBe(0o600);
    expect(await modeOf(at('previous.json'))).toBe(0o600);
    expect(await text('variant.json')).not.toContain(earlierKey);

    const settings = await text('config', 'settings.json');
    expect(settings).not.toMatch(/ANTHROPIC_|CC_MIRROR|TWEAKCC|TEAM_MODE/);
    const parsed: { permissions: { allow: string[] } } & Record<string, unknown> =
      JSON.parse(settings);
    expect(parsed).toMatchObject({
      theme: 'dark',
      env: { DISABLE_INSTALLATION_CHECKS: '1', Z_AI_API_KEY: earlierKey },
    });
    expect(parsed.permissions.allow).toEqual(expect.arrayContaining(['Bash(ls)']));
    const order = Object.keys(parsed).filter((key) =>
      ['permissions', 'theme', 'env'].includes(key),
    );
    // After a way back and forth the entries are the same, in an order of their own.
    expect(order.toSorted()).toEqual(['env', 'permissions', 'theme']);
  }
});

it('leaves the entries of the user in their order', async () => {
  await make({ settings: { zeta: 1, alpha: 2 } });
  await adopt();
  const settings: object = JSON.parse(await text('config', 'settings.json'));
  const keys = Object.keys(settings);
  expect(keys.slice(0, 4)).toEqual(['permissions', 'zeta', 'alpha', 'env']);
});

it('is told to people without the key', async () => {
  await make();
  const told = await world.run(['update', 'one', '--adopt', '--from', world.claude]);
  expect(told.status).toBe(0);
  expect(told.stdout).toMatch(/one: taken over; native:2\.1\.37 → 2\.1\.16/);
  expect(told.stdout).toMatch(/native, tweakcc in .*: for the way back only/);
  const back = await world.run(['rollback', 'one']);
  expect(back.stdout).toMatch(
    /2\.1\.16 → native:2\.1\.37.*\n.*Restored the variant of the earlier cc-mirror/,
  );
  expect(`${told.stdout}${told.stderr}${back.stdout}${back.stderr}`).not.toContain(earlierKey);
});

describe('the way back', () => {
  it('keeps what was changed meanwhile', async () => {
    await make();
    await adopt();
    const settings: object = JSON.parse(await text('config', 'settings.json'));
    await writeFile(at('config', 'settings.json'), JSON.stringify({ ...settings, mine: 1 }));
    await world.json(['rollback', 'one']);
    expect(await json('config', 'settings.json')).toMatchObject({
      mine: 1,
      env: { ANTHROPIC_API_KEY: earlierKey, CC_MIRROR_SPLASH: 1 },
    });
  });

  it('ends where what they ran is gone', async () => {
    await make();
    await adopt();
    await rm(at('native'), { recursive: true });
    const before = await treeOf(world.root);
    expect(await world.json(['rollback', 'one'])).toMatchObject({
      error: { code: 'no-such-version', message: expect.stringContaining('native:2.1.37') },
    });
    expect(await treeOf(world.root)).toEqual(before);
  });

  it('is not that of one of ours which an earlier cc-mirror took', async () => {
    await create(world, { prove: false });
    await world.json(['update', 'one', '--no-probe', '--env', 'A=1']);
    await rm(join(world.bin, 'one'));
    await make();
    const before = await treeOf(world.root);
    expect(await world.json(['rollback', 'one'])).toMatchObject({
      error: { code: 'invalid-record', hint: expect.stringContaining('update one --adopt') },
    });
    expect(await treeOf(world.root)).toEqual(before);
    // Of the skill that is there nobody knows any more that it is ours.
    expect(await adopt(['--no-probe'])).toMatchObject({ error: { code: 'name-taken' } });
    expect((await adopt(['--no-probe', '--no-skills'])).status).toBe(0);
  });
});

describe('what is asked for with it', () => {
  it('wins over what was chosen', async () => {
    await make({ provider: 'poe', baseUrl: 'https://api.poe.example' });
    const words = ['--provider', 'custom', '--model', 'mine', '--no-skills', '--env', 'A=1'];
    const { data } = await adopt(words);
    expect(data.variants[0]).toMatchObject({
      provider: 'custom',
      baseUrl: 'https://api.poe.example',
      packs: [],
    });
    expect(await launched()).toMatchObject({ ANTHROPIC_MODEL: 'mine', A: '1' });
  });

  it('may be another key, and another address', async () => {
    await make();
    const words = ['--base-url', 'http://127.0.0.1:9', '--api-key-env', 'MINE'];
    const { status, data } = await adopt(words, { MINE: 'another-key-0123456789' });
    expect(status).toBe(0);
    expect(data.variants[0].baseUrl).toBe('http://127.0.0.1:9');
    expect(await text('secrets')).toBe('another-key-0123456789\n');
    expect(await text('config', 'settings.json')).not.toContain('ANTHROPIC_');
  });

  it('may be a launcher elsewhere', async () => {
    await make();
    const theirs = await treeOf(world.bin);
    const bin = join(world.root, 'other-bin');
    const { data } = await adopt(['--bin-dir', bin]);
    expect(data.variants[0].launcher).toBe(join(bin, 'one'));
    expect(await treeOf(world.bin)).toEqual({});
    expect(await launched(join(bin, 'one'))).toMatchObject({ ANTHROPIC_AUTH_TOKEN: earlierKey });
    expect((await world.json(['rollback', 'one'])).data.left).toEqual([]);
    expect(await treeOf(world.bin)).toEqual(theirs);
    expect(await treeOf(bin)).toEqual({});
  });

  it('may be to replace another command', async () => {
    await make();
    await writeFile(launcher, '#!/bin/sh\necho mine\n');
    expect((await adopt(['--force'])).status).toBe(0);
    expect(await launched()).toMatchObject({ ANTHROPIC_AUTH_TOKEN: earlierKey });
    await world.json(['rollback', 'one']);
    expect(await readFile(launcher, 'utf8')).toBe('#!/bin/sh\necho mine\n');
  });

  it('may be to see the plan', async () => {
    await make({ shape: 'teams' });
    const before = await treeOf(world.root);
    const words = ['update', 'one', '--adopt', '--dry-run', '--from', world.claude];
    const { stdout, stderr, status } = await world.run(words);
    expect(status).toBe(0);
    expect(stdout).toMatch(/one: npm:@anthropic-ai\/claude-code@2\.1\.7 → 2\.1\.16/);
    expect(stdout).toMatch(/removed from settings\.json: .*ANTHROPIC_API_KEY/);
    expect(stdout).toMatch(/Nothing was changed/);
    const { data } = await world.json(words);
    expect(data).toMatchObject({
      dryRun: true,
      variants: [{ name: 'one', fetch: true, adoption: { chosen: { provider: 'zai' } } }],
    });
    expect(`${stdout}${stderr}${JSON.stringify(data)}`).not.toContain(earlierKey);
    expect(await treeOf(world.root)).toEqual(before);
  });
});

describe('nothing changes', () => {
  it.each<[string, () => Promise<unknown>, string[], object]>([
    [
      'where the proof fails',
      () => writeFakeClaude(world.claude, { lies: true }),
      [],
      { code: 'probe-failed' },
    ],
    [
      'where another command has the name',
      () => writeFile(launcher, '#!/bin/sh\n'),
      [],
      { code: 'name-taken', message: expect.stringContaining('not a launcher') },
    ],
    [
      'where a skill of that name is the user’s own',
      () => rm(at('config', 'skills', 'orchestration', '.cc-mirror-managed')),
      [],
      { code: 'name-taken', message: expect.stringContaining('skills/orchestration') },
    ],
    [
      'where the settings are broken',
      () => writeFile(at('config', 'settings.json'), `{"env":{"ANTHROPIC_API_KEY":"${earlierKey}"`),
      [],
      { code: 'invalid-record', message: expect.stringContaining('not valid JSON') },
    ],
    [
      'where the settings lie elsewhere',
      async () => {
        await rename(at('config', 'settings.json'), join(world.root, 'settings.json'));
        await symlink(join(world.root, 'settings.json'), at('config', 'settings.json'));
      },
      [],
      { code: 'invalid-record', message: expect.stringContaining('outside of the variant') },
    ],
    [
      'where the key cannot be put in its place',
      () => mkdir(at('secrets')),
      [],
      { code: 'storage', message: expect.stringContaining('secrets is a folder') },
    ],
    [
      'where a key is missed for another address',
      async () => {},
      ['--base-url', 'https://elsewhere.example'],
      { code: 'missing-key' },
    ],
  ])('%s', async (_, spoil, words, error) => {
    await make({ shape: 'teams' });
    await spoil();
    const before = await treeOf(world.root);
    const run = await adopt(words);
    expect(run).toMatchObject({ ok: false, error });
    expect(JSON.stringify(run)).not.toContain(earlierKey);
    expect(await treeOf(world.root)).toEqual(before);
  });

  it.each<[string[], string]>([
    [['info', 'one'], 'invalid-record'],
    [['remove', 'one'], 'invalid-record'],
    [['rollback', 'one'], 'invalid-record'],
    [['update', 'one'], 'invalid-record'],
    [['update', 'one', '--dry-run'], 'invalid-record'],
    [['skills', 'add', 'one', 'research'], 'invalid-record'],
    [['skills', 'remove', 'one', 'orchestration'], 'invalid-record'],
    [['inspect', 'one'], 'invalid-record'],
    [['probe', 'one'], 'invalid-record'],
    [['quick', 'one', '--provider', 'mirror'], 'name-taken'],
    [['quick', 'one', '--provider', 'mirror', '--force'], 'name-taken'],
  ])('by %j', async (words, code) => {
    await make();
    const before = await treeOf(world.root);
    expect(await world.json(words)).toMatchObject({
      error: {
        code,
        message: 'one was created by an earlier cc-mirror and still works.',
        hint: 'Take it over with: cc-mirror update one --adopt',
      },
    });
    expect(await treeOf(world.root)).toEqual(before);
  });

  it('by what is for all variants', async () => {
    await make();
    const before = await treeOf(at());
    await create(world, { name: 'two' });
    const updated = await world.run(['update']);
    expect(updated).toMatchObject({ status: 0, stdout: expect.stringContaining('two') });
    expect(updated.stderr).toMatch(/skipped variants of an earlier cc-mirror: one;/);
    const listed = await world.run(['list']);
    expect(listed.stdout).toMatch(/one \(zai\) was created by an earlier cc-mirror/);
    const { data } = await world.json(['list']);
    expect(data).toMatchObject({ variants: [{ name: 'two' }], unreadable: [] });
    expect(data.earlier).toEqual([
      {
        name: 'one',
        folder: at(),
        provider: 'zai',
        baseUrl: 'https://api.z.ai/api/anthropic',
        configDir: at('config'),
      },
    ]);
    expect(await treeOf(at())).toEqual(before);
  });
});

describe('a command line', () => {
  it.each<[string[], object]>([
    [['update', '--adopt'], { code: 'usage', message: expect.stringContaining('needs the name') }],
    [['update', 'one', 'two', '--adopt'], { code: 'usage' }],
    [['update', 'two', '--adopt'], { code: 'usage', hint: expect.stringMatching(/update two$/) }],
    [['update', 'none', '--adopt'], { code: 'no-such-variant' }],
    [['update', 'broken', '--adopt'], { code: 'invalid-record' }],
    [
      ['update', 'tmp', '--adopt'],
      { code: 'invalid-name', message: expect.stringContaining('works on as it is') },
    ],
    [['update', '../one', '--adopt'], { code: 'invalid-name' }],
    [
      ['update', 'two', '--provider', 'zai'],
      { code: 'usage', message: expect.stringContaining('needs --adopt') },
    ],
  ])('%j is refused', async (words, error) => {
    await make();
    await create(world, { name: 'two' });
    await mkdir(join(world.home, 'broken'));
    await writeFile(join(world.home, 'broken', 'variant.json'), '{}');
    await chmod(join(world.home, 'broken'), 0o755);
    const before = await treeOf(world.root);
    expect(await world.json(words)).toMatchObject({ ok: false, error });
    expect(await treeOf(world.root)).toEqual(before);
  });
});
