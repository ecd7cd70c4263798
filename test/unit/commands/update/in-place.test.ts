import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type CommandWorld, newCommandWorld } from '../run.ts';

let world: CommandWorld;

const oldKey = 'old-zai-key-0123456789abcdef';
const newKey = 'new-deepseek-key-fedcba9876543210';
const keys = { OLD_KEY: oldKey, NEW_KEY: newKey };
const toDeepseek = ['--provider', 'deepseek', '--api-key-env', 'NEW_KEY'];

beforeEach(async () => {
  world = await newCommandWorld();
});

async function make(provider: string, ...words: string[]): Promise<void> {
  const quick = ['quick', 'one', '--provider', provider, '--from', world.claude, '--no-probe'];
  const { status, error } = await world.json([...quick, ...words], keys);
  expect({ status, error }).toEqual({ status: 0, error: undefined });
}

const zai = (...words: string[]): Promise<void> =>
  make('zai', '--api-key-env', 'OLD_KEY', ...words);

const update = (...words: string[]): ReturnType<CommandWorld['run']> =>
  world.run(['update', 'one', '--no-probe', ...words], keys);

/** The launcher, but for the name of the bundle's folder, which differs with each build. */
async function launcher(): Promise<string> {
  const text = await readFile(join(world.bin, 'one'), 'utf8');
  return text.replaceAll(/2\.1\.16-[0-9a-f]+/g, 'BUNDLE');
}

async function record(): Promise<{ provider: string; choices: object; written: object }> {
  return JSON.parse(await readFile(join(world.home, 'one', 'variant.json'), 'utf8'));
}

/** Every file of the variant but its bundles and the way back, and its launcher. */
async function texts(): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const folder of [join(world.home, 'one'), world.bin]) {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (!entry.isFile() || path.startsWith(join(world.home, 'one', 'bundle'))) continue;
      if (entry.name !== 'previous.json') found.set(path, await readFile(path, 'utf8'));
    }
  }
  return found;
}

describe('another provider, in place', () => {
  it('drops what belongs to the old one, says so, and keeps the rest', async () => {
    const env = ['--env', 'FOO=bar', '--env', 'CLAUDE_CODE_SUBAGENT_MODEL=glm-x'];
    const theirs = ['--region', 'china', '--model-opus', 'glm-x', '--header', 'X-Team: secret-one'];
    await zai(...env, ...theirs, '--skills', 'router', '--no-rules');
    const history = join(world.home, 'one', 'config', 'history.jsonl');
    await writeFile(history, '{"display":"hello"}\n');
    const { status, stdout, stderr } = await update(...toDeepseek);
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(stderr).toContain(
      'dropped, as it belongs to zai: the key, region china, model-opus glm-x, env CLAUDE_CODE_SUBAGENT_MODEL, header X-Team',
    );
    expect(stdout).toMatch(/^one: provider: zai → deepseek, base URL: .*bigmodel.* → .*deepseek/);
    expect(stdout).toMatch(/region: china → by default/);
    expect(stdout).toMatch(/model opus: glm-x → deepseek/);
    expect(stdout).toContain('key replaced, ends in …3210');
    expect(stdout).toContain('header X-Team removed');
    const { choices, provider } = await record();
    expect(provider).toBe('deepseek');
    expect(choices).toMatchObject({ env: { FOO: 'bar' }, models: {}, headers: {} });
    expect(choices).toMatchObject({ skills: ['router'], rules: false, source: { kind: 'path' } });
    expect(choices).not.toHaveProperty('region');
    expect(await readFile(history, 'utf8')).toBe('{"display":"hello"}\n');
    const written = [...(await texts()).values()].join('\n');
    expect(written).toContain(newKey);
    for (const gone of [oldKey, 'secret-one', 'bigmodel', 'glm-x']) {
      expect(written).not.toContain(gone);
    }
  });

  it('never takes the old key along', async () => {
    await zai();
    const before = await texts();
    const refused = await world.json(['update', 'one', '--no-probe', '--provider', 'deepseek']);
    expect(refused).toMatchObject({ status: 2, error: { code: 'missing-key' } });
    for (const store of ['file', 'env', 'helper']) {
      const words = ['update', 'one', '--provider', 'deepseek', '--key-store', store];
      expect((await world.json([...words, '--no-probe'])).error?.code).toBe('missing-key');
    }
    expect(await texts()).toEqual(before);
    // A provider that needs none gets none.
    const local = await update('--provider', 'ollama', '--model', 'qwen3-coder');
    expect(local.status).toBe(0);
    expect(local.stdout).toContain('key removed');
    expect([...(await texts()).values()].join('\n')).not.toContain(oldKey);
  });

  it('has no command that printed the old key, and no approval of it', async () => {
    const settings = join(world.home, 'one', 'config', 'settings.json');
    await make('zai', '--api-key-helper', 'print-old-key');
    const refused = await world.json(['update', 'one', '--no-probe', '--provider', 'deepseek']);
    expect(refused.error?.code).toBe('missing-key');
    expect(await readFile(settings, 'utf8')).toContain('print-old-key');
    expect((await update(...toDeepseek)).status).toBe(0);
    expect([...(await texts()).values()].join('\n')).not.toContain('print-old-key');
    await world.json(['remove', 'one', '--yes']);
    await make('mirror', '--api-key-env', 'OLD_KEY');
    const state = join(world.home, 'one', 'config', '.claude.json');
    expect(await readFile(state, 'utf8')).toContain(oldKey.slice(-20));
    expect((await update(...toDeepseek)).status).toBe(0);
    expect([...(await texts()).values()].join('\n')).not.toContain(oldKey.slice(-20));
  });

  it('does not take along a credential or an address that was written into the record', async () => {
    await zai();
    const path = join(world.home, 'one', 'variant.json');
    const { env, ...rest } = JSON.parse(await readFile(path, 'utf8'));
    const { ANTHROPIC_DEFAULT_OPUS_MODEL: _, ...others } = env;
    const edited = { ...others, ANTHROPIC_BASE_URL: 'https://elsewhere.example', MINE: '1' };
    await writeFile(path, JSON.stringify({ ...rest, env: edited }));
    expect((await update(...toDeepseek)).status).toBe(0);
    const text = await launcher();
    expect(text).not.toContain('elsewhere.example');
    expect(text).toContain('https://api.deepseek.com');
    expect(text).toMatch(/ANTHROPIC_DEFAULT_OPUS_MODEL=.?deepseek/);
    expect(text).toContain('MINE');
  });

  it('takes its own choices from the same command', async () => {
    await zai();
    await update(...toDeepseek, '--model-opus', 'd-1', '--env', 'API_TIMEOUT_MS=7');
    expect(await record()).toMatchObject({
      choices: { models: { opus: 'd-1' }, env: { API_TIMEOUT_MS: '7' } },
    });
  });

  it('keeps the kind of store, if the key comes from a variable', async () => {
    await zai('--key-store', 'env');
    await update(...toDeepseek);
    expect(await record()).toMatchObject({ key: { store: 'env', from: 'NEW_KEY' } });
    expect(await launcher()).not.toContain('OLD_KEY');
  });

  it('is undone and redone by rollback, which says what changed', async () => {
    await zai('--region', 'china');
    const before = await texts();
    await update(...toDeepseek);
    const { stdout } = await world.run(['rollback', 'one']);
    expect(stdout).toMatch(/^ {2}provider: deepseek → zai$/m);
    expect(stdout).toMatch(/^ {2}region: by default → china$/m);
    expect(stdout).toMatch(/^ {2}model opus: deepseek.* → glm-5\.3\[1m\]$/m);
    expect(stdout).toMatch(/^ {2}key: the one from before$/m);
    const after = await texts();
    const recordPath = join(world.home, 'one', 'variant.json');
    for (const found of [before, after]) found.delete(recordPath);
    expect(after).toEqual(before);
    const { data } = await world.json(['rollback', 'one']);
    expect(data.changes).toContainEqual({ what: 'provider', from: 'zai', to: 'deepseek' });
    expect(data.changes).toContainEqual({ what: 'region', from: 'china', to: null });
    expect([...(await texts()).values()].join('\n')).not.toContain(oldKey);
  });

  it('is proved before anything changes', async () => {
    await zai();
    const words = ['update', 'one', ...toDeepseek];
    const { stdout, stderr } = await world.run(words, keys);
    expect(stderr).toContain('Proving it');
    expect(stdout).toMatch(/^one: provider: zai → deepseek/);
    expect(stdout).not.toContain('not proved');
    await writeFile(join(world.claude, 'cli.js'), 'process.exit(1)');
    const before = await texts();
    const broken = await world.json(['update', 'one', '--provider', 'mirror']);
    expect(broken.status).not.toBe(0);
    expect(await texts()).toEqual(before);
  });

  it('says that it is the provider already', async () => {
    await zai('--model-opus', 'mine');
    const { stdout, stderr } = await update('--provider', 'glm');
    expect(stderr).toContain('--provider makes no difference: it is zai already');
    expect(stdout).toMatch(/^one: up to date/);
    expect(await record()).toMatchObject({ choices: { models: { opus: 'mine' } } });
  });

  it('has the settings of the old provider removed', async () => {
    const settings = join(world.home, 'one', 'config', 'settings.json');
    await zai();
    expect(await readFile(settings, 'utf8')).toContain('WebSearch');
    const { stdout } = await update('--provider', 'mirror');
    expect(stdout).toContain('denied tools: WebSearch → none');
    expect(await readFile(settings, 'utf8')).not.toContain('WebSearch');
    expect(await launcher()).not.toContain('glm');
  });
});

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
