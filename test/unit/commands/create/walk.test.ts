import { beforeEach, describe, expect, it } from 'vitest';
import { wordsOf } from '../../../../src/commands/create/command-line.ts';
import type { Asked, Facts, Options } from '../../../../src/commands/create/question.ts';
import { questions } from '../../../../src/commands/create/questions.ts';
import { back, walk } from '../../../../src/commands/create/walk.ts';
import { CcMirrorError } from '../../../../src/errors.ts';
import { type World, newWorld } from '../../variant/world.ts';
import { type Line, factsIn, key, rest, scripted } from './script.ts';

let world: World;
let facts: Facts;
beforeEach(async () => {
  world = await newWorld();
  facts = await factsIn(world, { MY_KEY: key, TOKEN: 'a-token', EMPTY: '' });
});

/** The command line that answers come to, after `quick NAME`. */
async function wordsAfter(lines: readonly Line[], given: Options = {}): Promise<string> {
  const asker = scripted(lines);
  const options = await walk(questions, given, facts, asker);
  expect(asker.left).toEqual([]);
  return [options.name, ...wordsOf(options)].join(' ');
}

/** All that is asked, in order. */
async function askedAfter(lines: readonly Line[], given: Options = {}): Promise<Asked[]> {
  const asker = scripted(lines);
  await walk(questions, given, facts, asker);
  return asker.asked;
}

describe('what create asks', () => {
  it.each<[string, Line[], string]>([
    [
      'Claude itself, with a login',
      [[/Which provider/, 'mirror'], [/key come from/, 'none'], [/Name/, 'mclaude'], ...rest],
      'mclaude --provider mirror --skills orchestration',
    ],
    [
      'a region, a key and the preset’s models',
      [
        [/Which provider/, 'zai'],
        [/Which region/, 'china'],
        [/key come from.*open\.bigmodel\.cn/, 'file'],
        [/key of Z\.ai/, ` Bearer ${key} `],
        [/Which models/, 'preset'],
        [/Name/, 'glm'],
        ...rest,
      ],
      'glm --provider zai --region china --skills orchestration --api-key-stdin',
    ],
    [
      'a plan that has no regions, and a key in the shell',
      [
        [/Which provider/, 'kimi'],
        [/Which plan/, 'coding'],
        [/key come from.*kimi\.com\/code/, 'variable'],
        [/Which variable/, 'MY_KEY'],
        [/Which models/, 'one'],
        [/Id of the model/, 'kimi-x'],
        [/Name/, 'kimi'],
        [/tools/, ['tasks']],
        [/packs/, []],
        [/Create it/, 'create'],
      ],
      'kimi --provider kimi --plan coding --model kimi-x --api-key-env MY_KEY --key-store env --no-teams --no-skills',
    ],
    [
      'a plan with regions, and a model for each tier',
      [
        [/Which provider/, 'kimi'],
        [/Which plan/, 'api'],
        [/Which region/, 'china'],
        [/key come from/, 'command'],
        [/Which command/, 'pass show kimi'],
        [/Which models/, 'tiers'],
        [/model for opus/, 'a'],
        [/model for sonnet/, 'b'],
        [/model for haiku/, 'c'],
        [/Name/, 'kimi'],
        ...rest,
      ],
      'kimi --provider kimi --plan api --region china --model-opus a --model-sonnet b --model-haiku c --api-key-helper pass show kimi --skills orchestration',
    ],
    [
      'parameters of an address, and the secret of a header',
      [
        [/Which provider/, 'cloudflare'],
        [/CF_ACCOUNT_ID: the id of your Cloudflare account/, 'account'],
        [/CF_GATEWAY_ID/, 'gate'],
        [/key come from/, 'keyring'],
        [/Your API key/, 'a-key-of-nobody'],
        [/header cf-aig-authorization/, 'TOKEN'],
        [/Which models/, 'preset'],
        [/Name/, 'cloudflare'],
        ...rest,
      ],
      'cloudflare --provider cloudflare --env CF_ACCOUNT_ID=account --env CF_GATEWAY_ID=gate --header cf-aig-authorization: Bearer ${TOKEN} --key-store keyring --skills orchestration --api-key-stdin',
    ],
    [
      'an address of the user’s own, without a key',
      [
        [/Which provider/, 'custom'],
        [/Address/, 'http://127.0.0.1:4000'],
        [/key come from/, 'none'],
        [/Which models/, 'preset'],
        [/Name/, 'own'],
        ...rest,
      ],
      'own --provider custom --base-url http://127.0.0.1:4000 --skills orchestration',
    ],
    [
      'a local server, which has no models of its own',
      [
        [/Which provider/, 'ollama'],
        [/key come from/, 'none'],
        [/Which models/, 'one'],
        [/Id of the model/, 'qwen3'],
        [/Name/, 'ollama-claude'],
        ...rest,
      ],
      'ollama-claude --provider ollama --model qwen3 --skills orchestration',
    ],
    [
      'a cloud, whose credentials are its own',
      [
        [/Which provider/, 'vertex'],
        [/CLOUD_ML_REGION/, 'global'],
        [/ANTHROPIC_VERTEX_PROJECT_ID/, 'project'],
        [/Which models/, 'preset'],
        [/Name/, 'vertex-claude'],
        ...rest,
      ],
      'vertex-claude --provider vertex --env CLOUD_ML_REGION=global --env ANTHROPIC_VERTEX_PROJECT_ID=project --skills orchestration',
    ],
  ])('%s', async (_, lines, words) => {
    expect(await wordsAfter(lines)).toBe(words);
  });

  it('nothing that options have answered', async () => {
    const given = {
      provider: 'kimi',
      plan: 'api',
      region: 'china',
      apiKeyEnv: 'MY_KEY',
      model: 'x',
    };
    const more = { name: 'one', tasks: false, skills: false };
    const lines: Line[] = [[/Create it/, 'create']];
    expect(await wordsAfter(lines, { ...given, ...more })).toMatch(/^one --provider kimi/);
    const located = { provider: 'zai', baseUrl: 'https://open.bigmodel.cn/api/anthropic', ...more };
    const [first] = await askedAfter(
      [[/key come from/, 'file'], [/key/, key], [/models/, 'preset'], ...lines],
      located,
    );
    expect(first?.message).toMatch(/key/);
    const { apiKeyEnv: _, ...keyless } = { ...given, ...more };
    const stored: Line[] = [[/Which variable/, 'MY_KEY'], ...lines];
    expect(await wordsAfter(stored, { ...keyless, keyStore: 'env' })).toMatch(
      /--api-key-env MY_KEY --key-store env/,
    );
  });

  it('for every preset, until there is an answer to all that quick would refuse', async () => {
    for (const { preset } of facts.catalogue.entries) {
      const given: Options = { provider: preset.id, name: 'one', skills: false, tasks: false };
      const asker = scripted([]);
      const options = await walk(questions, given, facts, {
        ...asker,
        ask: (asked) => Promise.resolve(likely(asked)),
      });
      expect(options).toMatchObject({ provider: preset.id, confirmed: true });
    }
  });
});

/** Some answer to any question. */
function likely(asked: Asked): string | readonly string[] {
  if (asked.kind === 'several') return asked.initial;
  if (asked.kind === 'list') return asked.choices.at(0)?.value ?? '';
  if (/variable/.test(asked.message)) return 'TOKEN';
  return /Address/.test(asked.message) ? 'http://localhost' : 'plain';
}

describe('what create offers', () => {
  it('Claude first, then vendors, and what is custom last', async () => {
    const [asked] = await askedAfter([[/provider/, 'mirror'], [/key/, 'none'], ...rest], {
      name: 'one',
    });
    const choices = asked?.kind === 'list' ? asked.choices : [];
    expect(choices.length).toBe(facts.catalogue.entries.length);
    expect(choices.at(0)).toMatchObject({ value: 'mirror' });
    expect(choices.at(-1)).toMatchObject({ value: 'custom' });
    const groups = choices.map(({ group }) => group);
    expect(groups).toEqual(
      [...new Set(groups)].flatMap((one) => groups.filter((group) => group === one)),
    );
    expect(choices.every(({ hint }) => hint)).toBe(true);
  });

  it.each([
    ['zai', 'glm'],
    ['kimi', 'kimi'],
    ['mirror', 'mclaude'],
    ['ollama', 'ollama-claude'],
    ['custom', 'custom-claude'],
  ])('for %s the name %s, and another one if that is taken', async (provider, name) => {
    const given = { provider, baseUrl: 'http://localhost', model: 'm', keyFrom: 'none' } as const;
    const suggested = async (facts: Facts): Promise<unknown> => {
      const asker = scripted([[/Name/, back]], true);
      const left = walk(questions, given, facts, asker);
      await expect(left).rejects.toMatchObject({ code: 'interrupted' });
      const [asked] = asker.asked;
      return asked?.kind === 'text' ? asked.initial : null;
    };
    expect(await suggested(facts)).toBe(name);
    const checkName = (tried: string): void => {
      if (tried === name) throw new CcMirrorError('name-taken', 'taken');
    };
    const other = await suggested({ ...facts, checkName });
    expect(other).not.toBe(name);
    expect(other).toMatch(/^[a-z]+(-claude)?2?$/);
  });

  it('a summary without the key', async () => {
    const asked = await askedAfter(
      [[/region/, 'china'], [/come from/, 'file'], [/key/, key], [/models/, 'preset'], ...rest],
      { provider: 'zai', name: 'one', from: '/a b' },
    );
    const { lines, command } = asked.at(-1)?.above ?? {};
    const text = lines?.join('\n');
    expect(text).toContain('Z.ai, china');
    expect(text).toContain('https://open.bigmodel.cn/api/anthropic');
    expect(text).toContain('glm-5.3[1m]');
    expect(text).toContain('ends in …test');
    expect(text).toContain(`command   ${world.bin}/one`);
    expect(command?.line).toBe(
      "cc-mirror quick one --from '/a b' --provider zai --region china --skills orchestration --api-key-stdin",
    );
    expect(JSON.stringify([text, command])).not.toContain(key);
  });
});
