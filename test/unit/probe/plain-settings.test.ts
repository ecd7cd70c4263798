import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { plainSettings } from '../../../src/probe/plain-settings.ts';
import { withWorkspace } from '../../../src/probe/workspace.ts';
import { temporaryFolder } from '../../support/folder.ts';

it('keeps what decides about tools', () => {
  const settings = {
    env: {
      CLAUDE_CODE_ENABLE_TASKS: '0',
      ENABLE_TOOL_SEARCH: 'auto:50',
      ANTHROPIC_MODEL: 'maker/model-1',
      MAX_THINKING_TOKENS: '1',
    },
    permissions: { deny: ['TaskCreate', 'Bash(rm -rf ./x)'], defaultMode: 'plan' },
    skillOverrides: { one: 'off' },
    model: 'opus',
    disableWorkflows: true,
    cleanupPeriodDays: 7,
  };
  expect(plainSettings(settings)).toEqual(settings);
});

it.each([
  ['apiKeyHelper', 'make'],
  ['awsAuthRefresh', 'make'],
  ['awsCredentialExport', 'make'],
  ['gcpAuthRefresh', 'make'],
  ['otelHeadersHelper', 'make'],
  ['proxyAuthHelper', 'make'],
  ['processWrapper', 'make'],
  ['defaultShell', 'make'],
  ['agent', 'reviewer'],
  ['statusLine', { type: 'command', command: 'make' }],
  ['subagentStatusLine', { type: 'command', command: 'make' }],
  ['fileSuggestion', { type: 'command', command: 'make' }],
  ['hooks', { SessionStart: [{ hooks: [{ type: 'command', command: 'make' }] }] }],
  ['policyHelper', { path: 'make' }],
  ['sandbox', { enabled: true, ripgrep: { command: 'make' } }],
  ['worktree', { bgIsolation: 'none' }],
  ['enableAllProjectMcpServers', true],
  ['enabledMcpjsonServers', ['one']],
  ['enabledPlugins', { 'a@b': true }],
  ['extraKnownMarketplaces', { a: { source: { source: 'directory', path: '.' } } }],
  ['forceLoginMethod', 'console'],
  ['modelCatalogUrl', 'else.test'],
  ['plansDirectory', 'plans'],
  ['outputStyle', '../style'],
  ['language', 'x; make'],
])('gives a run no %s', (name, value) => {
  expect(plainSettings({ [name]: value, model: 'opus' })).toEqual({ model: 'opus' });
});

it.each([
  ['ANTHROPIC_BASE_URL', 'http://else.test'],
  ['ANTHROPIC_API_KEY', 'key'],
  ['ANTHROPIC_AUTH_TOKEN', 'key'],
  ['ANTHROPIC_CUSTOM_HEADERS', 'a: b'],
  ['CLAUDE_CODE_USE_BEDROCK', '1'],
  ['CLAUDE_CODE_HTTPS_PROXY', 'else.test:1'],
  ['HTTPS_PROXY', 'else.test:1'],
  ['CLAUDE_CONFIG_DIR', 'x'],
  ['CLAUDE_CODE_SHELL', 'make'],
  ['CLAUDE_CODE_SHELL_PREFIX', 'make'],
  ['CLAUDE_CODE_PROCESS_WRAPPER', 'make'],
  ['CLAUDE_CODE_TEAMMATE_COMMAND', 'make'],
  ['CLAUDE_CODE_GIT_BASH_PATH', 'make'],
  ['CLAUDE_CODE_PLUGIN_DIRS', 'x'],
  ['CLAUDE_CODE_PROVIDER_MANAGED_BY_HOST', ''],
  ['CLAUDE_CODE_ENABLE_TELEMETRY', '1'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'else.test'],
  ['ENABLE_SOMETHING', './make'],
  ['CLAUDE_CODE_SOMETHING', 'make all'],
  ['SHELL', 'make'],
  ['PATH', 'bin'],
  ['NODE_OPTIONS', '--require=x'],
  ['BUN_OPTIONS', '--preload=x'],
  ['LD_PRELOAD', 'x.so'],
  ['DYLD_INSERT_LIBRARIES', 'x'],
  ['BASH_ENV', 'x'],
  ['GIT_SSH_COMMAND', 'make'],
  ['EDITOR', 'make'],
])('gives a run no variable %s', (name, value) => {
  expect(plainSettings({ env: { [name]: value } })).toEqual({});
});

it('passes over what is not what it should be', () => {
  expect(plainSettings({ env: 'x', permissions: ['deny'], model: null, list: [{ a: 1 }] })).toEqual(
    {},
  );
  const permissions = { additionalDirectories: ['../other'], deny: [{ command: 'make' }] };
  expect(plainSettings({ permissions })).toEqual({});
});

it('is what lies in the project of a run, however it is given', async () => {
  const outside = temporaryFolder();
  const settings = { hooks: { SessionStart: [] }, model: 'opus' };
  const places = ['.claude/settings.json', '../.claude/settings.local.json'] as const;
  const project = places.map((place) => ({ path: outside, place, settings }));
  await withWorkspace({ project }, async (workspace) => {
    const texts = places.map((place) => readFile(join(workspace.project, place), 'utf8'));
    expect(await Promise.all(texts)).toEqual(['{"model":"opus"}', '{"model":"opus"}']);
  });
});
