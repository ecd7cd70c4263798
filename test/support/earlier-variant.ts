import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Which version's shape: `teams` 1.5 with team mode (npm, an edited cli.js), `npm` 1.0, `native`
 * 2.1, `later` what followed it (a schemaVersion of its own, more in settings.json).
 */
type EarlierShape = 'teams' | 'npm' | 'native' | 'later';

export interface EarlierOptions {
  home: string;
  bin: string;
  name: string;
  shape?: EarlierShape;
  provider?: string;
  baseUrl?: string;
  /** Further entries of variant.json, or others in their place; undefined takes one out. */
  record?: object;
  /** `env` of settings.json, in place of the shape's. */
  env?: object;
  /** Further entries of settings.json. */
  settings?: object;
}

/**
 * Makes a variant as an earlier cc-mirror left it, with a launcher that works: its program prints
 * as JSON where it was started from, its arguments and its environment. The launcher's path.
 */
export async function writeEarlierVariant(options: EarlierOptions): Promise<string> {
  const { home, bin, name, shape = 'native', settings = {} } = options;
  const folder = join(home, name);
  const at = (...path: string[]): string => join(folder, ...path);
  const program =
    shape === 'native' || shape === 'later'
      ? at('native', 'claude')
      : at('npm', 'node_modules', '@anthropic-ai', 'claude-code', 'cli.js');
  await put(program, programText, 0o755);
  await put(at('tweakcc', 'config.json'), '{}');
  const env = options.env ?? earlierEnv(options);
  const permissions = {
    allow: ['Bash(ls)', ...(shape === 'teams' ? ['Skill(orchestration)'] : [])],
  };
  await putJson(at('config', 'settings.json'), { permissions, ...settings, env });
  await putJson(at('config', '.claude.json'), { theme: 'dark', projects: { '/p': {} } });
  await put(at('config', 'history.jsonl'), '{"display":"hello"}\n');
  if (shape === 'teams') {
    await put(at('config', 'skills', 'orchestration', 'SKILL.md'), 'A conductor of old.\n');
    await put(at('config', 'skills', 'orchestration', '.cc-mirror-managed'), '{}');
    await put(at('config', 'skills', 'mine', 'SKILL.md'), 'My own.\n');
  }
  await putJson(at('variant.json'), { ...recordOf(options, folder, program), ...options.record });
  const launcher = join(bin, name);
  await put(launcher, launcherText(folder, program), 0o755);
  return launcher;
}

/** What `env` of settings.json holds in a shape, for zai, with the key `earlierKey`. */
export function earlierEnv({
  home,
  name,
  shape = 'native',
  provider = 'zai',
  baseUrl,
}: EarlierOptions): object {
  const theirs = {
    CC_MIRROR_SPLASH: 1,
    CC_MIRROR_SPLASH_STYLE: provider,
    TWEAKCC_CONFIG_DIR: join(home, name, 'tweakcc'),
    DISABLE_INSTALLATION_CHECKS: '1',
    ...(shape === 'teams' && { CLAUDE_CODE_TEAM_MODE: '1', CLAUDE_CODE_AGENT_TYPE: 'team-lead' }),
  };
  if (provider === 'mirror') return theirs;
  const models = {
    ANTHROPIC_DEFAULT_OPUS_MODEL: shape === 'native' ? 'glm-5' : 'glm-4.7',
    ANTHROPIC_DEFAULT_SONNET_MODEL: 'glm-4.7',
    ANTHROPIC_DEFAULT_HAIKU_MODEL: 'glm-4.5-air',
    ...(shape === 'native' && {
      ANTHROPIC_MODEL: 'glm-5',
      ANTHROPIC_SMALL_FAST_MODEL: 'glm-4.5-air',
    }),
  };
  const bearer = { ANTHROPIC_AUTH_TOKEN: earlierKey, ANTHROPIC_API_KEY: '' };
  const header = { ANTHROPIC_API_KEY: earlierKey, CC_MIRROR_UNSET_AUTH_TOKEN: '1' };
  return {
    ...theirs,
    API_TIMEOUT_MS: '3000000',
    DISABLE_AUTOUPDATER: '1',
    ANTHROPIC_BASE_URL: baseUrl ?? 'https://api.z.ai/api/anthropic',
    ...(shape === 'later' ? bearer : header),
    ...(provider === 'zai' && { Z_AI_API_KEY: earlierKey }),
    ...models,
  };
}

/** The key in every shape's settings.json: to be looked for where it must not be. */
export const earlierKey = 'earlier-key-0123456789-abcdefghij';

function recordOf(
  { bin, name, shape = 'native', provider = 'zai', baseUrl }: EarlierOptions,
  folder: string,
  program: string,
): object {
  const common = {
    name,
    provider,
    baseUrl: baseUrl ?? (provider === 'mirror' ? '' : 'https://api.z.ai/api/anthropic'),
    createdAt: '2026-01-05T10:00:00.000Z',
    binaryPath: program,
    configDir: join(folder, 'config'),
    tweakDir: join(folder, 'tweakcc'),
    promptPack: true,
    skillInstall: false,
    shellEnv: false,
    binDir: bin,
  };
  if (shape === 'npm' || shape === 'teams') {
    return {
      ...common,
      claudeOrig: 'npm:@anthropic-ai/claude-code@2.1.7',
      installType: 'npm',
      npmDir: join(folder, 'npm'),
      npmPackage: '@anthropic-ai/claude-code',
      npmVersion: '2.1.7',
      ...(shape === 'teams' && { teamModeEnabled: true }),
    };
  }
  return {
    ...(shape === 'later' && { schemaVersion: 2, managed: { settingsEnvKeys: [] } }),
    ...common,
    claudeOrig: 'native:2.1.37',
    nativeDir: join(folder, 'native'),
    nativeVersion: 'latest',
    nativeVersionSource: 'default',
    nativePlatform: 'linux-x64',
  };
}

const programText = `#!/usr/bin/env node
process.stdout.write(JSON.stringify({ argv: process.argv.slice(1), env: process.env }));
`;

/** The first four lines are theirs to the letter; the rest does what theirs does. */
function launcherText(folder: string, program: string): string {
  return [
    '#!/usr/bin/env bash',
    'set -euo pipefail',
    `export CLAUDE_CONFIG_DIR="${folder}/config"`,
    `export TWEAKCC_CONFIG_DIR="${folder}/tweakcc"`,
    `for pair in $(node -p "Object.entries(require('$CLAUDE_CONFIG_DIR/settings.json').env).map((e) => e.join('=')).join(' ')"); do`,
    '  export "$pair"',
    'done',
    `exec node "${program}" "$@"`,
    '',
  ].join('\n');
}

function putJson(path: string, value: object): Promise<void> {
  return put(path, JSON.stringify(value, null, 2));
}

async function put(path: string, text: string, mode = 0o644): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, text, { mode });
}
