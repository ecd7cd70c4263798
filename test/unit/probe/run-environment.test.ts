import { expect, it } from 'vitest';
import { dummyKey, runEnvironment, withoutReserved } from '../../../src/probe/run-environment.ts';
import { runSettings } from '../../../src/probe/run-settings.ts';

const folders = { home: '/t/home', config: '/t/config', temporary: '/t/tmp' };
const options = { baseUrl: 'http://127.0.0.1:1', folders, platform: 'linux', host: {} } as const;

it('takes nothing but PATH from the shell', () => {
  const host = { PATH: '/bin', HOME: '/root', ANTHROPIC_API_KEY: 'real', LANG: 'de', FOO: '1' };
  expect(runEnvironment({ ...options, host })).toEqual({
    PATH: '/bin',
    HOME: '/t/home',
    USERPROFILE: '/t/home',
    TMPDIR: '/t/tmp',
    LANG: 'C.UTF-8',
    TERM: 'dumb',
    CLAUDE_CONFIG_DIR: '/t/config',
    ANTHROPIC_BASE_URL: 'http://127.0.0.1:1',
    ANTHROPIC_API_KEY: dummyKey,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
    DISABLE_TELEMETRY: '1',
    DISABLE_ERROR_REPORTING: '1',
  });
});

it('takes what Windows needs, in any case', () => {
  const host = { Path: 'C:\\bin', SystemRoot: 'C:\\Windows', ComSpec: 'cmd', USERNAME: 'me' };
  const env = runEnvironment({ ...options, platform: 'win32', host });
  expect(env).toMatchObject({ Path: 'C:\\bin', SystemRoot: 'C:\\Windows', ComSpec: 'cmd' });
  expect(env).toMatchObject({ TEMP: '/t/tmp', TMP: '/t/tmp', APPDATA: '/t/home' });
  expect(env).not.toHaveProperty('USERNAME');
});

it('lets the variant set capabilities, models and limits', () => {
  const variables = {
    CLAUDE_CODE_ENABLE_TODO_TOOLS: '1',
    CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS: '1',
    CLAUDE_CODE_TASK_LIST_ID: 'list',
    CLAUDE_CODE_SUBAGENT_MODEL: 'm',
    CLAUDE_CODE_MAX_OUTPUT_TOKENS: '1000',
    ANTHROPIC_MODEL: 'm',
    ANTHROPIC_SMALL_FAST_MODEL: 'm',
    ANTHROPIC_DEFAULT_OPUS_MODEL: 'm',
    ANTHROPIC_DEFAULT_OPUS_MODEL_NAME: 'M',
    ANTHROPIC_CUSTOM_MODEL_OPTION: 'm',
    API_TIMEOUT_MS: '1000',
    ENABLE_TOOL_SEARCH: 'true',
  };
  expect(withoutReserved(variables)).toEqual(variables);
  expect(runEnvironment({ ...options, variables })).toMatchObject(variables);
});

it.each([
  'ANTHROPIC_BASE_URL',
  'ANTHROPIC_AUTH_TOKEN',
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_CUSTOM_HEADERS',
  'ANTHROPIC_UNIX_SOCKET',
  'ANTHROPIC_BEDROCK_BASE_URL',
  'ANTHROPIC_FOUNDRY_RESOURCE',
  'AWS_BEARER_TOKEN_BEDROCK',
  'CLAUDE_CODE_OAUTH_TOKEN',
  'CLAUDE_CODE_API_KEY_FILE_DESCRIPTOR',
  'CLAUDE_CODE_API_BASE_URL',
  'CLAUDE_CODE_USE_BEDROCK',
  'CLAUDE_CODE_USE_VERTEX',
  'CLAUDE_CODE_HOST_HTTP_PROXY_PORT',
  'CLAUDE_CONFIG_DIR',
  'CLAUDE_SECURESTORAGE_CONFIG_DIR',
  'HTTPS_PROXY',
  'http_proxy',
  'HOME',
  'UserProfile',
  'Path',
  'NODE_OPTIONS',
])('drops %s of the variant', (name) => {
  const stock = runEnvironment(options);
  expect(runEnvironment({ ...options, variables: { [name]: 'x' } })).toEqual(stock);
});

it('filters env of the settings too, which overrides the environment', () => {
  const settings = {
    env: { ANTHROPIC_BASE_URL: 'https://real.example', ANTHROPIC_MODEL: 'm', API_TIMEOUT_MS: 5 },
    apiKeyHelper: 'cat key',
    permissions: { deny: ['WebSearch'] },
  };
  expect(runSettings(settings)).toEqual({
    env: { ANTHROPIC_MODEL: 'm', API_TIMEOUT_MS: '5' },
    permissions: { deny: ['WebSearch'] },
  });
  expect(runSettings({ env: 'odd' })).toEqual({ env: {} });
});

it('drops the variant’s command, so that a proof holds for variants of other names', () => {
  const named = {
    CLAUDE_CODE_TEAMMATE_COMMAND: '/home/u/.local/bin/one',
    CLAUDE_CODE_RESUME_HINT_COMMAND: 'one',
  };
  expect(withoutReserved(named)).toEqual({});
});
