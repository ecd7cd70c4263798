import { mayBeKey } from './key-stores.ts';

/** Variables that cc-mirror sets itself, and what a user does instead of setting them. */
export const ownedVariables: ReadonlyMap<string, string> = new Map([
  ['CLAUDE_CONFIG_DIR', 'It is the variant’s own folder; --home moves all of them'],
  ['CLAUDE_SECURESTORAGE_CONFIG_DIR', 'Credentials are kept by the variant’s own folder'],
  ['ANTHROPIC_BASE_URL', 'Use --base-url URL'],
]);

/**
 * Variables that decide about the task and team tools. They belong to `--[no-]tasks` and
 * `--[no-]teams`; a preset may not touch them, since both are for every provider.
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
 * Whether a variable reads as a secret, by its name or its value; those of headers apart, which are
 * kept elsewhere. Ids of models can look like keys.
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
