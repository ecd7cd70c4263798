import { expect, test } from 'vitest';

import { choicesLeft } from '../../../../src/plan/choices-left.ts';
import { findPreset, loadCatalogue, shippedPresets } from '../../../../src/provider/catalogue.ts';
import { agedChoices, todays } from '../../../../src/provider/preset/former.ts';

const { preset: zai } = findPreset(loadCatalogue({ shipped: shippedPresets, user: null }), 'zai');

test('names what the user chose and the preset had before, with today’s value', () => {
  expect(
    agedChoices(zai, { models: { opus: 'glm-5.2', haiku: 'glm-4.5-air', sonnet: 'x' } }),
  ).toEqual([
    { option: '--model-opus', from: 'glm-5.2', to: 'glm-5.3[1m]' },
    { option: '--model-haiku', from: 'glm-4.5-air', to: 'glm-5.3-flash[1m]' },
  ]);
  expect(agedChoices(zai, { models: { default: 'glm-5.3[1m]' } })).toEqual([]);
});

test('names an address of before', () => {
  const former = { models: {}, baseUrls: ['https://old.example/anthropic/'] };
  const chosen = { baseUrl: 'https://old.example/anthropic', models: {} };
  expect(agedChoices({ ...zai, former }, chosen)).toEqual([
    { option: '--base-url', from: chosen.baseUrl, to: 'https://api.z.ai/api/anthropic' },
  ]);
  expect(agedChoices(zai, chosen)).toEqual([]);
});

test('knows a model with and without [1m], and no key that objects have', () => {
  expect(todays(zai.former, 'glm-5.2[1m]')).toBe('glm-5.3[1m]');
  expect(todays(zai.former, 'constructor')).toBeUndefined();
});

test('a model of before in a launcher is no choice of the user’s, any other is', () => {
  const left = (opus: string) =>
    choicesLeft(zai, null, {
      variables: { ANTHROPIC_DEFAULT_OPUS_MODEL: opus },
      keyVariable: 'ANTHROPIC_AUTH_TOKEN',
      shellFirst: [],
    }).models;
  expect(left('glm-5.2')).toEqual({});
  expect(left('glm-9')).toEqual({ opus: 'glm-9' });
});
