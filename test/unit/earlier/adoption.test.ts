import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { headOf } from '../../../src/disk/read.ts';
import { CcMirrorError } from '../../../src/errors.ts';
import { loadCatalogue, shippedPresets } from '../../../src/provider/catalogue.ts';
import { resolveProvider } from '../../../src/provider/resolve.ts';
import { readEarlier } from '../../../src/earlier/variant.ts';
import { mergeOwned } from '../../../src/config/merge.ts';
import {
  type Adoption,
  type AdoptionInput,
  adoptionOf,
  takenFrom,
} from '../../../src/earlier/adoption.ts';
import { type Layout, layoutOf, variantLayout } from '../../../src/variant/layout.ts';
import {
  type EarlierOptions,
  earlierEnv,
  earlierKey,
  writeEarlierVariant,
} from '../../support/earlier-variant.ts';
import { failure, temporaryFolder } from '../variant/world.ts';

let layout: Layout;

beforeEach(async () => {
  const userHome = await temporaryFolder();
  layout = layoutOf({ environment: {}, userHome, platform: 'linux' });
});

type Options = Partial<EarlierOptions>;

/** The input for an earlier variant that is created here. */
async function inputOf(
  options: Options = {},
  wanted: AdoptionInput['wanted'] = {},
): Promise<AdoptionInput> {
  const whole = { home: layout.home, bin: layout.bin, name: 'one', ...options };
  const launcher = await writeEarlierVariant(whole);
  const places = variantLayout(layout, whole.name);
  const earlier = readEarlier(places.folder);
  if (earlier === null) throw new Error('the fixture is not an earlier variant');
  return {
    earlier,
    config: places.config,
    settings: { path: places.settings, text: await readFile(places.settings, 'utf8') },
    launcher: { path: launcher, text: headOf(launcher) },
    platform: layout.platform,
    catalogue: loadCatalogue({ shipped: shippedPresets, user: null }),
    wanted,
  };
}

async function adopt(
  options: Options = {},
  wanted: AdoptionInput['wanted'] = {},
): Promise<Adoption> {
  return adoptionOf(await inputOf(options, wanted));
}

/** The shape's own `env` with changes; undefined removes an entry. */
function env(changes: object, options: Options = {}): object {
  const whole = { home: layout.home, bin: layout.bin, name: 'one', ...options };
  return { ...earlierEnv(whole), ...changes };
}

async function refusal(
  options: Options,
  wanted: AdoptionInput['wanted'] = {},
): Promise<CcMirrorError> {
  const input = await inputOf(options, wanted);
  try {
    adoptionOf(input);
  } catch (error) {
    if (error instanceof CcMirrorError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('adoptionOf', () => {
  it('adopts a variant of 2.1', async () => {
    const adoption = await adopt({ env: env({ MY_OWN: '1' }) });
    expect(adoption).toEqual({
      name: 'one',
      folder: join(layout.home, 'one'),
      chosen: { provider: 'zai', models: {}, env: {}, source: { kind: 'auto' } },
      key: 'ANTHROPIC_API_KEY',
      takenOut: {
        env: expect.arrayContaining(['ANTHROPIC_BASE_URL', 'ANTHROPIC_API_KEY', 'API_TIMEOUT_MS']),
        settings: [],
      },
      kept: ['DISABLE_INSTALLATION_CHECKS', 'DISABLE_AUTOUPDATER', 'Z_AI_API_KEY', 'MY_OWN'],
      skills: [],
      launcher: { path: join(layout.bin, 'one'), state: 'theirs', beside: null },
      left: [join(layout.home, 'one', 'native'), join(layout.home, 'one', 'tweakcc')],
      notes: [
        'the key is now sent as ANTHROPIC_AUTH_TOKEN, as the preset zai says, instead of ANTHROPIC_API_KEY',
        'the models of the preset zai replace glm-5, glm-4.7, glm-4.5-air',
        'settings.json still holds Z_AI_API_KEY',
      ],
    });
  });

  it('adopts a variant of 1.5 with team mode, which needs no key', async () => {
    expect(await adopt({ shape: 'teams', provider: 'mirror' })).toMatchObject({
      chosen: { provider: 'mirror', models: {}, env: {} },
      key: null,
      takenOut: {
        env: [
          'CC_MIRROR_SPLASH',
          'CC_MIRROR_SPLASH_STYLE',
          'TWEAKCC_CONFIG_DIR',
          'CLAUDE_CODE_TEAM_MODE',
          'CLAUDE_CODE_AGENT_TYPE',
        ],
      },
      kept: ['DISABLE_INSTALLATION_CHECKS'],
      skills: ['orchestration'],
      left: [join(layout.home, 'one', 'npm'), join(layout.home, 'one', 'tweakcc')],
      notes: [],
    });
  });

  it('holds no secret', async () => {
    for (const shape of ['teams', 'npm', 'native', 'later'] as const) {
      expect(JSON.stringify(await adopt({ shape }))).not.toContain(earlierKey);
    }
  });

  it('leaves nothing in settings.json that would override the launcher', async () => {
    const input = await inputOf({ env: env({ MY_OWN: '1' }), settings: { model: 'opus' } });
    const adoption = adoptionOf(input);
    const { values } = takenFrom(input.settings, adoption);
    const rest = mergeOwned(input.settings.text, {}, values, 's');
    const { preset } = input.catalogue.entries.find((entry) => entry.preset.id === 'zai') ?? {};
    const provided =
      preset === undefined ? [] : Object.keys(resolveProvider(preset, adoption.chosen).env);
    expect(provided).toContain('ANTHROPIC_BASE_URL');
    const left = JSON.parse(rest);
    expect(Object.keys(left.env).filter((name) => provided.includes(name))).toEqual([]);
    expect(left).toMatchObject({
      permissions: { allow: ['Bash(ls)'] },
      env: { MY_OWN: '1' },
      model: 'opus',
    });
  });

  it('finds the key', async () => {
    for (const shape of ['npm', 'later'] as const) {
      const input = await inputOf({ shape });
      const adoption = adoptionOf(input);
      const variable = shape === 'npm' ? 'ANTHROPIC_API_KEY' : 'ANTHROPIC_AUTH_TOKEN';
      expect(adoption.key).toBe(variable);
      expect(takenFrom(input.settings, adoption).key).toBe(earlierKey);
    }
  });

  it('keeps the version that the user asked for', async () => {
    const record = { nativeVersion: '2.1.37', nativeVersionSource: 'pinned' };
    const { chosen } = await adopt({ record });
    expect(chosen.source).toEqual({ kind: 'exact', version: '2.1.37' });
  });

  it('keeps variables that the user changed', async () => {
    const changed = env({ API_TIMEOUT_MS: '60000', CLAUDE_CODE_TEAM_NAME: 'crew' });
    const { kept } = await adopt({ env: changed });
    expect(kept).toEqual(expect.arrayContaining(['API_TIMEOUT_MS', 'CLAUDE_CODE_TEAM_NAME']));
  });

  it('removes the task list of early team mode', async () => {
    const { takenOut } = await adopt({ env: env({ CLAUDE_CODE_TEAM_NAME: 'one' }) });
    expect(takenOut.env).toContain('CLAUDE_CODE_TEAM_NAME');
  });

  it('does not need settings.json', async () => {
    const input = await inputOf();
    expect(adoptionOf({ ...input, settings: { path: 's', text: null } })).toMatchObject({
      chosen: { provider: 'zai' },
      key: null,
      takenOut: { env: [], settings: [] },
    });
  });
});

describe('the models', () => {
  it('stay if the user named one of them', async () => {
    const { chosen, notes } = await adopt({
      env: env({ ANTHROPIC_DEFAULT_OPUS_MODEL: 'glm-mine', ANTHROPIC_MODEL: 'glm-mine' }),
    });
    expect(chosen.models).toEqual({
      default: 'glm-mine',
      opus: 'glm-mine',
      sonnet: 'glm-4.7',
      haiku: 'glm-4.5-air',
    });
    expect(chosen.env).toEqual({ ANTHROPIC_SMALL_FAST_MODEL: 'glm-4.5-air' });
    expect(notes.join()).not.toContain('replace');
  });

  it.each<[string, object]>([
    ['to start with', { ANTHROPIC_MODEL: 'glm-4.7' }],
    ['for small tasks', { ANTHROPIC_SMALL_FAST_MODEL: 'glm-4.7' }],
    ['for subagents', { CLAUDE_CODE_SUBAGENT_MODEL: 'glm-4.7' }],
    ['for another tier', { ANTHROPIC_DEFAULT_OPUS_MODEL: 'glm-4.5-air' }],
  ])('stay if the user named one %s', async (_, changes) => {
    const { chosen } = await adopt({ env: env(changes) });
    expect(chosen.models).toMatchObject({ sonnet: 'glm-4.7', haiku: 'glm-4.5-air' });
  });

  it('stay at an address that the preset does not know', async () => {
    const { chosen } = await adopt({ baseUrl: 'https://proxy.example/zai' });
    expect(chosen).toMatchObject({
      provider: 'zai',
      baseUrl: 'https://proxy.example/zai',
      models: { opus: 'glm-5' },
    });
  });

  it('stay if the preset has none', async () => {
    const { chosen } = await adopt({ provider: 'litellm', baseUrl: 'http://localhost:4000/' });
    expect(chosen).toEqual({
      provider: 'litellm',
      models: expect.objectContaining({ opus: 'glm-5' }),
      env: expect.anything(),
      source: { kind: 'auto' },
    });
  });

  it.each<[object, string[]]>([
    [
      { model: 'glm-4.7', availableModels: ['glm-4.7', 'glm-4.5-air'] },
      ['model', 'availableModels'],
    ],
    [{ model: 'opus', availableModels: ['glm-4.7', 'my-own'] }, []],
    [{ availableModels: [] }, []],
  ])('replaced by the preset go from the rest of settings.json too: %j', async (settings, gone) => {
    expect((await adopt({ shape: 'later', settings })).takenOut.settings).toEqual(gone);
  });
});

describe('the provider', () => {
  it.each<[string, Options, AdoptionInput['wanted'], object]>([
    [
      'an alternative address',
      { baseUrl: 'https://open.bigmodel.cn/api/anthropic' },
      {},
      { provider: 'zai', baseUrl: 'https://open.bigmodel.cn/api/anthropic', models: {} },
    ],
    [
      'an address with a trailing slash',
      { baseUrl: 'https://api.z.ai/api/anthropic/' },
      {},
      { provider: 'zai', models: {} },
    ],
    [
      'another id of the same address',
      { provider: 'glm-cloud', baseUrl: 'https://api.z.ai/api/anthropic' },
      {},
      { provider: 'zai' },
    ],
    [
      'an id with the address of another preset',
      { provider: 'minimax', baseUrl: 'https://api.z.ai/api/anthropic' },
      {},
      { provider: 'zai' },
    ],
    [
      'a former id',
      { provider: 'local', baseUrl: 'http://localhost:1' },
      {},
      { provider: 'litellm', baseUrl: 'http://localhost:1' },
    ],
    [
      'the one that the user names',
      { provider: 'kimi', baseUrl: 'https://api.kimi.com/coding/' },
      { provider: 'custom' },
      { provider: 'custom', baseUrl: 'https://api.kimi.com/coding/' },
    ],
  ])('%s', async (_, options, wanted, expected) => {
    const adoption = await adopt(options, wanted);
    expect(adoption.chosen).toMatchObject(expected);
    expect('baseUrl' in adoption.chosen).toBe('baseUrl' in expected);
    expect(adoption.key).toBe('ANTHROPIC_API_KEY');
  });

  it('does not get a key for another address', async () => {
    const adoption = await adopt({}, { baseUrl: 'https://elsewhere.example' });
    expect(adoption).toMatchObject({
      chosen: { provider: 'zai', baseUrl: 'https://elsewhere.example' },
      key: null,
      takenOut: { env: expect.arrayContaining(['ANTHROPIC_API_KEY']) },
      notes: expect.arrayContaining([
        'its key is not sent to another address than it was given for',
      ]),
    });
    const { chosen, key } = await adopt(
      { provider: 'mirror', env: { ANTHROPIC_API_KEY: earlierKey } },
      { provider: 'zai' },
    );
    expect({ provider: chosen.provider, key }).toEqual({ provider: 'zai', key: null });
  });

  it('mirror keeps its key', async () => {
    const mine = { provider: 'mirror', env: { ANTHROPIC_API_KEY: earlierKey } };
    expect(await adopt(mine)).toMatchObject({
      chosen: { provider: 'mirror' },
      key: 'ANTHROPIC_API_KEY',
      notes: [],
    });
  });

  it('is refused if unknown, with what to type', async () => {
    const error = await refusal({ provider: 'poe', baseUrl: 'https://api.poe.example' });
    expect(error).toMatchObject({
      ...failure('no-such-provider', /one has the provider "poe".*https:\/\/api\.poe\.example/),
      hint: expect.stringContaining('cc-mirror update one --adopt --provider custom'),
    });
  });
});

describe('the launcher', () => {
  it('may be missing or foreign', async () => {
    const input = await inputOf();
    const stateOf = (text: string | null): string =>
      adoptionOf({ ...input, launcher: { path: 'l', text } }).launcher.state;
    expect(stateOf(null)).toBe('none');
    expect(stateOf('#!/bin/sh\n')).toBe('foreign');
  });

  it('has a program next to it on Windows', async () => {
    const input = await inputOf();
    const path = join('/b', 'one.cmd');
    const { launcher } = adoptionOf({
      ...input,
      launcher: { path, text: null },
      platform: 'win32',
    });
    expect(launcher).toMatchObject({ path, beside: join('/b', 'one.mjs') });
  });
});

describe('refuses', () => {
  it.each<[string, Options, object, RegExp]>([
    [
      'a configuration outside of the folder',
      { record: { configDir: '/elsewhere/config' } },
      failure('invalid-record', /\/elsewhere\/config/),
      /--home DIR/,
    ],
    [
      'an address with a password',
      { baseUrl: 'https://me:hidden@z.example' },
      failure('usage', /user name or password/),
      /--base-url URL --api-key-stdin/,
    ],
    [
      'a token for Anthropic itself',
      { provider: 'mirror', env: { ANTHROPIC_AUTH_TOKEN: earlierKey } },
      failure('usage', /ANTHROPIC_AUTH_TOKEN/),
      /--provider custom/,
    ],
  ])('%s', async (_, options, expected, hint) => {
    const error = await refusal(options);
    expect(error).toMatchObject(expected);
    expect(error.hint).toMatch(hint);
    expect(`${error.message}${error.hint}`).not.toMatch(/hidden|earlier-key/);
  });
});
