import { mayBeKey } from './key-stores.ts';

/** Variables that cc-mirror sets, with what a user does instead. */
export const ownedVariables: ReadonlyMap<string, string> = new Map([
  ['CLAUDE_CONFIG_DIR', 'It is the folder of the variant; --home moves all of them'],
  ['CLAUDE_SECURESTORAGE_CONFIG_DIR', 'Credentials are kept in the folder of the variant'],
  ['ANTHROPIC_BASE_URL', 'Use --base-url URL'],
]);

/**
 * Variables that turn the task and team tools on or off, as `--[no-]tasks` and `--[no-]teams` do for
 * every provider; a preset must not set them.
 */
export const capabilityVariables: ReadonlySet<string> = new Set([
  'CLAUDE_CODE_AGENT_SWARMS',
  'CLAUDE_CODE_ENABLE_TASKS',
  'CLAUDE_CODE_ENABLE_TODO_TOOLS',
  'CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS',
  'CLAUDE_CODE_TASK_LIST_ID',
  'CLAUDE_CODE_TEAM_NAME',
]);

/**
 * Has Claude Code take provider, address and key from the launcher alone, and not from `env` in
 * settings files or a key in .claude.json: a project's settings beat the environment, and the key would
 * go where they point. Seen to hold in 2.1.112, 2.1.240 and 2.1.332; 2.1.16 does not know the variable.
 */
export const providerPin = 'CLAUDE_CODE_PROVIDER_MANAGED_BY_HOST';

/**
 * Whether a variable looks like a secret, by its name or its value. Not the variable of headers,
 * which are kept elsewhere, and not the values of model variables, as model ids can look like keys.
 */
export function readsAsSecret(name: string, value: string): boolean {
  if (value === '' || name === 'ANTHROPIC_CUSTOM_HEADERS') return false;
  if (/(^|_)(API_?KEY|TOKEN|SECRET(_KEY)?|PASS(WORD|PHRASE)|CREDENTIALS?)$/i.test(name))
    return true;
  return !/MODEL/i.test(name) && value.split(/\s+/).some(mayBeKey);
}

/** A name that every shell can assign. */
export function isVariableName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}
