import { expect, test } from 'vitest';

import { CcMirrorError } from '../../../src/errors.ts';
import { parsePreset } from '../../../src/provider/preset.ts';

const minimal = {
  id: 'mine',
  name: 'Mine',
  description: 'A provider',
  baseUrl: 'https://example.com/anthropic',
  auth: { type: 'bearer' },
};

function parse(changes: object) {
  return parsePreset(JSON.stringify({ ...minimal, ...changes }), 'providers/mine.json');
}

test('fills in defaults', () => {
  expect(parse({})).toEqual({
    ...minimal,
    aliases: [],
    group: 'custom',
    regions: [],
    plans: [],
    endpoints: [],
    parameters: [],
    headers: [],
    auth: { type: 'bearer', required: true },
    keyPrefixes: [],
    models: {},
    anthropicIds: false,
    modelInfo: {},
    limits: {
      webSearch: true,
      webFetch: true,
      tokenCounting: true,
      betas: true,
      deferredTools: false,
    },
    env: {},
    requires: [],
    mcpServers: {},
    former: { models: {}, baseUrls: [] },
    notes: [],
  });
  expect(parse({ auth: { type: 'login' } }).auth.required).toBe(false);
});

test('accepts a byte order mark', () => {
  expect(parsePreset(`\uFEFF${JSON.stringify(minimal)}`, 'f').id).toBe('mine');
});

test.each([
  ['id', { id: 'Not A Slug' }, 'id: must be lower-case letters'],
  ['unknown field', { colour: 'red' }, 'colour'],
  ['base URL', { baseUrl: 'ftp://example.com' }, 'baseUrl: must be an http or https URL'],
  ['base URL of no kind', { baseUrl: 'example' }, 'baseUrl: must be an http or https URL'],
  ['base URL with a password', { baseUrl: 'https://u:p@x.test' }, 'baseUrl: must not hold'],
  ['authentication', { auth: { type: 'magic' } }, 'auth.type: '],
  ['field of authentication', { auth: { type: 'bearer', key: 'x' } }, 'auth: '],
  ['required login', { auth: { type: 'login', required: true } }, 'auth.required: '],
  ['tier', { models: { big: 'm' } }, 'models: '],
  ['model', { models: { opus: ' ' } }, 'models.opus: '],
  ['number in the environment', { env: { A: 1 } }, 'env.A: '],
  ['variable', { env: { 'A-B': '1' } }, 'env.A-B: is not a variable name'],
  ['NUL', { env: { A: '\0' } }, 'env.A: has a NUL'],
  ['credential', { env: { ANTHROPIC_API_KEY: 'k' } }, 'env.ANTHROPIC_API_KEY: is a credential'],
  ['owned variable', { env: { CLAUDE_CONFIG_DIR: 'd' } }, 'env.CLAUDE_CONFIG_DIR: is set by'],
  ['tasks switch', { env: { CLAUDE_CODE_ENABLE_TASKS: '0' } }, 'env.CLAUDE_CODE_ENABLE_TASKS: '],
  [
    'teams switch',
    { env: { CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS: '' } },
    'env.CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS: belongs to the task and team features',
  ],
  ['date', { source: { date: 'yesterday', confidence: 'high' } }, 'source.date: '],
  ['requirement', { requires: ['luck'] }, 'requires.0: '],
])('names the field of a bad %s', (_case, changes, problem) => {
  expect(() => parse(changes)).toThrow(
    expect.objectContaining({
      code: 'invalid-preset',
      message: expect.stringContaining(problem),
      hint: 'Correct providers/mine.json, or move it out of the folder',
    }),
  );
});

test('lists all problems after the file’s name', () => {
  expect(() => parse({ id: '', name: '' })).toThrow(
    /^providers\/mine\.json: line 1: id: .*; line 1: name: /,
  );
});

test('refuses a file that is not an object, or not JSON', () => {
  expect(() => parsePreset('[]', 'f.json')).toThrow(CcMirrorError);
  expect(() => parsePreset('', 'f.json')).toThrow(/^f\.json:1:1 is not valid JSON/);
});

test('never quotes a credential in a file', () => {
  expect(() => parse({ env: { ANTHROPIC_AUTH_TOKEN: 'sk-secret' } })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('sk-secret') }),
  );
});
