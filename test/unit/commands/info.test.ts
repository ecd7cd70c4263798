import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { one } from './one.ts';
import { type CommandWorld, newCommandWorld } from './run.ts';

let world: CommandWorld;

const keys = { MY_KEY: 'dummy-key-0123456789', TEAM_NAME: 'the-red-team' };

beforeEach(async () => {
  world = await newCommandWorld();
});

const { make, zai } = one(() => world, keys);

interface View {
  region: string | null;
  plan: string | null;
  models: Record<string, { value: string; from: string; preset: string | null }>;
  environment: { name: string; value: string | null; from: string; preset: string | null }[];
  differences: { what: string; from: string | null; to: string | null }[] | null;
  headers: string[];
  notes: string[];
}

async function info(): Promise<{ view: View; text: string }> {
  const { status, data } = await world.json(['info', 'one']);
  expect(status).toBe(0);
  return { view: data, text: (await world.run(['info', 'one'])).stdout };
}

const origin = ({ environment }: View, variable: string): string | undefined =>
  environment.find(({ name }) => name === variable)?.from;

/** The record as its user would edit it. */
async function edit(change: (record: { env: Record<string, string> }) => void): Promise<void> {
  const path = join(world.home, 'one', 'variant.json');
  const record: { env: Record<string, string> } = JSON.parse(await readFile(path, 'utf8'));
  change(record);
  await writeFile(path, JSON.stringify(record));
}

describe('info', () => {
  it('has every variable of the launcher, with its origin, and keeps the fields of before', async () => {
    await zai('--region', 'china', '--model-opus', 'mine', '--env', 'FOO=bar');
    const { view, text } = await info();
    const launcher = await readFile(join(world.bin, 'one'), 'utf8');
    for (const { name, value } of view.environment) {
      expect(launcher).toContain(`${name}=`);
      expect(launcher).toContain(value);
      expect(text).toMatch(new RegExp(`^${name} +\\S`, 'm'));
    }
    expect(view).toMatchObject({ provider: 'zai', key: { store: 'file', ending: '6789' } });
    expect(view).toMatchObject({ region: 'china', plan: null, deniedTools: ['WebSearch'] });
    expect(text).toMatch(/^permissions\.deny +WebSearch +preset$/m);
    expect(
      Object.fromEntries(view.environment.map(({ name, from }) => [name, from])),
    ).toMatchObject({
      ANTHROPIC_BASE_URL: 'region',
      ANTHROPIC_DEFAULT_OPUS_MODEL: 'option',
      ANTHROPIC_DEFAULT_HAIKU_MODEL: 'preset',
      API_TIMEOUT_MS: 'preset',
      DISABLE_AUTOUPDATER: 'cc-mirror',
      FOO: 'option',
    });
    expect(view.models['opus']).toEqual({ value: 'mine', from: 'option', preset: 'glm-5.3[1m]' });
    expect(view.models['haiku']).toMatchObject({ from: 'preset' });
    expect(text).toMatch(/^region +china$/m);
    expect(text).toMatch(/^FOO +bar +option$/m);
  });

  it('says what differs from the preset', async () => {
    await zai('--region', 'china', '--model-opus', 'mine', '--env', 'FOO=bar');
    await world.json(['update', 'one', '--no-probe', '--unset-env', 'API_TIMEOUT_MS']);
    const { view, text } = await info();
    const follows = { what: 'follows', from: 'auto', to: world.claude };
    // With a model of unknown size, the preset's window for compaction goes.
    expect(view.differences).toHaveLength(7);
    expect(view.differences).toEqual(
      expect.arrayContaining([
        {
          what: 'base URL',
          from: 'https://api.z.ai/api/anthropic',
          to: 'https://open.bigmodel.cn/api/anthropic',
        },
        { what: 'region', from: null, to: 'china' },
        { what: 'model opus', from: 'glm-5.3[1m]', to: 'mine' },
        follows,
        { what: 'env FOO', from: null, to: 'bar' },
        { what: 'env API_TIMEOUT_MS', from: '3000000', to: null },
        { what: 'env CLAUDE_CODE_AUTO_COMPACT_WINDOW', from: '1000000', to: null },
      ]),
    );
    expect(text).toMatch(/^Different from the preset:$[^]*^ {2}model opus: glm-5.3\[1m\] → mine$/m);
    expect(text).toMatch(/^API_TIMEOUT_MS +\(left out\) +option$/m);
  });

  it('says that nothing differs but what Claude Code is followed', async () => {
    await make('mirror');
    expect((await info()).view.differences).toEqual([
      { what: 'follows', from: 'auto', to: world.claude },
    ]);
  });

  it.each([
    ['a helper', ['--api-key-helper', 'echo key']],
    ['a variable', ['--key-store', 'env', '--api-key-env', 'MY_KEY']],
  ])('counts a key from %s as no difference', async (_, words) => {
    await make('ollama', '--model', 'm', ...words);
    const { view } = await info();
    expect(view.differences?.map(({ what }) => what)).toEqual(['follows']);
  });

  it('shows an edit of the record as such, and no credential that was written there', async () => {
    await zai();
    await edit(({ env }) => {
      Object.assign(env, { API_TIMEOUT_MS: '5', ANTHROPIC_AUTH_TOKEN: 'written-key-0123456789' });
    });
    const { view, text } = await info();
    expect(origin(view, 'API_TIMEOUT_MS')).toBe('hand edit');
    expect(view.differences).toContainEqual({
      what: 'env API_TIMEOUT_MS',
      from: '3000000',
      to: '5',
    });
    expect(text + JSON.stringify(view)).not.toContain('written-key');
  });

  it('names headers only', async () => {
    await zai('--header', 'X-Team: ${TEAM_NAME}');
    const { view, text } = await info();
    expect(view.headers).toEqual(['X-Team']);
    expect(view.differences).toContainEqual({ what: 'header X-Team', from: null, to: 'sent' });
    expect(text + JSON.stringify(view)).not.toContain('the-red-team');
  });

  it('shows the plan of a provider that has one', async () => {
    await make('qwen', '--api-key-env', 'MY_KEY', '--region', 'china', '--plan', 'coding');
    const { view } = await info();
    expect(view).toMatchObject({ region: 'china', plan: 'coding' });
    expect(origin(view, 'ANTHROPIC_BASE_URL')).toBe('region and plan');
  });

  it('works without the preset, and says what it then cannot tell', async () => {
    const folder = join(world.home, 'providers');
    await mkdir(folder, { recursive: true });
    const preset = (model: string): Promise<void> =>
      writeFile(
        join(folder, 'mine.json'),
        JSON.stringify({
          id: 'mine',
          name: 'Mine',
          description: 'Mine',
          baseUrl: 'https://mine.example',
          auth: { type: 'bearer' },
          models: { opus: model, sonnet: model, haiku: model },
        }),
      );
    await preset('m-1');
    await make('mine', '--api-key-env', 'MY_KEY');
    await preset('m-2');
    expect((await info()).view.notes.join()).toMatch(
      /the preset has changed .*OPUS_MODEL.*; to follow: cc-mirror update one/,
    );
    await rm(join(folder, 'mine.json'));
    const { view } = await info();
    expect(view.differences).toBeNull();
    expect(view.notes.join()).toContain('where its values come from is not known');
    expect(view.models['opus']).toMatchObject({ value: 'm-1', from: 'unknown' });
    // A variant whose preset is gone can change its provider.
    const words = ['update', 'one', '--no-probe', '--provider', 'zai', '--api-key-env', 'MY_KEY'];
    expect((await world.json(words, keys)).status).toBe(0);
  });
});
