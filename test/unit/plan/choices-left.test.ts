import { describe, expect, it } from 'vitest';
import { choicesLeft } from '../../../src/plan/choices-left.ts';
import { parsePreset } from '../../../src/provider/preset.ts';
import { type ProviderOverrides, resolveProvider } from '../../../src/provider/resolve-provider.ts';
import { selfNamed, updaterOff } from '../../../src/variant/owned-values.ts';

const url = 'https://some.example';
const presetOf = (changes: object = {}) =>
  parsePreset(
    JSON.stringify({
      id: 'some',
      name: 'Some',
      description: 'One',
      baseUrl: url,
      auth: { type: 'bearer' },
      models: { default: 'm', opus: 'o', sonnet: 's', haiku: 'h' },
      env: { ANTHROPIC_API_KEY: '', API_TIMEOUT_MS: '9' },
      ...changes,
    }),
    'some.json',
  );

/** What the launcher of a variant with these choices sets. */
function variablesOf(preset: ReturnType<typeof presetOf>, overrides: ProviderOverrides) {
  return {
    ...updaterOff,
    ...selfNamed('one', '/bin/one', 'linux'),
    CLAUDE_CODE_PROVIDER_MANAGED_BY_HOST: '1',
    ...resolveProvider(preset, overrides).env,
  };
}
const left = (variables: Record<string, string>, more: object = {}) => ({
  variables,
  keyVariable: undefined,
  shellFirst: ['ENABLE_TOOL_SEARCH'],
  ...more,
});

describe('what the user chose', () => {
  it.each<[string, ProviderOverrides]>([
    ['nothing', {}],
    ['a model', { models: { default: 'mine' } }],
    ['a model, and another for a tier', { models: { default: 'mine', haiku: 'small' } }],
    ['a tier', { models: { opus: 'large' } }],
    ['variables', { env: { MINE: '1', API_TIMEOUT_MS: '10', DISABLE_UPDATES: '0' } }],
  ])('is read from the launcher again: %s', (_, overrides) => {
    const preset = presetOf();
    const variables = variablesOf(preset, overrides);
    expect(choicesLeft(preset, url, left(variables))).toEqual({
      models: {},
      env: {},
      ...overrides,
    });
  });

  it('of the models, where the preset wants one', () => {
    const preset = presetOf({ models: {}, requires: ['model'] });
    const given = { models: { default: 'mine', sonnet: 's' } };
    const { models } = choicesLeft(preset, url, left(variablesOf(preset, given)));
    expect(models).toEqual(given.models);
    expect(choicesLeft(preset, url, left({})).models).toEqual({ default: 'unknown' });
  });

  it('is whatever the preset does not say at another address', () => {
    const preset = presetOf();
    const other = 'https://other.example';
    const variables = variablesOf(preset, { baseUrl: other });
    expect(choicesLeft(preset, other, left(variables))).toEqual({ models: {}, env: {} });
    const anthropic = presetOf({ baseUrl: null, auth: { type: 'login' }, models: {}, env: {} });
    expect(choicesLeft(anthropic, null, left(variablesOf(anthropic, {})))).toEqual({
      models: {},
      env: {},
    });
  });

  it('is not what turns capabilities on, nor headers, which are kept elsewhere', () => {
    const preset = presetOf();
    const variables = {
      ...variablesOf(preset, {}),
      CLAUDE_CODE_ENABLE_TASKS: '1',
      ANTHROPIC_CUSTOM_HEADERS: 'a: b',
    };
    expect(choicesLeft(preset, url, left(variables)).env).toEqual({});
  });

  it('is the choice of tools, also the usual one, where the shell’s does not win', () => {
    const preset = presetOf();
    const variables = variablesOf(preset, {});
    const chosen = choicesLeft(preset, url, left(variables, { shellFirst: [] })).env;
    expect(chosen).toEqual({ ENABLE_TOOL_SEARCH: 'false' });
  });
});

describe('the way to send the key', () => {
  const [token, key] = ['ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_API_KEY'];
  it.each([
    ['bearer', token, {}, undefined],
    ['bearer', key, {}, 'api-key'],
    ['api-key', key, {}, undefined],
    ['api-key', token, {}, 'bearer'],
    ['login', key, {}, undefined],
    ['login', token, {}, undefined],
    ['bearer', undefined, {}, undefined],
    ['bearer', undefined, { [key]: 'text' }, 'api-key'],
    ['bearer', undefined, { [token]: 'text', [key]: 'text' }, undefined],
    ['api-key', undefined, { [token]: 'text' }, 'bearer'],
    ['api-key', undefined, { [token]: '' }, undefined],
  ])('of a preset for %s, with a key in %s and %o, is %s', (type, keyVariable, set, expected) => {
    const found = choicesLeft(
      presetOf({ auth: { type }, env: {} }),
      url,
      left(set, { keyVariable }),
    );
    expect(found.auth).toBe(expected);
    expect('auth' in found).toBe(expected !== undefined);
  });
});
