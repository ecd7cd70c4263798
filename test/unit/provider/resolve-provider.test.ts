import { describe, expect, test } from 'vitest';

import { findPreset, loadCatalogue, shippedPresets } from '../../../src/provider/catalogue.ts';
import { parsePreset } from '../../../src/provider/preset.ts';
import { type ProviderOverrides, resolveProvider } from '../../../src/provider/resolve-provider.ts';
import { shellFirst } from '../../../src/provider/tool-search.ts';

const catalogue = loadCatalogue({ shipped: shippedPresets, user: null });

function shipped(id: string) {
  return findPreset(catalogue, id).preset;
}

function preset(changes: object) {
  const base = { id: 'p', name: 'P', description: 'P', baseUrl: 'http://localhost:1' };
  return parsePreset(JSON.stringify({ ...base, auth: { type: 'bearer' }, ...changes }), 'p.json');
}

describe('shipped presets', () => {
  test('mirror uses the user’s login', () => {
    expect(resolveProvider(shipped('mirror'))).toEqual({
      id: 'mirror',
      name: 'Anthropic',
      region: null,
      plan: null,
      baseUrl: null,
      elsewhere: false,
      auth: 'login',
      keyVariable: 'ANTHROPIC_API_KEY',
      keyRequired: false,
      keyUrl: 'https://console.anthropic.com/settings/keys',
      models: {},
      headers: [],
      unmapped: [],
      deferredTools: true,
      deniedTools: [],
      notes: [],
      env: { ENABLE_TOOL_SEARCH: 'false' },
      origins: { ENABLE_TOOL_SEARCH: 'cc-mirror' },
    });
  });

  test('zai maps its tiers', () => {
    const resolved = resolveProvider(shipped('zai'));
    expect(resolved).toMatchObject({ keyVariable: 'ANTHROPIC_AUTH_TOKEN', keyRequired: true });
    expect(resolved.env).toEqual({
      ANTHROPIC_BASE_URL: 'https://api.z.ai/api/anthropic',
      ANTHROPIC_DEFAULT_FABLE_MODEL: 'glm-5.3[1m]',
      ANTHROPIC_DEFAULT_FABLE_MODEL_NAME: 'GLM-5.3',
      ANTHROPIC_DEFAULT_FABLE_MODEL_DESCRIPTION: '1M tokens',
      ANTHROPIC_DEFAULT_OPUS_MODEL: 'glm-5.3[1m]',
      ANTHROPIC_DEFAULT_OPUS_MODEL_NAME: 'GLM-5.3',
      ANTHROPIC_DEFAULT_OPUS_MODEL_DESCRIPTION: '1M tokens',
      ANTHROPIC_DEFAULT_SONNET_MODEL: 'glm-5.3[1m]',
      ANTHROPIC_DEFAULT_SONNET_MODEL_NAME: 'GLM-5.3',
      ANTHROPIC_DEFAULT_SONNET_MODEL_DESCRIPTION: '1M tokens',
      ANTHROPIC_DEFAULT_HAIKU_MODEL: 'glm-5.3-flash[1m]',
      ANTHROPIC_DEFAULT_HAIKU_MODEL_NAME: 'GLM-5.3 Flash',
      ANTHROPIC_DEFAULT_HAIKU_MODEL_DESCRIPTION: '1M tokens',
      API_TIMEOUT_MS: '3000000',
      CLAUDE_CODE_AUTO_COMPACT_WINDOW: '1000000',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      ENABLE_TOOL_SEARCH: 'false',
    });
  });

  test('all tools are sent in full unless the user or the shell says otherwise', () => {
    const search = (id: string, overrides: ProviderOverrides = {}): string | undefined =>
      resolveProvider(shipped(id), overrides).env['ENABLE_TOOL_SEARCH'];
    expect(search('mirror')).toBe('false');
    expect(search('mirror', { baseUrl: 'https://gateway.test' })).toBe('false');
    expect(search('minimax')).toBe('false');
    expect(search('custom', { baseUrl: 'https://x.test' })).toBe('false');
    expect(search('zai', { env: { ENABLE_TOOL_SEARCH: 'auto:5' } })).toBe('auto:5');
    const takes = (baseUrl?: string): boolean =>
      resolveProvider(shipped('mirror'), { baseUrl }).deferredTools;
    expect([takes(), takes('https://gateway.test')]).toEqual([true, false]);
    expect(shellFirst({})).toEqual(['ENABLE_TOOL_SEARCH']);
    expect(shellFirst({ ENABLE_TOOL_SEARCH: 'auto:5' })).toEqual([]);
  });

  test('minimax starts with its own model', () => {
    const { env } = resolveProvider(shipped('minimax'));
    expect(env).toMatchObject({ ANTHROPIC_MODEL: 'MiniMax-M3[1m]' });
    expect(env).not.toHaveProperty('CLAUDE_CODE_SUBAGENT_MODEL');
  });

  test('openrouter empties the variable that would override its key', () => {
    expect(resolveProvider(shipped('openrouter')).env).toMatchObject({
      ANTHROPIC_BASE_URL: 'https://openrouter.ai/api',
      ANTHROPIC_API_KEY: '',
    });
  });

  test('litellm leaves models to the user, and reports unmapped tiers', () => {
    const open = resolveProvider(shipped('litellm'));
    expect(open.unmapped).toEqual(['opus', 'sonnet', 'haiku']);
    const chosen = resolveProvider(shipped('litellm'), { models: { default: 'm' } });
    expect(chosen.unmapped).toEqual([]);
  });

  test('custom needs an address', () => {
    expect(() => resolveProvider(shipped('custom'))).toThrow(
      expect.objectContaining({ code: 'usage', hint: expect.stringContaining('--base-url URL') }),
    );
    const resolved = resolveProvider(shipped('custom'), { baseUrl: ' https://x.test/v/ ' });
    expect(resolved).toMatchObject({
      baseUrl: 'https://x.test/v/',
      env: { ANTHROPIC_BASE_URL: 'https://x.test/v/' },
    });
  });
});

describe('how the key is sent', () => {
  test('can be chosen for a gateway', () => {
    const resolved = resolveProvider(shipped('custom'), {
      baseUrl: 'https://x.test',
      auth: 'api-key',
    });
    expect(resolved).toMatchObject({ auth: 'api-key', keyVariable: 'ANTHROPIC_API_KEY' });
    expect(resolved.env).toMatchObject({ ANTHROPIC_API_KEY: 'no-key' });
    expect(resolved.env).not.toHaveProperty('ANTHROPIC_AUTH_TOKEN');
    const router = resolveProvider(shipped('openrouter'), { auth: 'api-key' });
    expect(router.env).not.toHaveProperty('ANTHROPIC_API_KEY');
  });

  test('cannot be chosen for a login', () => {
    expect(() => resolveProvider(shipped('mirror'), { auth: 'bearer' })).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringContaining('--auth') }),
    );
  });
});

describe('models', () => {
  test('a default replaces the preset’s tiers', () => {
    const { env, models } = resolveProvider(shipped('zai'), { models: { default: ' m ' } });
    expect(models).toEqual({ default: 'm', opus: 'm', sonnet: 'm', haiku: 'm' });
    expect(env).toMatchObject({ ANTHROPIC_MODEL: 'm', ANTHROPIC_DEFAULT_HAIKU_MODEL: 'm' });
  });

  test('a tier can be chosen on top of a default', () => {
    const { models } = resolveProvider(shipped('zai'), { models: { default: 'm', haiku: 'h' } });
    expect(models).toEqual({ default: 'm', opus: 'm', sonnet: 'm', haiku: 'h' });
  });

  test('a tier alone changes only that tier', () => {
    const { models } = resolveProvider(shipped('zai'), { models: { haiku: 'h', opus: '' } });
    expect(models).toEqual({
      opus: 'glm-5.3[1m]',
      sonnet: 'glm-5.3[1m]',
      haiku: 'h',
    });
  });

  test('at Anthropic’s address nothing else is mapped', () => {
    const { env, unmapped } = resolveProvider(shipped('mirror'), { models: { default: 'm' } });
    expect(env).toEqual({ ANTHROPIC_MODEL: 'm', ENABLE_TOOL_SEARCH: 'false' });
    expect(unmapped).toEqual([]);
  });

  test('the tier above opus asks no other endpoint for a model of Anthropic’s', () => {
    const fable = (id: string, overrides: ProviderOverrides = {}): string | undefined =>
      resolveProvider(shipped(id), overrides).env['ANTHROPIC_DEFAULT_FABLE_MODEL'];
    const baseUrl = 'https://x.test';
    expect(fable('custom', { baseUrl, models: { default: 'm', opus: 'o' } })).toBe('o');
    expect(fable('custom', { baseUrl, models: { default: 'm' } })).toBe('m');
    expect(fable('custom', { baseUrl })).toBeUndefined();
    expect(fable('mirror', { models: { opus: 'o' } })).toBeUndefined();
    expect(fable('zai', { env: { ANTHROPIC_DEFAULT_FABLE_MODEL: 'mine' } })).toBe('mine');
  });

  test('without a default, the other tiers and subagents stay unmapped', () => {
    const resolved = resolveProvider(preset({ models: { sonnet: 's' } }));
    expect(resolved.models).toEqual({ sonnet: 's' });
    expect(resolved.unmapped).toEqual(['opus', 'haiku']);
  });

  test('a preset can choose the model of subagents', () => {
    const { models } = resolveProvider(preset({ models: { default: 'm', subagent: 's' } }));
    expect(models.subagent).toBe('s');
  });

  test('a preset can require one', () => {
    const open = preset({ requires: ['model'] });
    expect(() => resolveProvider(open)).toThrow(
      expect.objectContaining({ code: 'usage', hint: expect.stringContaining('--model ID') }),
    );
    expect(resolveProvider(open, { models: { default: 'm' } }).models.default).toBe('m');
  });
});

test.each([
  ['login', 'ANTHROPIC_API_KEY'],
  ['api-key', 'ANTHROPIC_API_KEY'],
  ['bearer', 'ANTHROPIC_AUTH_TOKEN'],
])('a %s key goes into %s', (type, variable) => {
  expect(resolveProvider(preset({ auth: { type } })).keyVariable).toBe(variable);
});

test('a local server gets a placeholder as key', () => {
  const auth = { type: 'bearer', required: false, placeholder: 'ollama' };
  expect(resolveProvider(preset({ auth }))).toMatchObject({
    keyRequired: false,
    env: { ANTHROPIC_AUTH_TOKEN: 'ollama' },
  });
});

test.each(['', 'example.com', 'ftp://x.test', 'https://', 'file:///etc/passwd'])(
  'the base URL %j is refused',
  (baseUrl) => {
    expect(() => resolveProvider(shipped('zai'), { baseUrl })).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringContaining('--base-url') }),
    );
  },
);

test('a base URL with a password is refused, and not quoted', () => {
  expect(() => resolveProvider(shipped('zai'), { baseUrl: 'https://u:pw123@x.test' })).toThrow(
    expect.objectContaining({ code: 'usage', message: expect.not.stringContaining('pw123') }),
  );
});

describe('--env', () => {
  test('overrides the rest', () => {
    const env = { API_TIMEOUT_MS: '1', NEW: 'x', CLAUDE_CODE_TASK_LIST_ID: 'all' };
    expect(resolveProvider(shipped('zai'), { env }).env).toMatchObject(env);
  });

  test.each(['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'AWS_BEARER_TOKEN_BEDROCK'])(
    'cannot set the credential %s, but can empty it',
    (name) => {
      expect(() => resolveProvider(shipped('zai'), { env: { [name]: 'sk-1' } })).toThrow(
        expect.objectContaining({
          code: 'usage',
          message: expect.not.stringContaining('sk-1'),
          hint: expect.stringMatching(/--api-key-env.*--api-key-stdin/),
        }),
      );
      expect(resolveProvider(shipped('zai'), { env: { [name]: '' } }).env[name]).toBe('');
    },
  );

  test.each(['CLAUDE_CONFIG_DIR', 'CLAUDE_SECURESTORAGE_CONFIG_DIR', 'ANTHROPIC_BASE_URL'])(
    'cannot set %s',
    (name) => {
      expect(() => resolveProvider(shipped('zai'), { env: { [name]: 'x' } })).toThrow(
        expect.objectContaining({ code: 'usage' }),
      );
    },
  );

  test.each([
    ['', 'x'],
    ['A B', 'x'],
    ['1A', 'x'],
    ['A', '\0'],
  ])('cannot set %j to %j', (name, value) => {
    expect(() => resolveProvider(shipped('zai'), { env: { [name]: value } })).toThrow(
      expect.objectContaining({ code: 'usage' }),
    );
  });
});
