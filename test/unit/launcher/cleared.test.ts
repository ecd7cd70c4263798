import { expect, test } from 'vitest';

import { clearedVariables } from '../../../src/launcher/cleared.ts';

test('each name stands once and is a variable', () => {
  expect(new Set(clearedVariables).size).toBe(clearedVariables.length);
  expect(clearedVariables.filter((name) => !/^[A-Z][A-Z0-9_]+$/.test(name))).toEqual([]);
});

test.each([
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_DEFAULT_OPUS_MODEL',
  'CLAUDE_CODE_USE_BEDROCK',
  'CLAUDE_CODE_OAUTH_TOKEN',
  'CLAUDE_SECURESTORAGE_CONFIG_DIR',
  'CLAUDE_CODE_SIMPLE',
  'CLAUDE_CODE_COORDINATOR_MODE',
])('%s is cleared', (name) => {
  expect(clearedVariables).toContain(name);
});

test.each([
  'AWS_PROFILE',
  'GOOGLE_APPLICATION_CREDENTIALS',
  'HTTPS_PROXY',
  'CLAUDE_CODE_ENABLE_TASKS',
  'CLAUDE_CODE_ENABLE_TODO_TOOLS',
  'CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS',
  'CLAUDE_CODE_TASK_LIST_ID',
])('%s stays the user’s', (name) => {
  expect(clearedVariables).not.toContain(name);
});
