import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type CommandWorld, newCommandWorld } from './run.ts';

let world: CommandWorld;
beforeEach(async () => {
  world = await newCommandWorld();
});

const key = { MY_KEY: 'key-for-tests-0123456789' };

/** Makes a variant without running it. */
function make(name: string, provider: string, ...more: string[]) {
  const words = ['quick', '--provider', provider, '--name', name, '--from', world.claude];
  return world.json([...words, '--no-probe', ...more], key);
}

async function launcherOf(name: string): Promise<string> {
  const { data } = await world.json(['info', name]);
  return readFile(data.launcher, 'utf8');
}

async function choicesOf(name: string): Promise<Record<string, unknown>> {
  const { data } = await world.json(['info', name]);
  const text = await readFile(join(data.configDir, '..', 'variant.json'), 'utf8');
  return JSON.parse(text).choices;
}

describe('providers list', () => {
  it('has what the contract says of each', async () => {
    const { data } = await world.json(['providers', 'list']);
    const qwen = data.providers.find(({ id }: { id: string }) => id === 'qwen');
    expect(qwen).toMatchObject({
      aliases: ['dashscope'],
      name: 'Qwen',
      baseUrl: 'https://dashscope-intl.aliyuncs.com/apps/anthropic',
      auth: 'bearer',
      models: { opus: 'qwen3.7-max' },
      source: 'shipped',
    });
    expect(qwen.regions).toContainEqual({ id: 'china', name: 'China' });
    expect(qwen.plans).toContainEqual({ id: 'coding', name: 'Coding Plan' });
  });
});

describe('providers show', () => {
  it('explains where each value comes from', async () => {
    const words = ['providers', 'show', 'kimi', '--explain', '--plan', 'coding'];
    const { data } = await world.json(words);
    expect(data.explain).toMatchObject({ region: null, plan: 'coding' });
    expect(data.explain.values).toContainEqual({
      name: 'ANTHROPIC_BASE_URL',
      value: 'https://api.kimi.com/coding/',
      from: 'plan',
    });
    expect(data.explain.values).toContainEqual({
      name: 'permissions.deny',
      value: 'WebSearch',
      from: 'preset',
    });
    const { stdout } = await world.run(words);
    expect(stdout).toMatch(/^ENABLE_TOOL_SEARCH +false +cc-mirror$/m);
    expect(stdout).toContain('Other addresses: --region international --plan api; ');
  });

  it('can explain every provider, also one that needs more than its id', async () => {
    const { data } = await world.json(['providers', 'list']);
    for (const { id } of data.providers) {
      expect(await world.json(['providers', 'show', id, '--explain'])).toMatchObject({ ok: true });
    }
  });

  it('names the translators for a vendor of another format', async () => {
    const { data } = await world.json(['providers', 'show', 'OpenAI']);
    const through = data.through.map(({ provider }: { provider: string }) => provider);
    expect(through).toEqual(['litellm', 'ccrouter', 'cliproxy']);
    expect((await world.run(['providers', 'show', 'grok'])).stdout).toContain(
      'cc-mirror quick NAME --provider litellm --model MODEL',
    );
    expect(await make('x', 'openai')).toMatchObject({
      status: 3,
      error: { hint: expect.stringContaining('cc-mirror providers show openai') },
    });
  });

  it('points from the name of a plan to the option', async () => {
    expect(await world.json(['providers', 'show', 'qwen-coding'])).toMatchObject({
      error: { hint: expect.stringMatching(/^Did you mean --provider qwen --plan coding\?/) },
    });
  });
});

describe('--region and --plan', () => {
  it('make a variant for that address, which later updates keep', async () => {
    expect(await make('cn', 'zai', '--region', 'China', '--api-key-env', 'MY_KEY')).toMatchObject({
      ok: true,
      data: { baseUrl: 'https://open.bigmodel.cn/api/anthropic' },
    });
    expect(await choicesOf('cn')).toMatchObject({ region: 'china' });
    expect(await choicesOf('cn')).not.toHaveProperty('baseUrl');
    await world.json(['update', 'cn', '--no-probe']);
    expect(await launcherOf('cn')).toContain('https://open.bigmodel.cn/api/anthropic');
  });

  it('replace an address that was chosen before, and the other way round', async () => {
    await make('cn', 'zai', '--region', 'china', '--api-key-env', 'MY_KEY');
    const address = 'https://relay.example';
    const words = ['update', 'cn', '--no-probe'];
    await world.json([...words, '--base-url', address]);
    expect(await choicesOf('cn')).toMatchObject({ baseUrl: address });
    expect(await choicesOf('cn')).not.toHaveProperty('region');
    const moved = await world.run([...words, '--region', 'international']);
    expect(moved.stdout).toContain('https://api.z.ai/api/anthropic');
    expect(moved.stderr).toContain('the key stays; if another region or plan of Z.ai has keys');
    expect(await choicesOf('cn')).not.toHaveProperty('baseUrl');
  });

  it('are for one variant', async () => {
    for (const name of ['one', 'two']) await make(name, 'zai', '--api-key-env', 'MY_KEY');
    expect(await world.json(['update', '--region', 'china', '--no-probe'])).toMatchObject({
      status: 2,
      error: { message: expect.stringContaining('--region is for one variant') },
    });
  });

  it('are refused where there are none, before anything is made', async () => {
    expect(await make('none', 'zai', '--plan', 'gold', '--api-key-env', 'MY_KEY')).toMatchObject({
      status: 2,
      error: { code: 'usage', message: expect.stringContaining('has no plan "gold"') },
    });
    expect((await world.json(['info', 'none'])).status).toBe(3);
  });
});

describe('keys', () => {
  const words = (provider: string) => [
    'quick',
    '--provider',
    provider,
    '--name',
    'keyed',
    '--from',
  ];

  it('choose the plan that they are for, and say so', async () => {
    const run = await world.run(
      [...words('mimo'), world.claude, '--no-probe', '--api-key-env', 'MIMO'],
      { MIMO: 'tp-0123456789abcdef' },
    );
    expect(run).toMatchObject({ status: 0 });
    expect(run.stderr).toContain(
      'the key begins with tp-, so it is one for Token Plan: --plan token',
    );
    expect(await choicesOf('keyed')).toMatchObject({ plan: 'token' });
    expect(await launcherOf('keyed')).toContain('https://token-plan-cn.xiaomimimo.com/anthropic');
  });

  it.each(['zai', 'custom', 'litellm'])('of Anthropic’s are not given to %s', async (provider) => {
    const run = await world.run(
      [
        ...words(provider),
        world.claude,
        '--force',
        '--base-url',
        'https://x.example',
        '--api-key-env',
        'A',
      ],
      { A: 'sk-ant-api03-0123456789abcdef' },
    );
    expect(run.status).toBe(2);
    expect(run.stderr).toContain('is one for Anthropic');
    expect(run.stderr).not.toContain('api03');
  });
});

describe('what the preset says', () => {
  it('denies tools, and says what is not sure', async () => {
    const { data } = await make('pp', 'ppio', '--api-key-env', 'MY_KEY');
    expect(data.notes).toContainEqual(expect.stringContaining('one public list of 2026-08-18'));
    const settings = await readFile(join(data.configDir, 'settings.json'), 'utf8');
    expect(JSON.parse(settings).permissions.deny).toEqual(['WebSearch']);
  });

  it('moves variants when it changes, unless the user chose otherwise', async () => {
    const folder = join(world.home, 'providers');
    await mkdir(folder, { recursive: true });
    const preset = (changes: object): Promise<void> =>
      writeFile(
        join(folder, 'aged.json'),
        JSON.stringify({
          id: 'aged',
          name: 'Aged',
          description: 'Aged',
          baseUrl: 'https://old.example',
          auth: { type: 'bearer' },
          models: { opus: 'm-1', sonnet: 'm-1', haiku: 'm-1' },
          ...changes,
        }),
      );
    await preset({});
    await make('follows', 'aged', '--api-key-env', 'MY_KEY');
    await make('chose', 'aged', '--api-key-env', 'MY_KEY', '--model-opus', 'm-1');
    await preset({
      baseUrl: 'https://new.example',
      models: { opus: 'm-2', sonnet: 'm-2', haiku: 'm-2' },
      former: { models: { 'm-1': 'm-2' }, baseUrls: ['https://old.example'] },
    });
    const moved = await world.run(['update', 'follows', '--no-probe']);
    expect(moved.stdout).toContain('model opus: m-1 → m-2');
    expect(await launcherOf('follows')).toContain('https://new.example');
    const kept = await world.run(['update', 'chose', '--no-probe']);
    expect(kept.stderr).toContain(
      "you chose m-1, which the provider has replaced with m-2; to follow: cc-mirror update chose --model-opus 'm-2'",
    );
    expect(await launcherOf('chose')).toMatch(/ANTHROPIC_DEFAULT_OPUS_MODEL=.?m-1/);
  });

  it('leaves a cloud’s credentials where they are', async () => {
    const region = ['--env', 'AWS_REGION=eu-west-1'];
    expect(await make('aws', 'bedrock', ...region, '--api-key-env', 'MY_KEY')).toMatchObject({
      status: 2,
      error: { message: expect.stringContaining("takes the credentials of the cloud's own tools") },
    });
    const { data } = await make('aws', 'bedrock', ...region);
    expect(data).toMatchObject({ baseUrl: null, key: null, next: null });
    const launcher = await launcherOf('aws');
    expect(launcher).toMatch(/CLAUDE_CODE_USE_BEDROCK=.?1/);
    expect(launcher).toMatch(/AWS_REGION=.?eu-west-1/);
    expect(launcher).not.toContain('CLAUDE_CODE_PROVIDER_MANAGED_BY_HOST=');
  });
});

describe('providers add', () => {
  it('writes a preset of the user’s, which can be used at once', async () => {
    const added = await world.json([
      'providers',
      'add',
      'mine',
      '--extends',
      'zai',
      '--model-opus',
      'glm-9',
    ]);
    expect(added).toMatchObject({ ok: true, data: { id: 'mine', source: 'user' } });
    expect(JSON.parse(await readFile(added.data.file, 'utf8'))).toEqual({
      id: 'mine',
      extends: 'zai',
      models: { opus: 'glm-9' },
    });
    const { data } = await make('of-mine', 'mine', '--region', 'china', '--api-key-env', 'MY_KEY');
    expect(data.baseUrl).toBe('https://open.bigmodel.cn/api/anthropic');
    expect(await launcherOf('of-mine')).toMatch(/ANTHROPIC_DEFAULT_OPUS_MODEL=.?glm-9/);
  });

  it.each([
    [['mine', '--base-url', 'https://x.test'], 'name-taken', 'exists already'],
    [['other'], 'usage', 'needs an address'],
    [['../other', '--base-url', 'https://x.test'], 'usage', 'id: must be lower-case'],
    [['other', '--base-url', 'ftp://x.test'], 'usage', '--base-url is not'],
    [['other', '--extends', 'nobody'], 'usage', 'extends: is not the id of a shipped preset'],
    [['other', '--base-url', 'https://x.test', '--auth', 'magic'], 'usage', '--auth'],
    [['other', '--base-url', 'https://x.test', '--model', 'a\nb'], 'usage', 'must be one line'],
  ])('%j is refused', async (words, code, message) => {
    await world.json(['providers', 'add', 'mine', '--base-url', 'https://x.test']);
    expect(await world.json(['providers', 'add', ...words])).toMatchObject({
      ok: false,
      error: { code, message: expect.stringContaining(message) },
    });
    expect((await world.json(['providers', 'show', 'other'])).status).toBe(3);
  });
});
