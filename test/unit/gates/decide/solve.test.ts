import { describe, expect, test } from 'vitest';
import { analyze } from '../../../../src/gates/analyze.ts';
import { subsets } from '../../../../src/gates/decide/assignments.ts';
import { parseAs } from '../../../../src/gates/syntax/source.ts';
import { isFlagName, isSwitch } from '../../../../src/gates/inputs/flag-names.ts';
import { moduleOf } from '../modules.ts';

const tools = ['TaskCreate', 'TaskGet', 'TaskUpdate', 'TaskList']
  .map((name) => `{name:"${name}",isEnabled(){return gate()}}`)
  .join(',');

function tasksOf(body: string): ReturnType<typeof analyze>['tasks'] {
  return analyze([moduleOf(`function gate(){${body}}var tools=[${tools}];`)]).tasks;
}

describe('subsets', () => {
  test('the smallest first, each once', () => {
    expect([...subsets(['a', 'b', 'c'], 99)].map((set) => set.join(''))).toEqual([
      '',
      'a',
      'b',
      'c',
      'ab',
      'ac',
      'bc',
      'abc',
    ]);
  });

  test('no more than the limit, however many names', () => {
    const names = Array.from({ length: 60 }, (_, index) => `n${index}`);
    expect([...subsets(names, 70)].at(-1)).toEqual(['n0', 'n9']);
  });
});

describe('the environment', () => {
  test('the smallest set that opens the gate', () => {
    const [a, b, c] = ['TASKS', 'TODOS', 'TEAMS'].map((name) => `process.env.ENABLE_${name}`);
    expect(tasksOf(`return!!(${a}&&${b}||${c})`).env).toEqual({ ENABLE_TEAMS: '1' });
    expect(tasksOf(`return!!(${a}&&${b}&&ask()||${a}&&${c})`).env).toEqual({
      ENABLE_TASKS: '1',
      ENABLE_TEAMS: '1',
    });
  });

  test('a gate with too many switches to try is not opened', () => {
    const names = Array.from({ length: 40 }, (_, index) => `process.env.ENABLE_TASKS_${index}`);
    expect(tasksOf(`return!!(${names.join('&&')})`).env).toBeNull();
  });
});

test.each([
  ['CLAUDE_CODE_ENABLE_TASKS', true],
  ['CLAUDE_CODE_ENABLE_TODO_TOOLS', true],
  ['CLAUDE_CODE_AGENT_SWARMS', true],
  ['CLAUDE_CODE_TASK_LIST_ID', false],
  ['CLAUDE_CODE_TEAM_NAME', false],
  ['CLAUDE_CODE_DISABLE_TASKS', false],
  ['CLAUDE_CODE_SESSION_KIND', false],
  ['CLAUDE_CODE_USE_BEDROCK', false],
  ['CLAUDE_CODE_ENABLE_MANAGED_POLICY', false],
  ['ANTHROPIC_BASE_URL', false],
])('%s is a switch: %s', (name, expected) => {
  expect(isSwitch(name)).toBe(expected);
});

test.each([
  ['tengu_amber_flint', true],
  ['tengu_x2_y', true],
  ['allow_remote_sessions', false],
  ['tengu_bypass_permissions', false],
  ['tengu_plan_tier', false],
  ['team_mode', false],
  ['tengu', false],
  [1, false],
])('%j names a feature flag: %s', (name, expected) => {
  expect(isFlagName(name)).toBe(expected);
});

test('nesting too deep for the parser is rejected without a crash', () => {
  const deep = `var a=${'['.repeat(50_000)}${']'.repeat(50_000)};`;
  expect(parseAs(deep, 'module')).toBeNull();
  expect(tasksOf(`return!1}${deep}function other(){`).verdict).toBe('flip');
  const { verdict } = tasksOf(`return ${'a&&'.repeat(20_000)}!0`);
  expect(verdict).toBe('unknown');
});
