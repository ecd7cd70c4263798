/** What a variable of Claude Code's decides. */
type Purpose =
  /** Its value is a credential: it is never recorded, and reaches a variant only through its key store. */
  | 'secret'
  /** The same, but launchers leave it in the shell: the user's other programs need it. */
  | 'kept secret'
  /** Part of a login, or where a credential is: a file, a file descriptor, another variable. */
  | 'credential'
  /** Who is logged in. */
  | 'account'
  /** Where credentials and configuration are kept. */
  | 'folder'
  /** Which service answers, and how it is reached. */
  | 'service'
  /** What is added to every request. */
  | 'request'
  /** What a program that hosts Claude Code takes over from it. */
  | 'host'
  /** A mode of the session with other tools than usual: a few only, or those of a coordinator. */
  | 'mode'
  /** Which model is asked, and what is known of it. */
  | 'model';

/**
 * Claude Code's variables that decide which service answers, who pays, which model is asked, which
 * tools a session has and where credentials are kept, chosen by name from those in the builds 2.0.77,
 * 2.1.112 and 2.1.329. Of all variables of 2.1.332, set to 1 or 0, no other disables a Task tool.
 * To add one, add a line here: launchers, `--env`, presets and the probe all read this table.
 *
 * Not here: general cloud settings (`AWS_PROFILE`, `GOOGLE_APPLICATION_CREDENTIALS`), which the
 * user's own programs need and which do nothing while the provider switches are off; proxies and
 * client certificates, which belong to the network; and feature switches, which are the user's.
 */
const purposes: Readonly<Record<string, Purpose>> = {
  // Anthropic's API
  ANTHROPIC_API_KEY: 'secret',
  ANTHROPIC_AUTH_TOKEN: 'secret',
  ANTHROPIC_IDENTITY_TOKEN: 'secret',
  ANTHROPIC_IDENTITY_TOKEN_FILE: 'credential',
  CLAUDE_API_KEY: 'secret',
  CLAUDE_CODE_API_KEY_FILE_DESCRIPTOR: 'credential',
  CLAUDE_CODE_SESSION_ACCESS_TOKEN: 'secret',
  CLAUDE_CODE_WEBSOCKET_AUTH_FILE_DESCRIPTOR: 'credential',
  CLAUDE_SESSION_INGRESS_TOKEN_FILE: 'credential',
  CLAUDE_TRUSTED_DEVICE_TOKEN: 'credential',

  // Account and login
  ANTHROPIC_FEDERATION_RULE_ID: 'account',
  ANTHROPIC_ORGANIZATION_ID: 'account',
  ANTHROPIC_PROFILE: 'account',
  ANTHROPIC_SCOPE: 'account',
  ANTHROPIC_SERVICE_ACCOUNT_ID: 'account',
  ANTHROPIC_WORKSPACE_ID: 'account',
  CLAUDE_CODE_ACCOUNT_TAGGED_ID: 'account',
  CLAUDE_CODE_ACCOUNT_UUID: 'account',
  CLAUDE_CODE_CUSTOM_OAUTH_URL: 'service',
  CLAUDE_CODE_OAUTH_CLIENT_ID: 'account',
  CLAUDE_CODE_OAUTH_REFRESH_TOKEN: 'secret',
  CLAUDE_CODE_OAUTH_SCOPES: 'account',
  CLAUDE_CODE_OAUTH_TOKEN: 'secret',
  CLAUDE_CODE_OAUTH_TOKEN_FILE_DESCRIPTOR: 'credential',
  CLAUDE_CODE_ORGANIZATION_UUID: 'account',
  CLAUDE_CODE_SESSIONS_OAUTH_TOKEN: 'secret',
  CLAUDE_CODE_SUBSCRIPTION_TYPE: 'account',
  CLAUDE_CODE_USER_EMAIL: 'account',
  CLAUDE_LOCAL_OAUTH_API_BASE: 'service',
  CLAUDE_LOCAL_OAUTH_APPS_BASE: 'service',
  CLAUDE_LOCAL_OAUTH_CONSOLE_BASE: 'service',

  // Where credentials and configuration are kept; a launcher then sets the variant's own folder
  ANTHROPIC_CONFIG_DIR: 'folder',
  CLAUDE_CONFIG_DIR: 'folder',
  CLAUDE_SECURESTORAGE_CONFIG_DIR: 'folder',

  // Endpoint and requests
  ANTHROPIC_API_HOST: 'service',
  ANTHROPIC_BASE_URL: 'service',
  ANTHROPIC_BETAS: 'request',
  ANTHROPIC_CUSTOM_HEADERS: 'service',
  ANTHROPIC_UNIX_SOCKET: 'service',
  CLAUDE_CODE_API_BASE_URL: 'service',
  CLAUDE_CODE_EXTRA_BODY: 'request',

  // A program that hosts Claude Code, such as the session this one is started in
  CLAUDE_CODE_HOST_AUTH_ENV_VAR: 'credential',
  CLAUDE_CODE_HOST_CREDS_FILE: 'credential',
  CLAUDE_CODE_PROVIDER_MANAGED_BY_HOST: 'host',
  CLAUDE_CODE_SDK_HAS_HOST_AUTH_REFRESH: 'host',
  CLAUDE_CODE_SDK_HAS_OAUTH_REFRESH: 'host',
  CLAUDE_CODE_SDK_HAS_SESSIONS_OAUTH_REFRESH: 'host',

  // Amazon
  ANTHROPIC_AWS_API_KEY: 'secret',
  ANTHROPIC_AWS_BASE_URL: 'service',
  ANTHROPIC_AWS_WORKSPACE_ID: 'service',
  ANTHROPIC_BEDROCK_BASE_URL: 'service',
  ANTHROPIC_BEDROCK_MANTLE_API_KEY: 'secret',
  ANTHROPIC_BEDROCK_MANTLE_BASE_URL: 'service',
  ANTHROPIC_BEDROCK_REGION_PREFIX: 'service',
  ANTHROPIC_BEDROCK_SERVICE_TIER: 'service',
  AWS_BEARER_TOKEN_BEDROCK: 'secret',
  CLAUDE_CODE_SKIP_ANTHROPIC_AWS_AUTH: 'service',
  CLAUDE_CODE_SKIP_BEDROCK_AUTH: 'service',
  CLAUDE_CODE_SKIP_MANTLE_AUTH: 'service',
  CLAUDE_CODE_USE_ANTHROPIC_AWS: 'service',
  CLAUDE_CODE_USE_BEDROCK: 'service',
  CLAUDE_CODE_USE_MANTLE: 'service',

  // Google
  ANTHROPIC_GOOGLE_CLOUD_BASE_URL: 'service',
  ANTHROPIC_GOOGLE_CLOUD_LOCATION: 'service',
  ANTHROPIC_GOOGLE_CLOUD_PROJECT: 'service',
  ANTHROPIC_GOOGLE_CLOUD_WORKSPACE_ID: 'service',
  ANTHROPIC_VERTEX_BASE_URL: 'service',
  ANTHROPIC_VERTEX_PROJECT_ID: 'service',
  CLAUDE_CODE_SKIP_ANTHROPIC_GOOGLE_CLOUD_AUTH: 'service',
  CLAUDE_CODE_SKIP_VERTEX_AUTH: 'service',
  CLAUDE_CODE_USE_ANTHROPIC_GOOGLE_CLOUD: 'service',
  CLAUDE_CODE_USE_VERTEX: 'service',

  // Microsoft
  ANTHROPIC_FOUNDRY_API_KEY: 'secret',
  ANTHROPIC_FOUNDRY_AUTH_TOKEN: 'secret',
  ANTHROPIC_FOUNDRY_BASE_URL: 'service',
  ANTHROPIC_FOUNDRY_RESOURCE: 'service',
  CLAUDE_CODE_SKIP_FOUNDRY_AUTH: 'service',
  CLAUDE_CODE_USE_FOUNDRY: 'service',

  // Gateways
  CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY: 'model',
  CLAUDE_CODE_GATEWAY_HINT_HEADERS: 'request',
  CLAUDE_CODE_GATEWAY_TOKEN: 'secret',
  CLAUDE_CODE_GATEWAY_TOKEN_FILE_DESCRIPTOR: 'credential',
  CLAUDE_CODE_USE_GATEWAY: 'service',

  // A session with --bare hands the second on to what it starts; the option itself works as before
  CLAUDE_CODE_COORDINATOR_MODE: 'mode',
  CLAUDE_CODE_SIMPLE: 'mode',

  // Models
  ANTHROPIC_DEFAULT_MODEL: 'model',
  ANTHROPIC_MODEL: 'model',
  ANTHROPIC_SMALL_FAST_MODEL: 'model',
  ANTHROPIC_SMALL_FAST_MODEL_AWS_REGION: 'service',
  CLAUDE_CODE_3P_PROBE_WROTE_HAIKU_DEFAULT: 'model',
  CLAUDE_CODE_3P_PROBE_WROTE_OPUS_DEFAULT: 'model',
  CLAUDE_CODE_3P_PROBE_WROTE_SONNET_DEFAULT: 'model',
  CLAUDE_CODE_3P_SEEDED_OPUS_DEFAULT: 'model',
  CLAUDE_CODE_3P_SEEDED_SONNET_DEFAULT: 'model',
  CLAUDE_CODE_AUTO_MODE_MODEL: 'model',
  CLAUDE_CODE_BG_CLASSIFIER_MODEL: 'model',
  CLAUDE_CODE_MODEL_CAPABILITIES: 'model',
  CLAUDE_CODE_MODEL_CATALOG: 'model',
  CLAUDE_CODE_MODEL_CATALOG_URL: 'service',
  CLAUDE_CODE_SUBAGENT_MODEL: 'model',
  CLAUDE_CODE_SUBAGENT_MODEL_FORCE: 'model',
  CLAUDE_CODE_WORKFLOW_SUBAGENT_MODEL: 'model',
  ...describedModel('ANTHROPIC_CUSTOM_MODEL_OPTION'),
  ...describedModel('ANTHROPIC_DEFAULT_FABLE_MODEL'),
  ...describedModel('ANTHROPIC_DEFAULT_HAIKU_MODEL'),
  ...describedModel('ANTHROPIC_DEFAULT_OPUS_MODEL'),
  ...describedModel('ANTHROPIC_DEFAULT_SONNET_MODEL'),

  // The user's other programs
  AWS_SECRET_ACCESS_KEY: 'kept secret',
  AWS_SESSION_TOKEN: 'kept secret',
  CLAUDE_CODE_CLIENT_KEY_PASSPHRASE: 'kept secret',
};

function namesWith(wanted: (purpose: Purpose) => boolean): string[] {
  return Object.entries(purposes).flatMap(([name, purpose]) => (wanted(purpose) ? [name] : []));
}

/** What launchers remove from the shell's environment before they set the variant's own. */
export const clearedVariables: readonly string[] = namesWith(
  (purpose) => purpose !== 'kept secret',
);

/** What no preset, record or `--env` may hold; setting one of them to nothing is allowed. */
export const secretVariables: ReadonlySet<string> = new Set(
  namesWith((purpose) => purpose === 'secret' || purpose === 'kept secret'),
);

/**
 * Whether the probe takes this variable over from a variant; null for a name that is not in the
 * table. A mode, a model, an addition to requests or a mark of the host cannot lead a run to another
 * service, account or folder; everything else could.
 */
export function isProbed(name: string): boolean | null {
  const purpose = purposes[name];
  return purpose === undefined ? null : ['mode', 'model', 'request', 'host'].includes(purpose);
}

/** Whether a variable, in capitals, names or describes a model; builds have more tiers than the table. */
export function isModel(name: string): boolean {
  return (
    purposes[name] === 'model' ||
    /^ANTHROPIC_(DEFAULT|CUSTOM)_([A-Z]+_)?MODEL(_[A-Z_]+)?$/.test(name)
  );
}

/** The variable of a model, with those that describe it. */
export function describing(model: string): string[] {
  return [model, `${model}_NAME`, `${model}_DESCRIPTION`, `${model}_SUPPORTED_CAPABILITIES`];
}

function describedModel(model: string): Record<string, 'model'> {
  return Object.fromEntries(describing(model).map((name) => [name, 'model'] as const));
}
