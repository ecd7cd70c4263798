import type { HookEntries } from './hooks.ts';
import type { OwnedValues } from '../config/merge.ts';

/** The values that cc-mirror keeps in a variant's configuration, by file. */
export interface OwnedConfig {
  'settings.json': OwnedValues;
  '.claude.json': OwnedValues;
}

/**
 * The values for a variant: onboarding done, auto-compact on, updater off, the permissions and hooks
 * of packs, and the command that prints the key. `approvedKey` is recorded as Claude Code does once
 * the user has approved a key: by its last 20 characters. `asksForLogin`: the first start shows
 * Claude Code's setup, the only way by which builds lead to their login. `ownModels`: the provider has
 * models other than Anthropic's. `denied`: tools that the provider cannot serve.
 * `model`: what sessions start with until the user chooses with /model; teammates of 2.1.112 ask for an
 * Anthropic model by its id if their leader has the build's own default.
 *
 * Only values that sessions keep. When builds write .claude.json they drop values equal to their
 * defaults, and turn `autoUpdates` into `env.DISABLE_AUTOUPDATER` of settings.json.
 * `autoCompactEnabled`, true by default, is read from .claude.json up to 2.1.112; 2.1.240 and 2.1.332
 * read it from settings.json and move it there. (Seen in 2.0.77, 2.1.112, 2.1.240, 2.1.332.)
 */
export function ownedConfig({
  permissions,
  denied,
  model,
  hooks,
  approvedKey,
  keyHelper,
  asksForLogin,
  ownModels,
}: {
  permissions: readonly string[];
  denied: readonly string[];
  model: string | null;
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
      // Else builds from 2.1.112 on register as this machine's handler of claude-cli:// links.
      disableDeepLinkRegistration: 'disable',
      ...(keyHelper !== null && { apiKeyHelper: keyHelper }),
      'permissions.allow': [...permissions],
      ...(model !== null && { model }),
      ...(denied.length > 0 && { 'permissions.deny': [...denied] }),
      ...Object.fromEntries(Object.entries(hooks).map(([event, list]) => [`hooks.${event}`, list])),
    },
    '.claude.json': {
      ...(!asksForLogin && { hasCompletedOnboarding: true }),
      // Teammates use their leader's model; else those of 2.1.112 ask for an Anthropic model by id.
      ...(ownModels && { teammateDefaultModel: null }),
      ...(approvedKey !== null && approvalOf(approvedKey)),
    },
  };
}

/** Where Claude Code records the keys that the user approved. */
export const approvedKeys = 'customApiKeyResponses.approved';

/** The value that records the approval of a key: its last 20 characters. */
export function approvalOf(key: string): OwnedValues {
  return { [approvedKeys]: [key.slice(-20)] };
}

/** Variables of every variant, so that the build that was proved is the one that runs. */
export const updaterOff: Readonly<Record<string, string>> = {
  DISABLE_AUTOUPDATER: '1',
  DISABLE_UPDATES: '1',
  DISABLE_INSTALLATION_CHECKS: '1',
};

/**
 * Variables that make a session refer to the variant's command instead of its bundle: when it starts
 * teammates in tmux panes (builds from 2.1.16 on), and when it says how to resume it (2.1.332).
 */
export function selfNamed(
  name: string,
  launcher: string,
  platform: NodeJS.Platform,
): Record<string, string> {
  return {
    // Windows has no tmux, and its launchers cannot be started like a program.
    ...(platform !== 'win32' && { CLAUDE_CODE_TEAMMATE_COMMAND: launcher }),
    CLAUDE_CODE_RESUME_HINT_COMMAND: name,
  };
}
