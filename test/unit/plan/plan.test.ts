import { describe, expect, it } from 'vitest';
import { launcherFiles } from '../../../src/launcher/files.ts';
import { type Plan, type PlanInput, planVariant, requireKey } from '../../../src/plan/plan.ts';
import type { KeyPlan } from '../../../src/plan/key-plan.ts';
import type { LauncherSpec } from '../../../src/launcher/spec.ts';
import { failure } from '../../support/failure.ts';
import { absent, by, edit, env, flip, input, provider, unknown } from './input.ts';

const plan = (changes: Partial<PlanInput> = {}) => planVariant({ ...input, ...changes });
const gates = (analysis: PlanInput['examination']['analysis'], namesTaskList = true) => ({
  examination: { analysis, namesTaskList, pins: true },
});
/** The text of the launcher that a plan is for. */
function textOf({ launcher, node, platform }: Plan): string {
  const command = { kind: 'js', node, script: '/b/cli.js' } as const;
  return launcherFiles({ ...launcher, command }, platform)[0]?.text ?? '';
}
const choices = (changes: Partial<PlanInput['choices']>) => ({
  choices: { ...input.choices, ...changes },
});

it('is deterministic and does not change its input', () => {
  const before = JSON.stringify(input);
  expect(plan()).toEqual(plan());
  expect(JSON.stringify(input)).toBe(before);
  expect(plan().now).toBe('1970-01-01T00:00:00.000Z');
});

describe('the launcher', () => {
  it('holds the paths and variables, and never the key', () => {
    const launcher = textOf(plan(gates({ tasks: env, teams: absent })));
    for (const line of [
      "export CLAUDE_CONFIG_DIR='/home/u/.cc-mirror/one/config'",
      "export ANTHROPIC_BASE_URL='https://some.example'",
      "export CLAUDE_CODE_ENABLE_TASKS='1'",
      "export DISABLE_AUTOUPDATER='1'",
      "export CLAUDE_CODE_TEAMMATE_COMMAND='/home/u/.local/bin/one'",
      "export CLAUDE_CODE_RESUME_HINT_COMMAND='one'",
      "IFS= read -r ANTHROPIC_AUTH_TOKEN <'/home/u/.cc-mirror/one/secrets'",
      "ccm_node='/usr/bin/node'",
      `exec "$ccm_node" '/b/cli.js' "$@"`,
    ]) {
      expect(launcher).toContain(line);
    }
    expect(launcher).not.toContain('dummy-key');
  });

  it.each([
    [true, flip, /one-[^]*export CLAUDE_CODE_TASK_LIST_ID="\$ccm_list/],
    [true, absent, /one-[^]*export CLAUDE_CODE_TASK_LIST_ID="\$ccm_list/],
    [false, flip, /one-[^]*export CLAUDE_CODE_TEAM_NAME="\$ccm_list/],
    [false, absent, /^(?![^]*(TASK_LIST_ID|TEAM_NAME)=)/],
  ])('names the task list as the build does (%s, %o)', (namesTaskList, tasks, expected) => {
    const planned = plan(gates({ tasks, teams: absent }, namesTaskList));
    expect(textOf(planned)).toMatch(expected);
  });
});

describe('variables', () => {
  const byEnv = gates({ tasks: env, teams: absent });

  it('of the user override those of a capability, which override the provider’s', () => {
    const name = 'CLAUDE_CODE_ENABLE_TASKS';
    const of = { ...provider, env: { [name]: 'provider', API_TIMEOUT_MS: '1' } };
    expect(plan({ provider: of, ...byEnv }).launcher.env).toMatchObject({
      [name]: '1',
      API_TIMEOUT_MS: '1',
    });
    const users = plan({ provider: of, ...byEnv, ...choices({ env: { [name]: '0' } }) });
    expect(users.launcher.env[name]).toBe('0');
    expect(textOf(users)).toContain(`export ${name}='0'`);
  });

  it('that would turn a capability off are cleared if it is turned on', () => {
    const tasks = { ...flip, switches: ['CLAUDE_CODE_SOME_SWITCH'] };
    const switched = gates({ tasks, teams: absent });
    const cleared = /^unset [^]* CLAUDE_CODE_SOME_SWITCH\b/m;
    expect(textOf(plan(switched))).toMatch(cleared);
    expect(textOf(plan({ ...switched, ...choices({ tasks: false }) }))).not.toMatch(cleared);
  });

  it('can turn off what cc-mirror sets in every variant', () => {
    const { launcher } = plan(choices({ env: { DISABLE_UPDATES: '0' } }));
    expect(launcher.env['DISABLE_UPDATES']).toBe('0');
  });

  it('removed by the user are not set', () => {
    const { launcher } = plan(choices({ withoutEnv: ['DISABLE_UPDATES'] }));
    expect(launcher.env).not.toHaveProperty('DISABLE_UPDATES');
  });
});

describe('the key', () => {
  const approved = (changes: Partial<PlanInput>): unknown =>
    plan(changes).owned['.claude.json']['customApiKeyResponses.approved'];

  const value = 'dummy-key-0123456789-0123456789';
  const places = { secrets: '/home/u/.cc-mirror/one/secrets' };

  it.each<[string, KeyPlan, LauncherSpec['key'], string | undefined]>([
    [
      'in a file',
      { record: { store: 'file', variable: 'ANTHROPIC_AUTH_TOKEN' }, value },
      { kind: 'file', file: places.secrets, variable: 'ANTHROPIC_AUTH_TOKEN' },
      undefined,
    ],
    [
      'in the shell',
      { record: { store: 'env', variable: 'ANTHROPIC_API_KEY', from: 'MINE' }, value: null },
      { kind: 'env', from: 'MINE', variable: 'ANTHROPIC_API_KEY' },
      undefined,
    ],
    [
      'of a command',
      { record: { store: 'helper', command: 'pass x' }, value: null },
      null,
      'pass x',
    ],
    ['none', { record: null, value: null }, null, undefined],
  ])('%s is read by the launcher or requested by Claude Code', (_, key, reading, helper) => {
    const { launcher, owned } = plan({ key });
    expect(launcher.key).toEqual(reading);
    expect(owned['settings.json']['apiKeyHelper']).toBe(helper);
    expect(JSON.stringify({ launcher, owned })).not.toContain(value);
  });

  it('is approved by its last 20 characters where Claude Code requires that', () => {
    const record = { store: 'file', variable: 'ANTHROPIC_API_KEY' } as const;
    expect(approved({ key: { record, value } })).toEqual([value.slice(-20)]);
    expect(approved({ key: { record, value: null } })).toBeUndefined();
    expect(approved({})).toBeUndefined();
  });

  it('is required if the provider requires it', () => {
    const none = { record: null, value: null };
    const message = expect.objectContaining({
      ...failure('missing-key', /Some needs an API key/),
      hint: expect.stringContaining('https://some.example/keys'),
    });
    expect(() => requireKey(provider, none)).toThrow(message);
    expect(() => requireKey({ ...provider, keyRequired: false }, none)).not.toThrow();
    expect(() => requireKey(provider, input.key)).not.toThrow();
  });
});

it('lets teammates use the provider’s own models', () => {
  expect(plan().owned['.claude.json']).toHaveProperty('teammateDefaultModel', null);
  const anthropic = plan({ provider: { ...provider, baseUrl: null, elsewhere: false } });
  expect(anthropic.owned['.claude.json']).not.toHaveProperty('teammateDefaultModel');
});

describe('the first start', () => {
  const anthropic: Partial<PlanInput> = {
    provider: { ...provider, auth: 'login', keyVariable: 'ANTHROPIC_API_KEY', keyRequired: false },
    key: { record: null, value: null },
  };
  const asks = (changes: Partial<PlanInput>): boolean =>
    plan(changes).owned['.claude.json']['hasCompletedOnboarding'] !== true;

  it('is Claude Code’s own if the provider has a login and there are no other credentials', () => {
    expect(asks(anthropic)).toBe(true);
    expect(asks({ ...anthropic, ...choices({ env: { CLAUDE_CODE_USE_VERTEX: '' } }) })).toBe(true);
    expect(asks({ ...anthropic, keepEnv: ['ANTHROPIC_MODEL'] })).toBe(true);
  });

  it('goes straight to the prompt otherwise', () => {
    expect(asks({})).toBe(false);
    expect(asks({ key: { record: null, value: null } })).toBe(false);
    expect(asks({ ...anthropic, loggedIn: true })).toBe(false);
    expect(asks({ ...anthropic, ...choices({ env: { CLAUDE_CODE_USE_VERTEX: '1' } }) })).toBe(
      false,
    );
    expect(asks({ ...anthropic, keepEnv: ['CLAUDE_CODE_OAUTH_TOKEN'] })).toBe(false);
  });
});

describe('capabilities', () => {
  it('become edits in order', () => {
    const other = { ...edit, module: 'teams.js' };
    const teams = by({ flip: { edit: other, moduleBytes: 100 } });
    expect(plan(gates({ tasks: flip, teams })).edits).toEqual([edit, other]);
    expect(plan(gates({ tasks: env, teams: absent })).edits).toEqual([]);
  });

  it.each<[string, Partial<PlanInput>, RegExp, RegExp]>([
    [
      'absent',
      { demanded: ['teams'] },
      /2\.1\.16 cannot be given teams/,
      /inspect 2\.1\.16\..* leave out --teams/,
    ],
    [
      'left off by --flip never',
      { demanded: ['tasks'], ...choices({ flip: 'never' }) },
      /tasks: --flip never leaves no way/,
      /leave out --tasks/,
    ],
    ['not understood', gates({ tasks: flip, teams: unknown }), /teams/, /go without: --no-teams/],
    [
      'not understood in a file of the user’s',
      {
        ...gates({ tasks: unknown, teams: absent }),
        ...choices({ source: { kind: 'path', path: '/my/claude' } }),
      },
      /tasks/,
      /inspect \/my\/claude/,
    ],
  ])('are refused if %s', (_, changes, message, hint) => {
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
      { ...gates({ tasks: flip, teams: unknown }), ...choices({ teams: false }) },
    ],
  ])('are left alone if %s', (_, changes) => {
    expect(plan(changes).capabilities.teams).toMatchObject({ by: null, edit: null, env: {} });
  });
});
