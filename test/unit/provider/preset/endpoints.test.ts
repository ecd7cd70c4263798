import { describe, expect, test } from 'vitest';

import { isAddressOf } from '../../../../src/provider/base-url.ts';
import { findPreset, loadCatalogue, shippedPresets } from '../../../../src/provider/catalogue.ts';
import { parsePreset } from '../../../../src/provider/preset.ts';
import {
  type ProviderOverrides,
  resolveProvider,
} from '../../../../src/provider/resolve-provider.ts';

const catalogue = loadCatalogue({ shipped: shippedPresets, user: null });
const resolve = (id: string, overrides: ProviderOverrides = {}) =>
  resolveProvider(findPreset(catalogue, id).preset, overrides);
const usage = (message: string, hint: string): object =>
  expect.objectContaining({
    code: 'usage',
    message: expect.stringContaining(message),
    hint: expect.stringContaining(hint),
  });

describe('--region and --plan', () => {
  test('choose the first address that fits, with its models and place for keys', () => {
    expect(resolve('zai', { region: 'china' })).toMatchObject({
      region: 'china',
      plan: null,
      baseUrl: 'https://open.bigmodel.cn/api/anthropic',
      keyUrl: 'https://open.bigmodel.cn',
    });
    expect(resolve('qwen', { plan: 'coding' })).toMatchObject({
      region: 'international',
      baseUrl: 'https://coding-intl.dashscope.aliyuncs.com/apps/anthropic',
      models: { opus: 'qwen3.7-plus', haiku: 'qwen3.6-plus' },
    });
    const { baseUrl } = resolve('qwen', { region: 'china', plan: 'coding' });
    expect(baseUrl).toBe('https://coding.dashscope.aliyuncs.com/apps/anthropic');
  });

  test('are understood from the address of one, so that its models are asked for', () => {
    const baseUrl = 'https://api.kimi.com/coding';
    expect(resolve('kimi', { baseUrl })).toMatchObject({
      plan: 'coding',
      baseUrl,
      models: { opus: 'kimi-for-coding' },
      env: { CLAUDE_CODE_MAX_CONTEXT_TOKENS: '262144' },
    });
    expect(resolve('kimi', { baseUrl: 'https://relay.example' }).plan).toBe('api');
  });

  test('go with an address of the user’s own', () => {
    const resolved = resolve('kimi', { plan: 'coding', baseUrl: 'https://relay.example' });
    expect(resolved).toMatchObject({
      baseUrl: 'https://relay.example',
      models: { sonnet: 'kimi-for-coding' },
      origins: { ANTHROPIC_BASE_URL: 'option', ANTHROPIC_DEFAULT_SONNET_MODEL: 'plan' },
    });
  });

  test('are refused where there are none, with those that there are', () => {
    expect(() => resolve('zai', { region: 'mars' })).toThrow(
      usage('--region: the provider zai has no region "mars"', 'Give international or china'),
    );
    expect(() => resolve('zai', { plan: 'coding' })).toThrow(
      usage('--plan: the provider zai has no plan "coding"', 'It has no plans'),
    );
    expect(() => resolve('kimi', { region: 'china', plan: 'coding' })).toThrow(
      usage('no plan coding in the region china', '--region china --plan api; --plan coding'),
    );
  });
});

describe('parameters of addresses', () => {
  test('come from --env', () => {
    const env = { CF_ACCOUNT_ID: '0123abc', CF_GATEWAY_ID: 'mine' };
    const address = 'https://gateway.ai.cloudflare.com/v1/0123abc/mine/anthropic';
    expect(resolve('cloudflare', { env })).toMatchObject({ baseUrl: address, unmapped: [] });
    const { preset } = findPreset(catalogue, 'cloudflare');
    expect(isAddressOf(preset, address)).toBe(true);
    expect(isAddressOf(preset, address.replace('/mine', '/mine/more'))).toBe(false);
    expect(resolve('cloudflare', { baseUrl: 'https://x.test' }).baseUrl).toBe('https://x.test');
  });

  test.each(['', '..', 'a/b', 'x.test/?', 'a b', '${HOME}', '@evil.test'])(
    'cannot be %j',
    (value) => {
      const env = { CF_ACCOUNT_ID: value, CF_GATEWAY_ID: 'mine' };
      expect(() => resolve('cloudflare', { env })).toThrow(
        expect.objectContaining({
          code: 'usage',
          message: expect.stringContaining('CF_ACCOUNT_ID'),
        }),
      );
    },
  );
});

describe('clouds', () => {
  test('have a switch in place of an address, and the user’s own credentials', () => {
    expect(resolve('bedrock', { env: { AWS_REGION: 'eu-west-1' } })).toMatchObject({
      baseUrl: null,
      elsewhere: true,
      auth: 'cloud',
      keyRequired: false,
      unmapped: [],
      env: { CLAUDE_CODE_USE_BEDROCK: '1', AWS_REGION: 'eu-west-1' },
      deniedTools: ['WebSearch'],
    });
    expect(() => resolve('vertex')).toThrow(
      usage('needs CLOUD_ML_REGION', '--env CLOUD_ML_REGION='),
    );
    const env = { AWS_REGION: 'r' };
    expect(() => resolve('bedrock', { env, baseUrl: 'https://x.test' })).toThrow(
      usage('has no address', '--provider custom'),
    );
    expect(() => resolve('bedrock', { env, auth: 'bearer' })).toThrow(usage('--auth', 'custom'));
  });
});

describe('what is known of models', () => {
  const preset = (changes: object) =>
    parsePreset(
      JSON.stringify({
        id: 'p',
        name: 'P',
        description: 'P',
        baseUrl: 'https://x.test',
        auth: { type: 'bearer' },
        models: { opus: 'big', sonnet: 'big', haiku: 'small' },
        modelInfo: { big: { name: 'Big', context: 400_000 }, small: { context: 128_000 } },
        ...changes,
      }),
      'p.json',
    );
  const env = (changes: object, models: ProviderOverrides['models'] = {}): Record<string, string> =>
    resolveProvider(preset(changes), { models }).env;
  const window = 'CLAUDE_CODE_MAX_CONTEXT_TOKENS';
  const compact = 'CLAUDE_CODE_AUTO_COMPACT_WINDOW';

  test('the smallest window of those in use counts', () => {
    expect(env({})).toMatchObject({ [window]: '128000', [compact]: '128000' });
    expect(env({}, { haiku: 'big' })).toMatchObject({ [window]: '400000', [compact]: '400000' });
  });

  test('a model that nobody stated keeps the window at what is safe', () => {
    expect(env({}, { haiku: 'other' })).toMatchObject({ [window]: '200000' });
    expect(env({}, { opus: 'other' })).toMatchObject({ [window]: '128000' });
    expect(env({}, { opus: 'other' })).not.toHaveProperty(compact);
    expect(env({}, { default: 'other' })).not.toHaveProperty(window);
  });

  test('a window counts for no model with [1m] or of Anthropic’s, and is within what builds take', () => {
    const modelInfo = { 'm[1m]': { context: 2_000_000 }, tiny: { context: 32_000 } };
    const large = env({ modelInfo }, { default: 'm[1m]' });
    expect(large).toMatchObject({ [compact]: '1000000' });
    expect(large).not.toHaveProperty(window);
    const tiny = env({ modelInfo }, { default: 'tiny' });
    expect(tiny).toMatchObject({ [window]: '32000' });
    expect(tiny).not.toHaveProperty(compact);
  });

  test('/model shows the name of a model, wherever it is used, and of no other', () => {
    const named = env({}, { sonnet: 'other' });
    expect(named).toMatchObject({ ANTHROPIC_DEFAULT_OPUS_MODEL_NAME: 'Big' });
    expect(named).not.toHaveProperty('ANTHROPIC_DEFAULT_SONNET_MODEL_NAME');
    const customModel = { id: 'extra', name: 'Extra', description: 'One more' };
    expect(env({ customModel })).toMatchObject({
      ANTHROPIC_CUSTOM_MODEL_OPTION: 'extra',
      ANTHROPIC_CUSTOM_MODEL_OPTION_NAME: 'Extra',
      ANTHROPIC_CUSTOM_MODEL_OPTION_DESCRIPTION: 'One more',
    });
  });

  test('beta fields are not sent where they are refused', () => {
    const name = 'CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS';
    expect(env({ limits: { betas: false } })).toMatchObject({ [name]: '1' });
    expect(env({})).not.toHaveProperty(name);
  });
});

describe('earlier files', () => {
  const { baseUrl, regions, endpoints, limits } = parsePreset(
    JSON.stringify({
      id: 'p',
      name: 'P',
      description: 'P',
      baseUrl: 'https://x.test',
      alternativeUrls: [
        { name: 'Mainland China', url: 'https://cn.x.test' },
        { name: '中国', url: 'https://cn2.x.test' },
        { name: '香港', url: 'https://hk.x.test' },
      ],
      auth: { type: 'bearer' },
      deferredTools: true,
    }),
    'p.json',
  );

  test('have regions in place of alternative addresses', () => {
    expect(baseUrl).toBe('https://x.test');
    expect(regions.map(({ id }) => id)).toEqual(['mainland-china', 'other', 'other-2']);
    expect(endpoints[0]).toEqual({ baseUrl: 'https://x.test' });
    expect(endpoints[3]).toEqual({ region: 'other-2', baseUrl: 'https://hk.x.test' });
  });

  test('say at the top whether deferred tools are taken', () => {
    expect(limits.deferredTools).toBe(true);
  });
});

test('low confidence is said, also where it is one plan’s', () => {
  expect(resolve('ppio').notes[0]).toMatch(/one public list of 2026-08-18, not from the provider/);
  expect(resolve('volcengine').notes).toEqual([]);
  expect(resolve('volcengine', { plan: 'agent' }).notes).toHaveLength(1);
});

test('every value says where it comes from', () => {
  const { env, origins } = resolve('qwen', {
    region: 'china',
    plan: 'token',
    models: { haiku: 'h' },
    env: { API_TIMEOUT_MS: '1' },
  });
  expect(Object.keys(origins).sort()).toEqual(Object.keys(env).sort());
  expect(origins).toMatchObject({
    ENABLE_TOOL_SEARCH: 'cc-mirror',
    ANTHROPIC_BASE_URL: 'region and plan',
    ANTHROPIC_DEFAULT_OPUS_MODEL: 'region and plan',
    ANTHROPIC_DEFAULT_HAIKU_MODEL: 'option',
    API_TIMEOUT_MS: 'option',
  });
});
