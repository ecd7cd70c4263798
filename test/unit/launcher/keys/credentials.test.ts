import { describe, expect, test } from 'vitest';
import { windowsLauncher } from '../../../../src/launcher/windows.ts';
import { launch, shells } from '../shells.ts';
import { specOf } from '../spec-of.ts';

/**
 * What decides who answers, who pays and which account is used, as Claude Code's documentation lists it
 * (https://code.claude.com/docs/en/env-vars, /amazon-bedrock, /google-vertex-ai, /microsoft-foundry,
 * /llm-gateway), and what a session passes to the programs that it starts. Written out here, so that a
 * variable that disappears from src/claude-variables.ts is noticed.
 */
const credentials = [
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_AUTH_TOKEN',
  'ANTHROPIC_AWS_API_KEY',
  'ANTHROPIC_BASE_URL',
  'ANTHROPIC_BEDROCK_BASE_URL',
  'ANTHROPIC_BEDROCK_MANTLE_API_KEY',
  'ANTHROPIC_BEDROCK_MANTLE_BASE_URL',
  'ANTHROPIC_CUSTOM_HEADERS',
  'ANTHROPIC_FOUNDRY_API_KEY',
  'ANTHROPIC_FOUNDRY_AUTH_TOKEN',
  'ANTHROPIC_FOUNDRY_BASE_URL',
  'ANTHROPIC_FOUNDRY_RESOURCE',
  'ANTHROPIC_IDENTITY_TOKEN',
  'ANTHROPIC_IDENTITY_TOKEN_FILE',
  'ANTHROPIC_PROFILE',
  'ANTHROPIC_SERVICE_ACCOUNT_ID',
  'ANTHROPIC_UNIX_SOCKET',
  'ANTHROPIC_VERTEX_BASE_URL',
  'ANTHROPIC_VERTEX_PROJECT_ID',
  'AWS_BEARER_TOKEN_BEDROCK',
  'CLAUDE_API_KEY',
  'CLAUDE_CODE_API_BASE_URL',
  'CLAUDE_CODE_API_KEY_FILE_DESCRIPTOR',
  'CLAUDE_CODE_GATEWAY_TOKEN',
  'CLAUDE_CODE_GATEWAY_TOKEN_FILE_DESCRIPTOR',
  'CLAUDE_CODE_HOST_CREDS_FILE',
  'CLAUDE_CODE_OAUTH_REFRESH_TOKEN',
  'CLAUDE_CODE_OAUTH_TOKEN',
  'CLAUDE_CODE_OAUTH_TOKEN_FILE_DESCRIPTOR',
  'CLAUDE_CODE_SESSIONS_OAUTH_TOKEN',
  'CLAUDE_CODE_SESSION_ACCESS_TOKEN',
  'CLAUDE_CODE_SKIP_BEDROCK_AUTH',
  'CLAUDE_CODE_SKIP_FOUNDRY_AUTH',
  'CLAUDE_CODE_SKIP_VERTEX_AUTH',
  'CLAUDE_CODE_USE_ANTHROPIC_AWS',
  'CLAUDE_CODE_USE_BEDROCK',
  'CLAUDE_CODE_USE_FOUNDRY',
  'CLAUDE_CODE_USE_GATEWAY',
  'CLAUDE_CODE_USE_MANTLE',
  'CLAUDE_CODE_USE_VERTEX',
  'CLAUDE_CODE_WEBSOCKET_AUTH_FILE_DESCRIPTOR',
  'CLAUDE_CONFIG_DIR',
  'CLAUDE_SECURESTORAGE_CONFIG_DIR',
  'CLAUDE_SESSION_INGRESS_TOKEN_FILE',
  'CLAUDE_TRUSTED_DEVICE_TOKEN',
];

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('%s', (_name, shell) => {
  test('no session gets one from the shell', async () => {
    const env = Object.fromEntries(credentials.map((name) => [name, `${name} of the shell`]));
    const { report, stderr } = await launch({ shell, spec: { configDir: '/ours' }, env });
    expect(stderr).toBe('');
    expect(report?.env).toMatchObject({ CLAUDE_CONFIG_DIR: '/ours' });
    const got = credentials.filter((name) => report?.env[name] === env[name]);
    expect(got).toEqual([]);
  });
});

test.each(credentials)('the Windows launcher clears %s', (name) => {
  const lines = windowsLauncher(specOf())
    .split('\r\n')
    .map((line) => line.trim());
  const [start, end] = [lines.indexOf('for %%V in ('), lines.indexOf(') do set "%%V="')];
  expect(lines.slice(start, end)).toContain(name);
});
