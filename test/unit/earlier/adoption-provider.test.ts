import { describe, expect, it } from 'vitest';
import type { AdoptionInput } from '../../../src/earlier/adoption.ts';
import { earlierKey } from '../../support/earlier-variant.ts';
import { type Options, adopt, env, refusal } from './adoption-of.ts';
import { failure } from '../../support/failure.ts';

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
    const error = await refusal({ provider: 'nobody', baseUrl: 'https://api.nobody.example' });
    expect(error).toMatchObject({
      ...failure(
        'no-such-provider',
        /one has the provider "nobody".*https:\/\/api\.nobody\.example/,
      ),
      hint: expect.stringContaining('cc-mirror update one --adopt --provider custom'),
    });
  });
});
