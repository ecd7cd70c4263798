/** The service name of all entries, as keyrings show it. */
export const keyringService = 'cc-mirror';

/** The program of a variant that prints its key, run by Claude Code's `apiKeyHelper`. */
export const keyProgram = 'key.cjs';

/** The platform's binding, next to the program. */
export const bindingName = 'keyring.node';

/** The script that runs the program. */
export function keyScriptName(platform: NodeJS.Platform): string {
  return platform === 'win32' ? 'key.cmd' : 'key.sh';
}

/**
 * The account name of a variant's entry: `mclaude@/home/you/.cc-mirror`. It contains the absolute
 * path of the home, so that variants of two homes share nothing.
 */
export function keyringAccount(variant: string, home: string): string {
  return `${variant}@${home}`;
}
