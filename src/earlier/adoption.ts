import { join, resolve } from 'node:path';
import type { OwnedValues } from '../config/merge.ts';
import { CcMirrorError } from '../errors.ts';
import { isAddressOf, sameAddress } from '../provider/base-url.ts';
import type { Catalogue } from '../provider/catalogue.ts';
import type { Models } from '../provider/models.ts';
import {
  type KeyHeader,
  type KeyVariable,
  type Preset,
  keyVariableFor,
} from '../provider/preset.ts';
import { keyOfEarlier, keyVariableIn } from './earlier-key.ts';
import { earlierLauncher } from './launcher.ts';
import { type EarlierModels, earlierModels, namedByUser } from './earlier-models.ts';
import { presetFor } from './earlier-preset.ts';
import { earlierSettings } from './settings.ts';
import { type SettingsEntries, entriesToTakeOut, valuesOf } from './taken-out.ts';
import type { EarlierVariant } from './variant.ts';

/** A file's path and text; null: there is no such file. */
interface FileText {
  path: string;
  text: string | null;
}

export interface AdoptionInput {
  earlier: EarlierVariant;
  /** The configuration folder of a variant of this name. */
  config: string;
  /** Its settings.json. */
  settings: FileText;
  /** Its command; the beginning of the text will do. */
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

/** What adopting an earlier variant means. It holds no secret, so it may be printed and recorded. */
export interface Adoption {
  name: string;
  folder: string;
  /** What the user had chosen. */
  chosen: {
    /** A preset's id. */
    provider: string;
    /** Set if it is not the preset's own. */
    baseUrl?: string;
    /** How the key is sent, if the preset does not know the address and would send it differently. */
    auth?: KeyHeader;
    /** Empty if the preset's replace those that the earlier package had set. */
    models: Omit<Models, 'subagent'>;
    env: Record<string, string>;
    source: { kind: 'auto' } | { kind: 'exact'; version: string };
  };
  /** The variable of settings.json that holds the key (see `takenFrom`); null: no key is adopted. */
  key: KeyVariable | null;
  /** What is taken out of settings.json, because it would override the launcher. */
  takenOut: SettingsEntries;
  /** Variables that stay in settings.json: the user's own, and harmless ones. */
  kept: string[];
  /** Folders in `config/skills` that the earlier package wrote, which may be replaced. */
  skills: string[];
  launcher: {
    path: string;
    /** `theirs`: the file is this variant's launcher and may be replaced. */
    state: 'theirs' | 'foreign' | 'none';
    /** The program that a Windows launcher starts; kept for rollback. */
    beside: string | null;
  };
  /** Folders and files that only rollback still needs. */
  left: string[];
  notes: string[];
}

/**
 * Works out what it means to adopt an earlier variant. It keeps its address and, unless another
 * `baseUrl` is wanted, its key.
 *
 * Errors: `invalid-record` (its configuration is outside of its folder, or settings.json is broken),
 * `no-such-provider`, `usage` (a credential in the address, or a token that the preset cannot use).
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
  const takenOut = entriesToTakeOut(settings, earlier, preset, follows ? models : null);
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
        ? ['its key is not sent to another address than it was given for']
        : []),
      ...(key !== null ? keyNotes(key, auth ?? preset.auth.type, preset.id) : []),
      ...(follows ? modelNotes(models, preset) : []),
      ...kept.filter(looksSecret).map((variable) => `settings.json still holds ${variable}`),
    ],
  };
}

/**
 * The key in settings.json, and the values to take out of it by key path. They may be secrets.
 * Error: `invalid-record`.
 */
export function takenFrom(
  { path, text }: FileText,
  { key, takenOut }: Pick<Adoption, 'key' | 'takenOut'>,
): { key: string | null; values: OwnedValues } {
  return {
    key: key && keyOfEarlier(earlierSettings(text, path), key),
    values: valuesOf(text, takenOut, path),
  };
}

/** Claude Code finds a login by this path, so the folder cannot be moved. */
function refuseElsewhere({ name, configDir }: EarlierVariant, config: string): void {
  if (resolve(configDir) === config) return;
  throw new CcMirrorError(
    'invalid-record',
    `The earlier variant ${name} has its configuration in ${configDir}, not in ${config}; it still works, but cannot be adopted.`,
    `If it belongs to another home, name that home: cc-mirror update ${name} --adopt --home DIR`,
  );
}

function refuseCredentials({ name }: EarlierVariant, address: string | null): void {
  if (address === null || !/^[^/]*\/\/[^/]*@/.test(address)) return;
  throw new CcMirrorError(
    'usage',
    `The address of the earlier variant ${name} contains a user name or password, which would be recorded in plain text.`,
    `Give the address without it, and the key separately: cc-mirror update ${name} --adopt --base-url URL --api-key-stdin`,
  );
}

function refuseToken({ name }: EarlierVariant, preset: Preset, key: KeyVariable | null): void {
  if (preset.auth.type !== 'login' || key !== 'ANTHROPIC_AUTH_TOKEN') return;
  throw new CcMirrorError(
    'usage',
    `The earlier variant ${name} sends ANTHROPIC_AUTH_TOKEN, which the provider ${preset.id} does not take.`,
    `Name the address it is for: cc-mirror update ${name} --adopt --provider custom --base-url URL --api-key-stdin`,
  );
}

/** At an address that the preset does not know, the key is sent as before. */
function authKept(
  key: KeyVariable | null,
  preset: Preset,
  address: string | null,
): KeyHeader | undefined {
  if (key === null || address === null || preset.auth.type === 'login') return undefined;
  const before = key === 'ANTHROPIC_AUTH_TOKEN' ? 'bearer' : 'api-key';
  return before === preset.auth.type || isAddressOf(preset, address) ? undefined : before;
}

/** Models that the user named stay, and so do all at an address that the preset does not know. */
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

function launcherState(text: string | null, name: string): Adoption['launcher']['state'] {
  if (text === null) return 'none';
  return earlierLauncher(text, name) ? 'theirs' : 'foreign';
}

function keyNotes(key: KeyVariable, auth: Preset['auth']['type'], id: string): string[] {
  const sent = keyVariableFor(auth);
  return key === sent
    ? []
    : [`the key is now sent as ${sent}, as the preset ${id} says, instead of ${key}`];
}

function modelNotes(models: EarlierModels, { id }: Preset): string[] {
  const before = [...new Set(Object.values(models).filter((model) => model !== null))];
  return before.length === 0 ? [] : [`the models of the preset ${id} replace ${before.join(', ')}`];
}

function looksSecret(variable: string): boolean {
  return /KEY|TOKEN|SECRET|PASSWORD/i.test(variable);
}
