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
 * the user agreed to its use: by its last 20 characters. `asksForLogin`: the first start is to be
 * Claude Code's own, which ends at its login; builds take no other way there by themselves. `ownModels`:
 * the provider has other models than Anthropic's.
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
  asksForLogin,
  ownModels,
}: {
  permissions: readonly string[];
  hooks: HookEntries;
  approvedKey: string | null;
  keyHelper: string | null;
  asksForLogin: boolean;
  ownModels: boolean;
}): OwnedConfig {
  return {
    'settings.json': {
      autoCompactEnabled: true,
      'env.DISABLE_AUTOUPDATER': '1',
      // Builds from 2.1.112 on make themselves the handler of claude-cli:// links on this machine.
      disableDeepLinkRegistration: 'disable',
      ...(keyHelper !== null && { apiKeyHelper: keyHelper }),
      'permissions.allow': [...permissions],
      ...Object.fromEntries(Object.entries(hooks).map(([event, list]) => [`hooks.${event}`, list])),
    },
    '.claude.json': {
      ...(!asksForLogin && { hasCompletedOnboarding: true }),
      // Teammates have the model of their leader; those of 2.1.112 ask for an Anthropic model by its id.
      ...(ownModels && { teammateDefaultModel: null }),
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

/**
 * Variables by which a session starts or names itself again: as the variant's command, and not as
 * the bundle behind it. The first is for teammates in panes of tmux (builds from 2.1.16 on), the
 * second for the line about resuming at a session's end (2.1.332).
 */
export function selfNamed(
  name: string,
  launcher: string,
  platform: NodeJS.Platform,
): Record<string, string> {
  return {
    // Windows has no tmux, and its launchers are no programs that could be started as one.
    ...(platform !== 'win32' && { CLAUDE_CODE_TEAMMATE_COMMAND: launcher }),
    CLAUDE_CODE_RESUME_HINT_COMMAND: name,
  };
}
