/** The name that the keyring shows for all entries of cc-mirror. */
export const keyringService = 'cc-mirror';

/** The program of a variant that prints its key: Claude Code's `apiKeyHelper` runs it with Node.js. */
export const keyProgram = 'key.cjs';

/** The platform's binding, beside the program. */
export const bindingName = 'keyring.node';

/** What lies in a variant's folder `key/`. */
export const keyringFileNames = [keyProgram, bindingName] as const;

/**
 * The entry of one variant, as a keyring shows it: `mclaude@/home/you/.cc-mirror`. `home` is the
 * absolute path of the folder of variants, so that two of them share nothing.
 */
export function keyringAccount(variant: string, home: string): string {
  return `${variant}@${home}`;
}
