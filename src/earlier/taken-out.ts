import { type OwnedValues, isObject, ownedSchema, parseObject } from '../config/merge.ts';
import { type Preset, keyVariables } from '../provider/preset.ts';
import { type EarlierModels, modelVariables } from './earlier-models.ts';
import type { EarlierSettings } from './settings.ts';
import type { EarlierVariant } from './variant.ts';

/** Entries of a settings.json, by name. */
export interface SettingsEntries {
  /** In `env`. */
  env: string[];
  /** At the top. */
  settings: string[];
}

/**
 * The entries to take out of settings.json, where they would override the launcher. `replaced`: the
 * models that the preset's replace; null: none.
 */
export function entriesToTakeOut(
  { env, model, availableModels }: EarlierSettings,
  { name }: EarlierVariant,
  preset: Preset,
  replaced: EarlierModels | null,
): SettingsEntries {
  const routing = new Set<string>(['ANTHROPIC_BASE_URL', ...keyVariables, ...modelVariables]);
  const taken = (variable: string, value: string): boolean =>
    routing.has(variable) ||
    ofLauncher.test(variable) ||
    // Early team mode had one task list for the whole variant, named after it.
    (variable === 'CLAUDE_CODE_TEAM_NAME' && value === name) ||
    (written[variable] === value && (variable === ofTeamMode || variable in preset.env));
  const gone = new Set(Object.values(replaced ?? {}).filter((value) => value !== null));
  const stale = availableModels.length > 0 && availableModels.every((id) => gone.has(id));
  return {
    env: Object.keys(env).filter((variable) => taken(variable, env[variable] ?? '')),
    settings: [
      ...(model !== null && gone.has(model) ? ['model'] : []),
      ...(stale ? ['availableModels'] : []),
    ],
  };
}

/**
 * The values of these entries in `text` by key path, as `mergeOwned` takes them out and puts them
 * back. They may be secrets. Error: as `earlierSettings`.
 */
export function valuesOf(
  text: string | null,
  { env, settings }: SettingsEntries,
  path: string,
): OwnedValues {
  if (text === null) return {};
  const root = parseObject(text, path);
  const variables = isObject(root['env']) ? root['env'] : {};
  const pick = (from: Record<string, unknown>, names: string[], prefix = ''): object =>
    Object.fromEntries(
      names.filter((name) => name in from).map((name) => [`${prefix}${name}`, from[name]]),
    );
  return ownedSchema.parse({ ...pick(variables, env, 'env.'), ...pick(root, settings) });
}

/** Variables of the earlier launcher and its patches; no build of Claude Code needs them. */
const ofLauncher = /^(CC_MIRROR_.+|TWEAKCC_CONFIG_DIR|CLAUDE_CODE_TEAM_MODE)$/;

/** Claude Code's own variables, with the values that the earlier package gave them. */
const written: Readonly<Record<string, string>> = {
  API_TIMEOUT_MS: '3000000',
  CLAUDE_CODE_AGENT_TYPE: 'team-lead',
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  ENABLE_TOOL_SEARCH: 'false',
};
const ofTeamMode = 'CLAUDE_CODE_AGENT_TYPE';
