import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Options } from '../../../../src/commands/create/question.ts';
import { questions } from '../../../../src/commands/create/questions.ts';
import { nextQuestion } from '../../../../src/commands/create/walk.ts';
import { describeFailure } from '../../../../src/errors.ts';
import { type CommandWorld, newCommandWorld } from '../run.ts';
import { factsIn } from './script.ts';

let world: CommandWorld;
beforeEach(async () => {
  world = await newCommandWorld();
});

/** What the next question says about an answer; null if it takes it. */
async function said(
  given: Options,
  answer: string,
  environment: Record<string, string>,
): Promise<{ message: string; hint: string | undefined } | null> {
  const facts = await factsIn(world, environment);
  const asked = nextQuestion(questions, given, facts)?.asked;
  if (asked?.kind !== 'text' && asked?.kind !== 'secret') throw new Error(`asks ${asked?.message}`);
  try {
    await asked.check(answer);
    return null;
  } catch (error) {
    const { message, hint } = describeFailure(error);
    return { message, hint };
  }
}

const secret = 'sk-ant-abcdefghijklmnopqrstuv';
const zai = { provider: 'zai', region: 'international' };
const custom = { provider: 'custom', keyFrom: 'none', modelsFrom: 'preset' } as const;
const named = { ...custom, baseUrl: 'http://localhost' };

describe('a question refuses what quick refuses, in the same words', () => {
  it.each<[string, Options, string, string]>([
    ['an address', custom, 'localhost:4000', '--provider custom --base-url %'],
    ['an address with a query', custom, 'http://a/?key=b', '--provider custom --base-url %'],
    ['an address with a password', custom, 'http://a:b@c', '--provider custom --base-url %'],
    [
      'an address of OpenAI’s format',
      custom,
      'http://a/v1/chat/completions',
      '--provider custom --base-url %',
    ],
    ['no address', custom, '', '--provider custom --base-url %'],
    [
      'a parameter',
      { provider: 'cloudflare' },
      'a/b',
      '--provider cloudflare --env CF_ACCOUNT_ID=%',
    ],
    ['no parameter', { provider: 'vertex' }, ' ', '--provider vertex --env CLOUD_ML_REGION=%'],
    [
      'a parameter that is a key',
      { provider: 'cloudflare' },
      secret,
      '--provider cloudflare --env CF_ACCOUNT_ID=%',
    ],
    [
      'a key in place of a variable',
      { ...zai, keyFrom: 'variable' },
      secret,
      '--provider zai --key-store env --api-key-env %',
    ],
    [
      'a variable with more than a key',
      { ...zai, keyFrom: 'variable' },
      'WRAPPED',
      '--provider zai --key-store env --api-key-env %',
    ],
    [
      'a variable with another vendor’s key',
      { ...zai, keyFrom: 'variable' },
      'THEIRS',
      '--provider zai --key-store env --api-key-env %',
    ],
    ['no command', { ...zai, keyFrom: 'command' }, '', '--provider zai --api-key-helper %'],
    [
      'the variable of a header',
      { provider: 'cloudflare', env: ['CF_ACCOUNT_ID=a', 'CF_GATEWAY_ID=b'], key: 'k' },
      'NOT_SET',
      '--provider cloudflare --env CF_ACCOUNT_ID=a --env CF_GATEWAY_ID=b --api-key-env PLAIN --header cf-aig-authorization:${%}',
    ],
    [
      'a model',
      { provider: 'ollama', keyFrom: 'none', modelsFrom: 'one' },
      '"quoted"',
      '--provider ollama --model %',
    ],
    [
      'no model',
      { provider: 'ollama', keyFrom: 'none', modelsFrom: 'one' },
      ' ',
      '--provider ollama --model %',
    ],
    [
      'the model of a tier',
      { provider: 'ollama', keyFrom: 'none', modelsFrom: 'tiers' },
      'MODEL=x',
      '--provider ollama --model-opus %',
    ],
    ['a name', named, 'a b', '%'],
    ['a name that is reserved', named, 'claude', '%'],
    ['a name that is a key', named, secret, '%'],
    ['a name that hides a command', named, 'tool', '%'],
    ['a name that is taken', named, 'taken', '%'],
    ['a name of a folder', named, 'folder', '%'],
  ])('%s', async (_, given, answer, line) => {
    const commands = join(world.root, 'commands');
    await mkdir(commands);
    await writeFile(join(commands, 'tool'), '#!/bin/sh\n');
    await chmod(join(commands, 'tool'), 0o755);
    await mkdir(join(world.home, 'folder'), { recursive: true });
    if (answer === 'taken') await world.run([...world.quick('taken'), '--no-probe']);
    const environment = {
      PATH: commands,
      WRAPPED: `Bearer zai.plain-key`,
      THEIRS: secret,
      PLAIN: 'a-plain-key',
    };
    const words = line.split(' ').map((word) => word.replace('%', answer));
    const name = line.startsWith('%') ? [] : ['one'];
    const provider = line.startsWith('%') ? ['--provider', 'mirror'] : [];
    const from = ['--from', world.claude];
    const { error } = await world.json(
      ['quick', ...name, ...words, ...provider, ...from],
      environment,
    );
    expect(await said(given, answer, environment)).toEqual({
      message: error?.message.replaceAll('…stuv', secret),
      hint: error?.hint,
    });
  });

  it('a typed key', async () => {
    const refused = async (key: string): Promise<string | undefined> =>
      (await said({ ...zai, keyFrom: 'file' }, key, {}))?.message;
    expect(await refused('')).toMatch(/empty/);
    expect(await refused('two keys')).toMatch(/contains a space/);
    expect(await refused(secret)).toMatch(/it is one for Anthropic, and is not sent to Z\.ai/);
    expect(await refused(`Bearer ${'k'.repeat(300)}`)).toBeUndefined();
  });

  it('what is right is taken', async () => {
    expect(await said(custom, 'http://localhost:4000/v1', {})).toBeNull();
    expect(await said(named, 'free', {})).toBeNull();
    expect(await said({ ...zai, keyFrom: 'variable' }, ' MINE ', { MINE: 'zai.key' })).toBeNull();
    expect(await said({ ...zai, keyFrom: 'variable' }, 'NOT_SET_YET', {})).toBeNull();
  });
});
