import { describe, expect, it } from 'vitest';
import type { CapabilityAnalysis } from '../../../src/gates/types.ts';
import type { ResolvedProvider } from '../../../src/provider/resolve.ts';
import { variantFolder } from '../../../src/variant/layout.ts';
import { type PlanInput, planVariant, requireKey } from '../../../src/variant/plan.ts';
import type { PackRecord } from '../../../src/variant/record.ts';
import { failure } from './world.ts';

const edit = { module: 'cli.js', start: 10, end: 18, before: 'return!1', after: 'return!0' };
const by = (ways: Partial<CapabilityAnalysis>): CapabilityAnalysis => ({
  verdict: 'flip',
  reason: 'a flag decides',
  switches: [],
  env: null,
  flip: null,
  chains: () => [],
  ...ways,
});
const flip = by({ flip: { edit, moduleBytes: 100 } });
const env = by({ verdict: 'env', env: { CLAUDE_CODE_ENABLE_TASKS: '1' } });
const absent = by({ verdict: 'absent' });
const unknown = by({ verdict: 'unknown' });

const provider: ResolvedProvider = {
  id: 'some',
  name: 'Some',
  baseUrl: 'https://some.example',
  auth: 'bearer',
  keyVariable: 'ANTHROPIC_AUTH_TOKEN',
  keyRequired: true,
  keyUrl: 'https://some.example/keys',
  models: {},
  unmapped: [],
  env: { ANTHROPIC_BASE_URL: 'https://some.example' },
};

const pack: PackRecord = {
  source: 'orchestration',
  id: 'orchestration',
  skills: ['orchestration'],
  agents: [],
  hooks: ['conductor', 'dependencies'],
  permissions: ['Edit(.cc-mirror/**)'],
};

const input: PlanInput = {
  name: 'one',
  layout: { ...variantFolder('/home/u/.cc-mirror/one'), launcher: '/home/u/.local/bin/one' },
  current: null,
  choices: {
    source: { kind: 'auto' },
    models: {},
    env: {},
    tasks: true,
    teams: true,
    flip: 'auto',
    skills: ['orchestration'],
    rules: true,
  },
  packs: { present: [], gone: [pack] },
  demanded: [],
  provider,
  key: { kind: 'new', value: 'dummy-key-0123456789-0123456789' },
  pristine: {
    kind: 'js',
    version: '2.1.16',
    platform: 'any',
    program: 'cli.js',
    sha256: '00',
    integrity: null,
    folder: '/store',
  },
  analysis: { tasks: flip, teams: absent },
  namesTaskList: true,
  node: '/usr/bin/node',
  platform: 'linux',
  now: new Date(0),
};

const plan = (changes: Partial<PlanInput> = {}) => planVariant({ ...input, ...changes });
const choices = (changes: Partial<PlanInput['choices']>) => ({
  choices: { ...input.choices, ...changes },
});

it('does not change what it is given, and gives the same twice', () => {
  const before = JSON.stringify(input);
  expect(plan()).toEqual(plan());
  expect(JSON.stringify(input)).toBe(before);
  expect(plan().now).toBe('1970-01-01T00:00:00.000Z');
});

describe('the launcher', () => {
  it('holds the places, the variables and never the key', () => {
    const { launcher } = plan({ analysis: { tasks: env, teams: absent } });
    for (const line of [
      "export CLAUDE_CONFIG_DIR='/home/u/.cc-mirror/one/config'",
      "export ANTHROPIC_BASE_URL='https://some.example'",
      "export CLAUDE_CODE_ENABLE_TASKS='1'",
      "export DISABLE_AUTOUPDATER='1'",
      "IFS= read -r ANTHROPIC_AUTH_TOKEN <'/home/u/.cc-mirror/one/secrets'",
      "ccm_node='/usr/bin/node'",
      `exec "$ccm_node" '/home/u/.cc-mirror/one/bundle/cli.js' "$@"`,
    ]) {
      expect(launcher).toContain(line);
    }
    expect(launcher).not.toContain('dummy-key');
  });

  it('starts a native program itself', () => {
    const pristine = { ...input.pristine, kind: 'native', program: 'claude' } as const;
    const { launcher } = plan({ pristine });
    expect(launcher).toContain(`exec '/home/u/.cc-mirror/one/bundle/claude' "$@"`);
    expect(launcher).not.toContain('/usr/bin/node');
  });

  it('is a command file on Windows', () => {
    const layout = {
      ...variantFolder('/x'),
      bundle: String.raw`C:\Users\u\.cc-mirror\one\bundle`,
      launcher: String.raw`C:\Users\u\.cc-mirror\bin\one.cmd`,
    };
    const { launcher } = plan({ platform: 'win32', layout, node: String.raw`C:\node.exe` });
    expect(launcher).toMatch(/^@echo off\r\n/);
    expect(launcher).toContain(
      String.raw`"C:\node.exe" "C:\Users\u\.cc-mirror\one\bundle\cli.js" %*`,
    );
  });

  it.each([
    [true, flip, /export CLAUDE_CODE_TASK_LIST_ID="one-/],
    [true, absent, /export CLAUDE_CODE_TASK_LIST_ID="one-/],
    [false, flip, /export CLAUDE_CODE_TEAM_NAME="one-/],
    [false, absent, /^(?![^]*(TASK_LIST_ID|TEAM_NAME)=)/],
  ])('names the task list as the build does (%s, %o)', (namesTaskList, tasks, expected) => {
    const { launcher } = plan({ namesTaskList, analysis: { tasks, teams: absent } });
    expect(launcher).toMatch(expected);
  });
});

describe('variables', () => {
  const analysis = { tasks: env, teams: absent };

  it('of the user win over those of a capability, those over the provider’s', () => {
    const name = 'CLAUDE_CODE_ENABLE_TASKS';
    const of = { ...provider, env: { [name]: 'provider', API_TIMEOUT_MS: '1' } };
    expect(plan({ provider: of, analysis }).env).toMatchObject({
      [name]: '1',
      API_TIMEOUT_MS: '1',
    });
    const users = plan({ provider: of, analysis, ...choices({ env: { [name]: '0' } }) });
    expect(users.env[name]).toBe('0');
    expect(users.launcher).toContain(`export ${name}='0'`);
  });

  it('that would switch a capability off are cleared, where it is turned on', () => {
    const analysis = { tasks: { ...flip, switches: ['CLAUDE_CODE_SOME_SWITCH'] }, teams: absent };
    const cleared = /^unset [^]* CLAUDE_CODE_SOME_SWITCH\b/m;
    expect(plan({ analysis }).launcher).toMatch(cleared);
    expect(plan({ analysis, ...choices({ tasks: false }) }).launcher).not.toMatch(cleared);
  });

  it('can turn off what cc-mirror sets for every variant', () => {
    expect(plan(choices({ env: { DISABLE_UPDATES: '0' } })).env['DISABLE_UPDATES']).toBe('0');
  });
});

describe('the key', () => {
  const login = { ...provider, keyVariable: 'ANTHROPIC_API_KEY', keyRequired: false } as const;
  const approved = (changes: Partial<PlanInput>): unknown =>
    plan(changes).owned['.claude.json']['customApiKeyResponses.approved'];

  it.each<[string, Partial<PlanInput>, string | null, string | null]>([
    ['new', {}, 'ANTHROPIC_AUTH_TOKEN', 'dummy-key-0123456789-0123456789'],
    ['kept', { key: { kind: 'kept' } }, 'ANTHROPIC_AUTH_TOKEN', null],
    ['none', { key: { kind: 'none' } }, null, null],
    [
      'new, for a login',
      { provider: login },
      'ANTHROPIC_API_KEY',
      'dummy-key-0123456789-0123456789',
    ],
  ])('%s', (_, changes, variable, value) => {
    const { keyVariable, newKey, launcher } = plan(changes);
    expect({ keyVariable, newKey }).toEqual({ keyVariable: variable, newKey: value });
    expect(launcher.includes('/one/secrets')).toBe(variable !== null);
  });

  it('is approved by its last 20 characters where Claude Code asks for that', () => {
    expect(approved({ provider: login })).toEqual(['123456789-0123456789'.slice(-20)]);
    expect(approved({ provider: login, key: { kind: 'kept' } })).toBeUndefined();
    expect(approved({})).toBeUndefined();
  });

  it('is required where the provider requires it', () => {
    const none = { kind: 'none' } as const;
    const message = expect.objectContaining({
      ...failure('missing-key', /Some needs an API key/),
      hint: expect.stringContaining('https://some.example/keys'),
    });
    expect(() => requireKey(provider, none)).toThrow(message);
    expect(() => requireKey({ ...provider, keyRequired: false }, none)).not.toThrow();
    expect(() => requireKey(provider, { kind: 'kept' })).not.toThrow();
  });
});

describe('capabilities', () => {
  it('become edits in their order', () => {
    const other = { ...edit, module: 'teams.js' };
    const teams = by({ flip: { edit: other, moduleBytes: 100 } });
    expect(plan({ analysis: { tasks: flip, teams } }).edits).toEqual([edit, other]);
    expect(plan({ analysis: { tasks: env, teams: absent } }).edits).toEqual([]);
  });

  it.each<[string, Partial<PlanInput>, RegExp, RegExp]>([
    ['absent', { demanded: ['teams'] }, /2\.1\.16 cannot be given teams/, /leave out --teams/],
    [
      'left off by --flip never',
      { demanded: ['tasks'], ...choices({ flip: 'never' }) },
      /tasks: --flip never leaves no way/,
      /leave out --tasks/,
    ],
    [
      'not understood',
      { analysis: { tasks: flip, teams: unknown } },
      /teams/,
      /go without: --no-teams/,
    ],
    [
      'not understood in a file of the user’s',
      {
        analysis: { tasks: unknown, teams: absent },
        ...choices({ source: { kind: 'path', path: '/my/claude' } }),
      },
      /tasks/,
      /inspect \/my\/claude/,
    ],
  ])('are refused where %s', (_, changes, message, hint) => {
    const expected = {
      ...failure('capability-unavailable', message),
      hint: expect.stringMatching(hint),
    };
    expect(() => plan(changes)).toThrow(expect.objectContaining(expected));
  });

  it.each<[string, Partial<PlanInput>]>([
    ['absent and not demanded', {}],
    [
      'not understood and not wanted',
      { analysis: { tasks: flip, teams: unknown }, ...choices({ teams: false }) },
    ],
  ])('are let be where %s', (_, changes) => {
    expect(plan(changes).capabilities.teams).toMatchObject({ by: null, edit: null, env: {} });
  });
});
