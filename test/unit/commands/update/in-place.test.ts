import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { one } from '../one.ts';
import { type CommandWorld, newCommandWorld } from '../run.ts';

let world: CommandWorld;

const oldKey = 'old-zai-key-0123456789abcdef';
const newKey = 'new-deepseek-key-fedcba9876543210';
const keys = { OLD_KEY: oldKey, NEW_KEY: newKey };
const toDeepseek = ['--provider', 'deepseek', '--api-key-env', 'NEW_KEY'];

beforeEach(async () => {
  world = await newCommandWorld();
});

const { make, zai, update, launcher, record } = one(() => world, keys);

describe('a dry run', () => {
  it.each([
    ['provider', toDeepseek],
    ['region', ['--region', 'china']],
    ['model', ['--model-opus', 'm', '--unset-env', 'API_TIMEOUT_MS']],
    ['header and variable', ['--header', 'X-Team: a', '--env', 'FOO=bar']],
    ['options taken back', ['--default', 'model-haiku,env:OLD']],
  ])('says of another %s what is then done', async (_, words) => {
    await zai('--model-haiku', 'h', '--env', 'OLD=1');
    const all = ['update', 'one', '--no-probe', ...words];
    const dry = await world.json([...all, '--dry-run'], keys);
    const done = await world.json(all, keys);
    expect(dry.data.variants[0].differences.length).toBeGreaterThan(0);
    expect(done.data.variants[0].changes).toEqual(dry.data.variants[0].differences);
    const back = await world.json(['rollback', 'one']);
    const turned = (changes: { what: string; from: unknown; to: unknown }[]): object[] =>
      changes
        .filter(({ what }) => what !== 'key')
        .map(({ what, from, to }) => ({ what, from: to, to: from }));
    expect(new Set(turned(back.data.changes))).toEqual(new Set(done.data.variants[0].changes));
  });
});

describe('--unset-env', () => {
  it('takes out a variable of the preset and one that was chosen, until --env sets it', async () => {
    await zai('--env', 'FOO=bar');
    const { stdout } = await update('--unset-env', 'API_TIMEOUT_MS', '--unset-env', 'FOO');
    expect(stdout).toMatch(/^one: API_TIMEOUT_MS unset, FOO unset/);
    expect(await launcher()).not.toMatch(/API_TIMEOUT_MS|FOO/);
    await update();
    expect(await launcher()).not.toMatch(/API_TIMEOUT_MS|FOO/);
    await update('--env', 'API_TIMEOUT_MS=5');
    expect(await launcher()).toMatch(/API_TIMEOUT_MS=.?5/);
  });

  it.each([
    [['--unset-env', 'ANTHROPIC_BASE_URL'], 'cc-mirror sets this variable'],
    [['--unset-env', 'CLAUDE_CONFIG_DIR'], 'cc-mirror sets this variable'],
    [['--unset-env', 'A=B'], 'is not a variable name'],
    [['--unset-env', 'A', '--env', 'A=1'], 'is set and taken back at once'],
    [['--default', 'model', '--model', 'm'], '--model is set and taken back at once'],
    [['--default', 'provider'], 'no option "provider" to take back'],
    [['--default', 'env:A=B'], 'no option "env:A=B" to take back'],
  ])('%j is refused', async (words, message) => {
    await zai();
    const { status, error } = await world.json(['update', 'one', '--no-probe', ...words]);
    expect({ status, message: error?.message }).toEqual({
      status: 2,
      message: expect.stringContaining(message),
    });
  });
});

describe('--default takes an option back', () => {
  it.each<[string, string[]]>([
    ['model', ['--model', 'm']],
    ['model-opus', ['--model-opus', 'm']],
    ['model-sonnet', ['--model-sonnet', 'm']],
    ['model-haiku', ['--model-haiku', 'm']],
    ['model-opus', ['--env', 'ANTHROPIC_DEFAULT_OPUS_MODEL=m']],
    ['base-url', ['--base-url', 'https://gateway.example']],
    ['region', ['--region', 'china']],
    ['auth', ['--auth', 'api-key']],
    ['env', ['--env', 'FOO=bar', '--unset-env', 'API_TIMEOUT_MS']],
    ['env:FOO', ['--env', 'FOO=bar']],
    ['env:API_TIMEOUT_MS', ['--env', 'API_TIMEOUT_MS=1']],
    ['env:API_TIMEOUT_MS', ['--unset-env', 'API_TIMEOUT_MS']],
    ['keep-env', ['--keep-env', 'CLAUDE_CODE_EXTRA_BODY']],
    ['tasks', ['--no-tasks']],
    ['teams', ['--no-teams']],
    ['flip', ['--flip', 'never']],
    ['skills', ['--no-skills']],
    ['rules', ['--no-rules']],
  ])('%s', async (option, words) => {
    await zai();
    const [before, choices] = [await launcher(), (await record()).choices];
    await update(...words);
    expect([await launcher(), (await record()).choices]).not.toEqual([before, choices]);
    const { status, stderr } = await update('--default', option);
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: expect.not.stringContaining('no diff'),
    });
    expect([await launcher(), (await record()).choices]).toEqual([before, choices]);
  });

  it('takes back a plan, and an edit of variant.json', async () => {
    await make('qwen', '--api-key-env', 'OLD_KEY');
    const before = await launcher();
    await update('--plan', 'coding');
    expect(await launcher()).not.toBe(before);
    await update('--default', 'plan');
    expect(await launcher()).toBe(before);
    const path = join(world.home, 'one', 'variant.json');
    const { baseUrl: _, ...rest } = JSON.parse(await readFile(path, 'utf8'));
    await writeFile(path, JSON.stringify({ ...rest, baseUrl: 'https://mine.example' }));
    await update();
    expect(await launcher()).toContain('https://mine.example');
    await update('--default=--base-url');
    expect(await launcher()).toBe(before);
  });

  it('does not send a key of a plan to an address of another', async () => {
    const env = { TP: 'tp-0123456789abcdef0123456789' };
    const quick = ['quick', 'one', '--provider', 'mimo', '--from', world.claude, '--no-probe'];
    const made = await world.json([...quick, '--api-key-env', 'TP', '--plan', 'token'], env);
    expect({ ...made, data: undefined }).toMatchObject({ status: 0 });
    const before = await launcher();
    const { stderr } = await update('--default', 'plan');
    expect(stderr).toContain('the key begins with tp-');
    expect(await launcher()).toBe(before);
  });
});

it('says what was asked and makes no difference', async () => {
  await zai('--model-opus', 'm', '--env', 'FOO=bar');
  const same = ['--model-opus', 'm', '--env', 'FOO=bar', '--unset-env', 'NOPE'];
  const { stdout, stderr } = await update(...same, '--default', 'region');
  expect(stderr).toContain('--model-opus makes no difference: it is so already');
  expect(stderr).toContain('--env FOO makes no difference: it is so already');
  expect(stderr).toContain('--unset-env NOPE makes no difference: the launcher does not set it');
  expect(stderr).toContain('--default region makes no difference: the option was not given');
  expect(stdout).toMatch(/^one: up to date/);
  const { stderr: fixed } = await update('--model-sonnet', 'glm-5.3[1m]');
  expect(fixed).toContain(
    '--model-sonnet: the variant has this value already; from now on it stays when the preset changes',
  );
});

it('a model that is given replaces a variable of before', async () => {
  await zai('--env', 'ANTHROPIC_DEFAULT_OPUS_MODEL=a');
  await update('--model-opus', 'b');
  expect(await launcher()).toMatch(/ANTHROPIC_DEFAULT_OPUS_MODEL=.?b/);
});

it.each([
  ['--provider', 'zai'],
  ['--unset-env', 'A'],
  ['--default', 'model'],
])('%s is for one variant', async (...words) => {
  for (const name of ['one', 'two']) await world.json(world.quick(name));
  expect(await world.json(['update', ...words])).toMatchObject({
    status: 2,
    error: { message: expect.stringContaining(`${words[0]} is for one variant`) },
  });
});
