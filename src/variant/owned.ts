import type { HookEntries } from './hooks.ts';
import type { OwnedValues } from '../config/merge.ts';

/** The values that cc-mirror keeps in a variant's configuration, by file. The one list of them. */
export interface OwnedConfig {
  'settings.json': OwnedValues;
  '.claude.json': OwnedValues;
}

/**
 * Onboarding done, auto-compact on, updater off, what packs need allowed without asking, their
 * hooks, and the command that prints the key. `approvedKey` is kept as Claude Code does to know that
 * the user agreed to its use: by its last 20 characters.
 *
 * Only what a session leaves where it is. From .claude.json builds take what is their default anyway
 * whenever they write it, and `autoUpdates`, which becomes `env.DISABLE_AUTOUPDATER` of settings.json.
 * `autoCompactEnabled`, true by default, is read from .claude.json up to 2.1.112; 2.1.240 and 2.1.332
 * read it from settings.json, and move it there. (Seen in 2.0.77, 2.1.112, 2.1.240, 2.1.332.)
 */
export function ownedConfig({
  permissions,
  hooks,
  approvedKey,
  keyHelper,
}: {
  permissions: readonly string[];
  hooks: HookEntries;
  approvedKey: string | null;
  keyHelper: string | null;
}): OwnedConfig {
  return {
    'settings.json': {
      autoCompactEnabled: true,
      'env.DISABLE_AUTOUPDATER': '1',
      ...(keyHelper !== null && { apiKeyHelper: keyHelper }),
      'permissions.allow': [...permissions],
      ...Object.fromEntries(Object.entries(hooks).map(([event, list]) => [`hooks.${event}`, list])),
    },
    '.claude.json': {
      hasCompletedOnboarding: true,
      ...(approvedKey !== null && { [approvedKeys]: [approvedKey.slice(-20)] }),
    },
  };
}

/** Where Claude Code notes, by their last 20 characters, the keys that the user agreed to. */
export const approvedKeys = 'customApiKeyResponses.approved';

/** Variables of every variant beside its provider's: the copy that was proved is the one that runs. */
export const updaterOff: Readonly<Record<string, string>> = {
  DISABLE_AUTOUPDATER: '1',
  DISABLE_UPDATES: '1',
  DISABLE_INSTALLATION_CHECKS: '1',
};
