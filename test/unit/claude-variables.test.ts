import { expect, test } from 'vitest';
import { clearedVariables, isProbed, secretVariables } from '../../src/claude-variables.ts';
import { withoutReserved } from '../../src/probe/run-environment.ts';

test.each([
  'AWS_PROFILE',
  'GOOGLE_APPLICATION_CREDENTIALS',
  'HTTPS_PROXY',
  'AWS_SECRET_ACCESS_KEY',
  'CLAUDE_CODE_ENABLE_TASKS',
  'CLAUDE_CODE_ENABLE_TODO_TOOLS',
  'CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS',
  'CLAUDE_CODE_TASK_LIST_ID',
])('launchers leave %s to the user', (name) => {
  expect(clearedVariables).not.toContain(name);
});

test.each([...secretVariables])('a probe gets no %s', (name) => {
  expect(withoutReserved({ [name]: 'x' })).toEqual({});
});

test('of what launchers clear, a probe gets what leads it nowhere else', () => {
  const all = Object.fromEntries(clearedVariables.map((name) => [name, 'x']));
  const probed = Object.keys(withoutReserved(all));
  expect(probed).toEqual(clearedVariables.filter(isProbed));
  expect(
    probed.filter((name) => !name.includes('MODEL') && !/_3P_\w+_DEFAULT$/.test(name)),
  ).toEqual([
    'ANTHROPIC_BETAS',
    'CLAUDE_CODE_EXTRA_BODY',
    'CLAUDE_CODE_PROVIDER_MANAGED_BY_HOST',
    'CLAUDE_CODE_SDK_HAS_HOST_AUTH_REFRESH',
    'CLAUDE_CODE_SDK_HAS_OAUTH_REFRESH',
    'CLAUDE_CODE_SDK_HAS_SESSIONS_OAUTH_REFRESH',
    'CLAUDE_CODE_GATEWAY_HINT_HEADERS',
    'CLAUDE_CODE_COORDINATOR_MODE',
    'CLAUDE_CODE_SIMPLE',
  ]);
});
