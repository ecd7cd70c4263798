import { describe, expect, it } from 'vitest';
import { isOverruled, pinFor, withoutEffect } from '../../../src/plan/provider-pin.ts';
import type { KeyRecord } from '../../../src/variant/record.ts';

const pin = { CLAUDE_CODE_PROVIDER_MANAGED_BY_HOST: '1' };
const inFile: KeyRecord = { store: 'file', variable: 'ANTHROPIC_API_KEY' };
const ofCommand: KeyRecord = { store: 'helper', command: 'pass x' };

describe('a variant', () => {
  it.each<['login' | 'bearer', KeyRecord | null, object]>([
    ['bearer', inFile, pin],
    ['bearer', null, pin],
    ['login', inFile, pin],
    ['login', null, {}],
    ['bearer', ofCommand, {}],
    ['login', ofCommand, {}],
    ['bearer', { store: 'keyring', variable: 'ANTHROPIC_AUTH_TOKEN' }, {}],
  ])('of a provider with %s and the key %o is pinned by %o', (auth, record, expected) => {
    expect(pinFor({ auth }, { record })).toEqual(expected);
  });
});

describe('a pinned session', () => {
  it.each([
    'ANTHROPIC_API_KEY',
    'ANTHROPIC_AUTH_TOKEN',
    'ANTHROPIC_BASE_URL',
    'ANTHROPIC_VERTEX_BASE_URL',
    'anthropic_base_url',
    'ANTHROPIC_MODEL',
    'ANTHROPIC_SMALL_FAST_MODEL',
    'ANTHROPIC_DEFAULT_OPUS_MODEL',
    'ANTHROPIC_DEFAULT_HAIKU_MODEL_NAME',
    'CLAUDE_CODE_USE_BEDROCK',
    'CLAUDE_CODE_SUBAGENT_MODEL',
  ])('takes %s from no settings file', (name) => {
    expect([isOverruled(name, 'js'), isOverruled(name, 'native')]).toEqual([true, true]);
  });

  it.each([
    'ANTHROPIC_CUSTOM_HEADERS',
    'ANTHROPIC_UNIX_SOCKET',
    'ANTHROPIC_CUSTOM_MODEL_OPTION',
    'ANTHROPIC_DEFAULT_FABLE_MODEL',
    'HTTP_PROXY',
    'https_proxy',
    'NO_PROXY',
    'NODE_EXTRA_CA_CERTS',
    'NODE_TLS_REJECT_UNAUTHORIZED',
    'CLAUDE_CODE_CLIENT_CERT',
  ])('takes %s from none in a native build', (name) => {
    expect([isOverruled(name, 'js'), isOverruled(name, 'native')]).toEqual([false, true]);
  });

  it.each([
    'MINE',
    'MY_ANTHROPIC_API_KEY',
    'ANTHROPIC_API_KEY_OLD',
    'MY_HTTP_PROXY',
    'HTTP_PROXY_OLD',
    'ANTHROPIC_MODEL_2',
    'CLAUDE_CODE_USE_',
  ])('takes %s from where it is set', (name) => {
    expect([isOverruled(name, 'js'), isOverruled(name, 'native')]).toEqual([false, false]);
  });

  it('has its settings’ variables without effect told, and what to type', () => {
    const of = { name: 'one', settings: '/s.json' };
    const both = { ANTHROPIC_MODEL: 'm', MINE: '1', HTTP_PROXY: 'p' };
    expect(withoutEffect(both, 'native', of)).toEqual({
      message: '/s.json sets ANTHROPIC_MODEL, HTTP_PROXY, which have no effect in this variant',
      next: expect.stringMatching(/^cc-mirror update one with --base-url/),
    });
    expect(withoutEffect(both, 'js', of)?.message).toMatch(/sets ANTHROPIC_MODEL, which has no/);
    for (const none of [{ MINE: '1' }, {}, undefined, 'ANTHROPIC_MODEL', ['ANTHROPIC_MODEL']]) {
      expect(withoutEffect(none, 'native', of)).toBeNull();
    }
  });
});
