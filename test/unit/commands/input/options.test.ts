import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import type { CommandContext } from '../../../../src/commands/cli/command.ts';
import { addVariantOptions } from '../../../../src/commands/input/add-options.ts';
import { asVersion, wishFrom } from '../../../../src/commands/input/options.ts';
import { silentProgress } from '../../../../src/ui/progress.ts';
import type { Wish } from '../../../../src/lifecycle/wish.ts';
import { layoutOf } from '../../../../src/variant/layout.ts';
import { failure } from '../../../support/failure.ts';

const context: CommandContext = {
  layout: layoutOf({ environment: {}, userHome: '/nowhere', platform: 'linux' }),
  environment: { MY_KEY: ' dummy-key\n', EMPTY: '', TWO: 'a\nb' },
  userHome: '/nowhere',
  signal: new AbortController().signal,
  progress: silentProgress,
  interactive: false,
  yes: false,
};

/** The wish that a command line of these words expresses. */
async function wishOf(...words: string[]): Promise<Wish> {
  const command = addVariantOptions(
    new Command().exitOverride().configureOutput({ writeErr() {} }),
  );
  command.parse(words, { from: 'user' });
  return wishFrom('one', command.opts(), context);
}

const nothing: Wish = {
  name: 'one',
  source: undefined,
  baseUrl: undefined,
  auth: undefined,
  models: {},
  env: {},
  headers: [],
  unsetHeaders: [],
  unsetEnv: [],
  defaults: [],
  tasks: undefined,
  teams: undefined,
  flip: undefined,
  skills: undefined,
  keepEnv: undefined,
  prove: true,
  force: false,
};

it('wishes for nothing without options', async () => {
  expect(await wishOf()).toEqual(nothing);
});

it.each<[string[], Partial<Wish>]>([
  [['--claude-version', 'auto'], { source: { kind: 'auto' } }],
  [['--claude-version', 'latest'], { source: { kind: 'latest' } }],
  [['--claude-version', 'installed'], { source: { kind: 'installed' } }],
  [['--claude-version', '2.1.112'], { source: { kind: 'exact', version: '2.1.112' } }],
  [['--claude-version=2.1.112-beta.1'], { source: { kind: 'exact', version: '2.1.112-beta.1' } }],
  [['--from', '/a/../b'], { source: { kind: 'path', path: '/b' } }],
  [['--base-url', 'http://x'], { baseUrl: 'http://x' }],
  [['--auth', 'api-key'], { auth: 'api-key' }],
  [['--model', 'm'], { models: { default: 'm' } }],
  [['--model', ' KAT-Coder-Pro V1\n'], { models: { default: 'KAT-Coder-Pro V1' } }],
  [
    ['--model-opus', 'o', '--model-sonnet', 's', '--model-haiku', 'h'],
    { models: { opus: 'o', sonnet: 's', haiku: 'h' } },
  ],
  [['--env', 'A=1', '--env', 'B=x=y', '--env', 'C='], { env: { A: '1', B: 'x=y', C: '' } }],
  [['--env', 'A=1', '--env', 'A=2'], { env: { A: '2' } }],
  [
    ['--header', 'a: b', '--header', 'c: ${D}'],
    {
      headers: [
        { name: 'a', value: 'b' },
        { name: 'c', value: '${D}' },
      ],
    },
  ],
  [['--unset-header', 'a', '--unset-header', 'b'], { unsetHeaders: ['a', 'b'] }],
  [['--unset-env', 'A', '--unset-env', 'B', '--unset-env', 'A'], { unsetEnv: ['A', 'B'] }],
  [['--default', '--model, env:A', '--default', 'plan'], { defaults: ['model', 'env:A', 'plan'] }],
  [['--tasks', '--no-teams'], { tasks: true, teams: false }],
  [['--no-tasks', '--teams'], { tasks: false, teams: true }],
  [['--flip', 'always'], { flip: 'always' }],
  [['--skills', ' orchestration, '], { skills: ['orchestration'] }],
  [['--skills', ''], { skills: [] }],
  [['--no-skills'], { skills: [] }],
  [['--no-probe'], { prove: false }],
  [['--force'], { force: true }],
  [['--api-key-env', 'MY_KEY'], { key: 'dummy-key', keyFrom: 'MY_KEY' }],
  [
    ['--api-key-env', 'MY_KEY', '--key-store', 'env'],
    { key: 'dummy-key', keyFrom: 'MY_KEY', keyStore: 'env' },
  ],
  [['--api-key-helper', 'pass show x'], { keyHelper: 'pass show x' }],
  [['--keep-env', 'A, B,'], { keepEnv: ['A', 'B'] }],
])('%j', async (words, expected) => {
  expect(await wishOf(...words)).toEqual({ ...nothing, ...expected });
});

describe('a rollback is refused', () => {
  it.each<[string[], RegExp]>([
    [['--from', '/x', '--claude-version', 'latest'], /--from and --claude-version/],
    [['--api-key-env', 'MY_KEY', '--api-key-stdin'], /--api-key-env and --api-key-stdin/],
    [['--api-key-helper', 'x', '--key-store', 'file'], /--key-store helper, not file/],
    [['--key-store', 'drawer'], /^--key-store: .*keyring/],
    [['--claude-version', '2.1'], /"2\.1" is not a version/],
    [['--claude-version', 'v2.1.1'], /is not a version/],
    [['--claude-version', '2.1.1 || 3'], /is not a version/],
    [['--claude-version', ''], /"" is not a version/],
    [['--from', ''], /^--from: /],
    [['--model', ''], /^--model: /],
    [['--auth', 'basic'], /^--auth: give bearer or api-key/],
    [['--model-opus', ''], /^--model-opus: /],
    [['--model', '  '], /^--model: it is empty/],
    [['--model', 'a\nb'], /^--model: it contains a line break/],
    [['--model-haiku', '"a"'], /^--model-haiku: remove the quotes/],
    [['--model', 'ANTHROPIC_MODEL=a'], /^--model: remove the variable name/],
    [['--env', 'A'], /NAME=VALUE/],
    [['--env', '=1'], /NAME=VALUE/],
    [['--flip', 'sometimes'], /^--flip: .*always/],
    [['--skills', 'orchestration,juggling'], /"juggling"/],
    [['--api-key-env', 'TWO'], /more than one line/],
    [['--api-key-env', 'sk-ant-dummy'], /name of a variable/],
  ])('%j', async (words, message) => {
    await expect(wishOf(...words)).rejects.toMatchObject(failure('usage', message));
  });

  it.each(['EMPTY', 'UNSET'])('an empty key in %s', async (name) => {
    await expect(wishOf('--api-key-env', name)).rejects.toMatchObject(failure('missing-key'));
  });

  it('an invalid --env is not repeated, as it may be a key', async () => {
    const error: unknown = await wishOf('--env', 'sk-ant-dummy').catch((thrown: unknown) => thrown);
    expect(String(error)).not.toContain('sk-ant-dummy');
  });
});

it.each(['latest', 'auto', 'installed'])('%s is a version', (kind) => {
  expect(asVersion(kind)).toEqual({ kind });
});
