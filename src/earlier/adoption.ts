import { join, resolve } from 'node:path';
import { CcMirrorError } from '../errors.ts';
import type { Catalogue } from '../provider/catalogue.ts';
import type { Models } from '../provider/models.ts';
import type { KeyHeader, Preset } from '../provider/preset.ts';
import { type KeyVariable, keyVariableIn, keyVariables } from './key.ts';
import { earlierLauncher } from './launcher.ts';
import { type EarlierModels, earlierModels, modelVariables, namedByUser } from './models.ts';
import { isAddressOf, presetFor, sameAddress } from './preset.ts';
import { type EarlierSettings, type SettingsEntries, earlierSettings } from './settings.ts';
import type { EarlierVariant } from './variant.ts';

/** A file: where it is, or would be, and its text; null: it is not there. */
interface FileText {
  path: string;
  text: string | null;
}

export interface AdoptionInput {
  earlier: EarlierVariant;
  /** Where the configuration of a variant of this name is. */
  config: string;
  /** Its settings.json. */
  settings: FileText;
  /** Its command; the beginning of the text is enough. */
  launcher: FileText;
  platform: NodeJS.Platform;
  catalogue: Catalogue;
  /** What the user gave with `--adopt`. */
  wanted: {
    provider?: string | undefined;
    baseUrl?: string | undefined;
    auth?: KeyHeader | undefined;
  };
}

/** What taking over an earlier variant means. No secret is in it: it may be printed and recorded. */
export interface Adoption {
  name: string;
  folder: string;
  /** What the user had chosen, to make the wish from. */
  chosen: {
    /** A preset's id. */
    provider: string;
    /** Where that is not the preset's own. */
    baseUrl?: string;
    /** How the key is sent, where the preset does not know the address, and has another way. */
    auth?: KeyHeader;
    /** None where the preset's take the place of those that the earlier package had set. */
    models: Omit<Models, 'subagent'>;
    env: Record<string, string>;
    source: { kind: 'auto' } | { kind: 'exact'; version: string };
  };
  /** The variable of settings.json that has the key (`keyOfEarlier`); null: none goes along. */
  key: KeyVariable | null;
  /** What has to go from settings.json, since Claude Code lets it win over the launcher. */
  takenOut: SettingsEntries;
  /** Variables that stay in settings.json: the user's own, and what does no harm there. */
  kept: string[];
  /** Folders in `config/skills` that are the earlier package's and may be replaced. */
  skills: string[];
  launcher: {
    path: string;
    /** Whether the file there is this variant's, and so may be replaced. */
    state: 'theirs' | 'foreign' | 'none';
    /** The program that a Windows launcher starts; it stays for the way back. */
    beside: string | null;
  };
  /** Folders and files that nothing but the way back needs any more. */
  left: string[];
  notes: string[];
}

/**
 * Works out what it means to take over an earlier variant. The address that it talks to stays, and
 * so does its key, as long as no other `baseUrl` is wanted.
 *
 * Errors: `invalid-record` (its configuration lies elsewhere, or settings.json is broken),
 * `no-such-provider`, `usage` (a credential in the address, or a token that the preset has no use
 * for).
 */
export function adoptionOf(input: AdoptionInput): Adoption {
  const { earlier, launcher, catalogue, wanted } = input;
  const { name, folder } = earlier;
  refuseElsewhere(earlier, input.config);
  const settings = earlierSettings(input.settings.text, input.settings.path);
  const before = settings.env['ANTHROPIC_BASE_URL']?.trim() || earlier.baseUrl;
  const preset = presetFor(earlier, wanted.baseUrl ?? before, catalogue, wanted.provider);
  const address = wanted.baseUrl ?? before ?? preset.baseUrl;
  refuseCredentials(earlier, address);
  const found = keyVariableIn(settings, preset);
  const key = sameAddress(address, before) ? found : null;
  refuseToken(earlier, preset, key);

  const auth = wanted.auth ?? authKept(key, preset, address);
  const models = earlierModels(settings.env);
  const follows = followsPreset(models, earlier, preset, address);
  const takenOut = entriesToTake(settings, earlier, preset, follows ? models : null);
  const kept = Object.keys(settings.env).filter((variable) => !takenOut.env.includes(variable));
  return {
    name,
    folder,
    chosen: {
      provider: preset.id,
      ...(address !== null && !sameAddress(address, preset.baseUrl) && { baseUrl: address }),
      ...(auth !== undefined && { auth }),
      ...(follows ? { models: {}, env: {} } : chosenModels(models)),
      source:
        earlier.pinned === null ? { kind: 'auto' } : { kind: 'exact', version: earlier.pinned },
    },
    key,
    takenOut,
    kept,
    skills: earlier.skills,
    launcher: {
      path: launcher.path,
      state: launcherState(launcher.text, name),
      beside: input.platform === 'win32' ? launcher.path.replace(/\.cmd$/, '.mjs') : null,
    },
    left: earlier.parts.filter((part) => part !== 'config').map((part) => join(folder, part)),
    notes: [
      ...(found !== null && key === null
        ? ['its key stays with the address it was given for']
        : []),
      ...(key !== null ? keyNotes(key, auth ?? preset.auth.type, preset.id) : []),
      ...(follows ? modelNotes(models, preset) : []),
      ...kept.filter(looksSecret).map((variable) => `settings.json still holds ${variable}`),
    ],
  };
}

/** The path is part of what Claude Code finds a login by, so the folder is not moved either. */
function refuseElsewhere({ name, configDir }: EarlierVariant, config: string): void {
  if (resolve(configDir) === config) return;
  throw new CcMirrorError(
    'invalid-record',
    `The earlier variant ${name} has its configuration in ${configDir}, not in ${config}; it works on as it is, but cannot be taken over.`,
    `If it belongs to another home, name that: cc-mirror update ${name} --adopt --home DIR`,
  );
}

function refuseCredentials({ name }: EarlierVariant, address: string | null): void {
  if (address === null || !/^[^/]*\/\/[^/]*@/.test(address)) return;
  throw new CcMirrorError(
    'usage',
    `The address of the earlier variant ${name} holds a user name or password, which would be recorded in the open.`,
    `Give the address without it, and the key: cc-mirror update ${name} --adopt --base-url URL --api-key-stdin`,
  );
}

function refuseToken({ name }: EarlierVariant, preset: Preset, key: KeyVariable | null): void {
  if (preset.auth.type !== 'login' || key !== 'ANTHROPIC_AUTH_TOKEN') return;
  throw new CcMirrorError(
    'usage',
    `The earlier variant ${name} sends ANTHROPIC_AUTH_TOKEN, which the provider ${preset.id} has no use for.`,
    `Name the address it is for: cc-mirror update ${name} --adopt --provider custom --base-url URL --api-key-stdin`,
  );
}

/** At an address that the preset does not know, the key is sent as it was. */
function authKept(
  key: KeyVariable | null,
  preset: Preset,
  address: string | null,
): KeyHeader | undefined {
  if (key === null || address === null || preset.auth.type === 'login') return undefined;
  const before = key === 'ANTHROPIC_AUTH_TOKEN' ? 'bearer' : 'api-key';
  return before === preset.auth.type || isAddressOf(preset, address) ? undefined : before;
}

/** Nothing the user named is replaced, nor anything at an address that the preset does not know. */
function followsPreset(
  models: EarlierModels,
  { provider }: EarlierVariant,
  preset: Preset,
  address: string | null,
): boolean {
  if (Object.values(preset.models).length === 0) return false;
  return address !== null && isAddressOf(preset, address) && !namedByUser(models, provider);
}

function chosenModels(models: EarlierModels): Pick<Adoption['chosen'], 'models' | 'env'> {
  const { small, subagent, ...tiers } = models;
  const given = Object.entries(tiers).filter(([, model]) => model !== null);
  return {
    models: Object.fromEntries(given),
    env: {
      ...(subagent !== null && { CLAUDE_CODE_SUBAGENT_MODEL: subagent }),
      ...(small !== null && { ANTHROPIC_SMALL_FAST_MODEL: small }),
    },
  };
}

/** Variables for the earlier launcher and its patches; no build of Claude Code needs them. */
const forTheirs = /^(CC_MIRROR_.+|TWEAKCC_CONFIG_DIR|CLAUDE_CODE_TEAM_MODE)$/;

/** What the earlier package wrote beside, under a name that means something to Claude Code. */
const written: Readonly<Record<string, string>> = {
  API_TIMEOUT_MS: '3000000',
  CLAUDE_CODE_AGENT_TYPE: 'team-lead',
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  ENABLE_TOOL_SEARCH: 'false',
};
const ofTeamMode = 'CLAUDE_CODE_AGENT_TYPE';

/** `replaced`: the models that the preset's take the place of. */
function entriesToTake(
  { env, model, availableModels }: EarlierSettings,
  { name }: EarlierVariant,
  preset: Preset,
  replaced: EarlierModels | null,
): SettingsEntries {
  const routing = new Set<string>(['ANTHROPIC_BASE_URL', ...keyVariables, ...modelVariables]);
  const taken = (variable: string, value: string): boolean =>
    routing.has(variable) ||
    forTheirs.test(variable) ||
    // Early team mode: one task list for the whole variant, under its name.
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

function launcherState(text: string | null, name: string): Adoption['launcher']['state'] {
  if (text === null) return 'none';
  return earlierLauncher(text, name) ? 'theirs' : 'foreign';
}

function keyNotes(key: KeyVariable, auth: Preset['auth']['type'], id: string): string[] {
  const sent = auth === 'bearer' ? 'ANTHROPIC_AUTH_TOKEN' : 'ANTHROPIC_API_KEY';
  return key === sent
    ? []
    : [`the key goes to ${sent}, as the preset ${id} says, no longer to ${key}`];
}

function modelNotes(models: EarlierModels, { id }: Preset): string[] {
  const before = [...new Set(Object.values(models).filter((model) => model !== null))];
  return before.length === 0
    ? []
    : [`the models of the preset ${id} take the place of ${before.join(', ')}`];
}

function looksSecret(variable: string): boolean {
  return /KEY|TOKEN|SECRET|PASSWORD/i.test(variable);
}
