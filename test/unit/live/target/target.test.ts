import { expect, it } from 'vitest';
import { type TargetInput, targetOf } from '../../../../src/live/target/target.ts';
import { presetTarget } from '../../../../src/live/target/preset-target.ts';
import { findPreset, loadCatalogue, shippedPresets } from '../../../../src/provider/catalogue.ts';
import { failure } from '../../../support/failure.ts';

const catalogue = loadCatalogue({ shipped: shippedPresets, user: null });
const presetNamed = (id: string) => findPreset(catalogue, id).preset;

function target(variables: TargetInput['variables'], input: Partial<TargetInput> = {}) {
  return targetOf({
    variant: 'one',
    provider: 'custom',
    name: 'Custom',
    variables,
    helperKey: null,
    headers: [],
    login: false,
    preset: null,
    endpoint: null,
    ...input,
  });
}

it('asks Anthropic where nothing else is said, and knows no slash at the end', () => {
  expect(target({}).baseUrl).toBe('https://api.anthropic.com');
  expect(target({ ANTHROPIC_BASE_URL: 'http://a.example/b//' }).baseUrl).toBe('http://a.example/b');
});

it.each([
  [{ ANTHROPIC_AUTH_TOKEN: 'token-123' }, null, { authorization: 'Bearer token-123' }],
  [{ ANTHROPIC_API_KEY: 'key-1234' }, null, { 'x-api-key': 'key-1234' }],
  [
    { ANTHROPIC_AUTH_TOKEN: 'token-123', ANTHROPIC_API_KEY: '' },
    null,
    { authorization: 'Bearer token-123' },
  ],
  [{}, 'printed-1', { authorization: 'Bearer printed-1', 'x-api-key': 'printed-1' }],
  [{}, null, {}],
])('sends the credentials of %j (helper: %s) as Claude Code does', (variables, helperKey, sent) => {
  const { headers, credential, secrets } = target(variables, { helperKey });
  expect(Object.fromEntries(headers.map(({ name, value }) => [name, value]))).toEqual(sent);
  expect(credential).toBe(Object.keys(sent).length > 0 ? 'key' : 'none');
  expect(secrets).toHaveLength(credential === 'key' ? 1 : 0);
});

it('a header of the user’s own replaces Claude Code’s, and is a secret', () => {
  const headers = [{ name: 'Authorization', value: 'Bearer own-secret-1' }];
  const found = target({ ANTHROPIC_AUTH_TOKEN: 'token-123' }, { headers });
  expect(found.headers).toEqual(headers);
  expect(found.secrets).toEqual(['token-123', 'own-secret-1']);
});

it.each([
  [{ ANTHROPIC_BASE_URL: 'ftp://a.example' }, [], /not an http or https address/],
  [{ ANTHROPIC_AUTH_TOKEN: 'two\nlines-Zx81Qw92' }, [], /^The key contains/],
  [{ ANTHROPIC_API_KEY: 'kéy-Zx81Qw92' }, [], /^The key contains/],
  [{}, [{ name: 'X-A', value: 'a\nZx81Qw92' }], /--header X-A: its value has a line break/],
])('refuses what cannot be sent: %j %j', (variables, headers, words) => {
  const make = () => target(variables, { headers });
  expect(make).toThrow(expect.objectContaining(failure('usage', words)));
  expect(make).not.toThrow(/Zx81Qw92/);
});

it('each model once, with its uses; no aliases, and no [1m]', () => {
  const variables = {
    ANTHROPIC_MODEL: 'opus',
    ANTHROPIC_DEFAULT_OPUS_MODEL: 'big[1m]',
    ANTHROPIC_DEFAULT_SONNET_MODEL: 'big',
    ANTHROPIC_DEFAULT_HAIKU_MODEL: 'vendor/small',
    CLAUDE_CODE_SUBAGENT_MODEL: 'inherit',
  };
  expect(target(variables).models).toEqual([
    { id: 'big', uses: ['opus', 'sonnet'], assumed: false },
    { id: 'vendor/small', uses: ['haiku'], assumed: false },
  ]);
});

it('a placeholder is no key', () => {
  const { target: found } = presetTarget(
    presetNamed('ollama'),
    { models: { default: 'qwen' } },
    catalogue,
    {},
  );
  expect(found).toMatchObject({ credential: 'placeholder', secrets: [] });
  expect(found.headers).toEqual([{ name: 'authorization', value: 'Bearer ollama' }]);
});

it('a region and a plan choose the address, the models and the balance', () => {
  const key = 'dummy-key-0123456789';
  const of = (given: object) =>
    presetTarget(presetNamed('kimi'), { key, ...given }, catalogue, {}).target;
  expect(of({ region: 'china' })).toMatchObject({
    baseUrl: 'https://api.moonshot.cn/anthropic',
    endpoint: { region: 'china' },
  });
  expect(of({ plan: 'coding' })).toMatchObject({
    baseUrl: 'https://api.kimi.com/coding',
    models: [{ id: 'kimi-for-coding' }],
    endpoint: { balance: { kind: 'kimi-coding' } },
  });
  expect(of({ baseUrl: 'http://127.0.0.1:1/x' }).endpoint).toBeNull();
});

it.each([
  ['bedrock', { env: { AWS_REGION: 'eu' } }, 'usage', /credentials of the cloud/],
  ['zai', {}, 'missing-key', /needs a key/],
  ['zai', { key: 'sk-ant-api03-0123456789' }, 'usage', /is not sent to Z\.ai/],
  ['ollama', {}, 'usage', /needs a model/],
  [
    'cloudflare',
    { key: 'sk-ant-0123456789', env: { CF_ACCOUNT_ID: 'a', CF_GATEWAY_ID: 'b' } },
    'missing-key',
    /needs the header cf-aig-authorization/,
  ],
  [
    'zai',
    { key: 'dummy-key-0123456789', headers: [{ name: 'X-A', value: '${NOT_SET}' }] },
    'missing-key',
    /needs the variable NOT_SET/,
  ],
] as const)('nothing is sent to %s with %j', (id, given, code, words) => {
  expect(() => presetTarget(presetNamed(id), given, catalogue, {})).toThrow(
    expect.objectContaining(failure(code, words)),
  );
});
