import { describe, expect, test } from 'vitest';

import { findPreset, loadCatalogue, shippedPresets } from '../../../../src/provider/catalogue.ts';
import { parsePreset } from '../../../../src/provider/preset.ts';
import type { Place } from '../../../../src/provider/preset/endpoints.ts';
import { placeForKey } from '../../../../src/provider/preset/key-owner.ts';

const catalogue = loadCatalogue({ shipped: shippedPresets, user: null });
const rest = 'a1b2c3d4e5f6g7h8';
const check = (id: string, prefix: string, place: Place = {}) =>
  placeForKey(findPreset(catalogue, id).preset, place, `${prefix}${rest}`, catalogue);

const refusal = (message: string, hint: string): object =>
  expect.objectContaining({
    code: 'usage',
    message: expect.stringMatching(message),
    hint: expect.stringContaining(hint),
  });

describe('a key of Anthropic’s', () => {
  const others = catalogue.entries
    .map(({ preset }) => preset)
    .filter(({ auth, keyPrefixes }) => auth.type !== 'cloud' && !keyPrefixes.includes('sk-ant-'));

  test.each(others.map(({ id }) => id))('is not sent to %s', (id) => {
    expect(() => check(id, 'sk-ant-')).toThrow(
      refusal('^The key begins with sk-ant-: it is one for Anthropic', '--provider mirror'),
    );
  });

  test('goes to Anthropic, and to a gateway that passes it on', () => {
    expect(check('mirror', 'sk-ant-')).toBeNull();
    expect(check('mirror', 'sk-ant-', { baseUrl: 'https://proxy.example' })).toBeNull();
    expect(check('cloudflare', 'sk-ant-')).toBeNull();
  });
});

test.each([
  ['AIza', 'zai', 'one for Google Gemini', 'cc-mirror providers show gemini'],
  ['sk-proj-', 'deepseek', 'one for OpenAI', 'cc-mirror providers show openai'],
  ['nvapi-', 'mirror', 'one for NVIDIA NIM', 'cc-mirror providers show nvidia'],
  ['sk-or-', 'zai', 'one for OpenRouter', '--provider openrouter'],
  ['tp-', 'zai', 'one for Xiaomi MiMo', '--provider mimo'],
  ['sk-sp-', 'kimi', 'one for Qwen', '--provider qwen'],
])('a key %s… is not sent to %s', (prefix, id, message, hint) => {
  expect(() => check(id, prefix)).toThrow(refusal(message, hint));
});

test('no message quotes more of a key than its beginning', () => {
  expect(() => check('zai', 'sk-ant-')).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('a1b2') }),
  );
});

test('servers of the user’s take what their user made, and so does an address that nobody knows', () => {
  expect(check('litellm', 'sk-proj-')).toBeNull();
  expect(check('custom', 'AIza', { baseUrl: 'https://x.test' })).toBeNull();
});

test('most keys say nothing', () => {
  for (const { preset } of catalogue.entries) {
    expect([preset.id, check(preset.id, 'sk-')]).toEqual([preset.id, null]);
    expect([preset.id, check(preset.id, '')]).toEqual([preset.id, null]);
  }
});

describe('a key of one plan', () => {
  test('chooses it', () => {
    expect(check('mimo', 'tp-')).toEqual({
      plan: 'token',
      note: 'the key begins with tp-, so it is one for Token Plan: --plan token',
    });
    expect(check('qwen', 'sk-sp-')).toMatchObject({ plan: 'coding' });
    expect(check('mimo', 'sk-')).toBeNull();
  });

  test('is not sent to another that the user chose', () => {
    expect(() => check('mimo', 'tp-', { plan: 'api' })).toThrow(
      refusal('another plan of Xiaomi MiMo, Token Plan', '--region china --plan token'),
    );
    expect(() => check('mimo', 'sk-', { plan: 'token' })).toThrow(
      refusal('another plan of Xiaomi MiMo, Pay as you go', '--plan api'),
    );
    expect(() => check('mimo', 'tp-', { baseUrl: 'https://api.xiaomimimo.com/anthropic' })).toThrow(
      refusal('another plan', '--plan token'),
    );
  });

  test('fits each region of it', () => {
    expect(check('mimo', 'tp-', { region: 'europe' })).toBeNull();
    expect(check('qwen', 'sk-sp-', { region: 'china', plan: 'coding' })).toBeNull();
    expect(check('qwen', 'sk-', { plan: 'token' })).toBeNull();
  });
});

test('a preset that extends another takes the same keys', () => {
  const text = JSON.stringify({ id: 'mine', extends: 'openrouter' });
  const base = {
    name: 'O',
    description: 'O',
    baseUrl: 'https://o.test',
    auth: { type: 'bearer' },
    keyPrefixes: ['sk-or-'],
  };
  const mine = parsePreset(text, 'mine.json', () => base);
  expect(placeForKey(mine, {}, `sk-or-${rest}`, catalogue)).toBeNull();
});
