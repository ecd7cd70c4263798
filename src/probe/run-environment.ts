import { isModel, isProbed } from '../claude-variables.ts';

/** The folders of one run, all temporary. */
export interface RunFolders {
  home: string;
  config: string;
  temporary: string;
}

export interface EnvironmentOptions {
  /** The loopback API's. */
  baseUrl: string;
  folders: RunFolders;
  platform: NodeJS.Platform;
  /** The source of the few variables that the system itself needs, usually `process.env`. */
  host: Readonly<Record<string, string | undefined>>;
  /** The variant's own: capabilities, models, limits. */
  variables?: Readonly<Record<string, string>>;
}

/** Looks like a key to Claude Code and opens nothing. Claude Code records its last 20 characters. */
export const dummyKey = 'sk-ant-api03-cc-mirror-loopback-dummy-0000000000000000';

/** Needed by loaders and shells; none of them names an account or a provider. */
const hostNames: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  win32: [
    'SYSTEMROOT',
    'SYSTEMDRIVE',
    'WINDIR',
    'COMSPEC',
    'PATHEXT',
    'NUMBER_OF_PROCESSORS',
    'PROCESSOR_ARCHITECTURE',
    'PROGRAMDATA',
    'PROGRAMFILES',
    'PROGRAMFILES(X86)',
    'CLAUDE_CODE_GIT_BASH_PATH',
  ],
  linux: ['NIX_LD', 'NIX_LD_LIBRARY_PATH'],
};

/**
 * Builds the environment of a run from scratch: the system's few variables, the caller's, then
 * those that keep the run on the loopback and in its folders, which the caller cannot override.
 */
export function runEnvironment(options: EnvironmentOptions): Record<string, string> {
  const { baseUrl, folders, platform, host, variables = {} } = options;
  return {
    ...pick(host, ['PATH', ...(hostNames[platform] ?? [])]),
    ...withoutReserved(variables),
    ...quiet,
    HOME: folders.home,
    USERPROFILE: folders.home,
    TMPDIR: folders.temporary,
    ...(platform === 'win32' && {
      TEMP: folders.temporary,
      TMP: folders.temporary,
      APPDATA: folders.home,
      LOCALAPPDATA: folders.home,
    }),
    CLAUDE_CONFIG_DIR: folders.config,
    ANTHROPIC_BASE_URL: baseUrl,
    ANTHROPIC_API_KEY: dummyKey,
  };
}

/**
 * Leaves out every variable that could lead a run to another address, account, folder or program.
 * Models, capabilities, limits and the way tools are sent stay. Names that claude-variables.ts does
 * not have are judged by their shape, as each release adds some.
 */
export function withoutReserved(
  variables: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !isReserved(name)));
}

/**
 * What every run sets on top of the launcher's variables: no traffic but the session's own, plain
 * output. None of it affects tools: test/builds/session.test.ts compares with sessions without it.
 */
export const quiet = {
  LANG: 'C.UTF-8',
  TERM: 'dumb',
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  DISABLE_AUTOUPDATER: '1',
  DISABLE_TELEMETRY: '1',
  DISABLE_ERROR_REPORTING: '1',
};

const reservedNames = new Set([
  ...Object.keys(quiet),
  'PATH',
  'HOME',
  'USERPROFILE',
  'HOMEDRIVE',
  'HOMEPATH',
  'APPDATA',
  'LOCALAPPDATA',
  'TMPDIR',
  'TEMP',
  'TMP',
  'NODE_OPTIONS',
  'BUN_OPTIONS',
  'LD_PRELOAD',
  // These hold the variant's name. A run has no teammates and is not resumed, and its proof is
  // reused for variants of other names.
  'CLAUDE_CODE_TEAMMATE_COMMAND',
  'CLAUDE_CODE_RESUME_HINT_COMMAND',
]);

const providers = /^(ANTHROPIC|AWS|XDG|CLAUDE_CODE_(USE|HOST))_|PROXY/;
const secrets = /_(TOKEN|KEY|SECRET|PASSPHRASE|FILE_DESCRIPTOR|CREDS_FILE|URL|SOCKET|DIR|TMPDIR)$/;

function isReserved(name: string): boolean {
  // On Windows PATH and Path are one; proxy variables are read in either case everywhere.
  const upper = name.toUpperCase();
  const probed = isProbed(upper);
  if (probed !== null) return !probed;
  if (isModel(upper)) return false;
  return reservedNames.has(upper) || providers.test(upper) || secrets.test(upper);
}

function pick(
  host: Readonly<Record<string, string | undefined>>,
  names: readonly string[],
): Record<string, string> {
  const wanted = new Set(names);
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(host)) {
    if (value !== undefined && wanted.has(name.toUpperCase())) found[name] = value;
  }
  return found;
}
