import { secretVariables } from '../claude-variables.ts';
import { CcMirrorError } from '../errors.ts';
import { checkedUrl } from './base-url.ts';
import {
  fillModels,
  modelVariable,
  tiers,
  unmappedTiers,
  type Models,
  type Tier,
} from './models.ts';
import { type KeyHeader, type KeyVariable, type Preset, keyVariableFor } from './preset.ts';
import { takesDeferred, toolsInFull } from './tool-search.ts';
import { isVariableName, ownedVariables } from './variables.ts';

/** What the user chose on top of the preset: `--base-url`, `--auth`, `--model…`, `--env`. */
export interface ProviderOverrides {
  baseUrl?: string | undefined;
  auth?: KeyHeader | undefined;
  models?: { [kind in 'default' | Tier]?: string | undefined } | undefined;
  env?: Readonly<Record<string, string>> | undefined;
}

/** A provider as a variant uses it. `env` holds no secret; the key goes into `keyVariable`. */
export interface ResolvedProvider {
  id: string;
  name: string;
  /** null: Anthropic's own. */
  baseUrl: string | null;
  auth: Preset['auth']['type'];
  keyVariable: KeyVariable;
  keyRequired: boolean;
  keyUrl: string | null;
  headers: Preset['headers'];
  models: Models;
  /** Tiers that would ask this address for one of Anthropic's models; empty for Anthropic itself. */
  unmapped: Tier[];
  env: Record<string, string>;
  /** Whether the address is known to accept deferred tools. */
  deferredTools: boolean;
}

/**
 * The preset with the user's choices on top, as environment variables. CcMirrorError `usage`: a base
 * URL that is missing or not http(s), `--auth` for a provider without that choice, a missing model,
 * or an `--env` that is malformed, a credential, or a variable that cc-mirror sets.
 */
export function resolveProvider(
  preset: Preset,
  overrides: ProviderOverrides = {},
): ResolvedProvider {
  const { id, name } = preset;
  const auth = chooseAuth(preset, overrides.auth);
  const baseUrl = chooseBaseUrl(preset, overrides.baseUrl);
  const models = fillModels(preset.models, overrides.models ?? {}, baseUrl !== null);
  requireModel(preset, models);
  const keyVariable = keyVariableFor(auth.type);
  const placeholder = auth.type === 'login' ? undefined : auth.placeholder;
  return {
    id,
    name,
    baseUrl,
    auth: auth.type,
    keyVariable,
    keyRequired: auth.required,
    keyUrl: auth.keyUrl ?? null,
    headers: preset.headers,
    models,
    unmapped: baseUrl === null ? [] : unmappedTiers(models),
    deferredTools: takesDeferred(preset, baseUrl),
    env: {
      ...toolsInFull,
      ...(baseUrl === null ? {} : { ANTHROPIC_BASE_URL: baseUrl }),
      ...modelVariables(models, baseUrl !== null),
      ...withoutName(preset.env, keyVariable),
      ...(placeholder === undefined ? {} : { [keyVariable]: placeholder }),
      ...checkedEnv(overrides.env ?? {}),
    },
  };
}

/** Gateways differ in how they want the key. */
function chooseAuth({ id, auth }: Preset, given: KeyHeader | undefined): Preset['auth'] {
  if (given === undefined || given === auth.type) return auth;
  if (auth.type !== 'login') return { ...auth, type: given };
  throw new CcMirrorError(
    'usage',
    `--auth is for gateways; the provider ${id} takes a login, or a key as x-api-key`,
    'Leave out --auth, or use --provider custom',
  );
}

/** Presets set the variable that the key does not go into to nothing. */
function withoutName(env: Readonly<Record<string, string>>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([other]) => other !== name));
}

function chooseBaseUrl(preset: Preset, given: string | undefined): string | null {
  if (given !== undefined) return checkedUrl(given.trim());
  if (preset.baseUrl === null && preset.requires.includes('baseUrl')) {
    throw new CcMirrorError(
      'usage',
      `The provider ${preset.id} needs an address`,
      'Add --base-url URL, where URL is the part before /v1/messages',
    );
  }
  return preset.baseUrl;
}

function requireModel(preset: Preset, models: Models): void {
  if (!preset.requires.includes('model') || models.default !== undefined) return;
  throw new CcMirrorError(
    'usage',
    `The provider ${preset.id} needs a model`,
    'Add --model ID; --model-opus, --model-sonnet and --model-haiku refine it',
  );
}

function modelVariables(models: Models, elsewhere: boolean): Record<string, string> {
  const env: Record<string, string> = {};
  for (const kind of ['default', ...tiers, 'subagent'] as const) {
    const model = models[kind];
    if (model !== undefined) env[modelVariable[kind]] = model;
  }
  // The tier above opus, which /model and the Agent tool offer (2.1.332): else its id is Anthropic's.
  if (elsewhere && models.opus !== undefined) env['ANTHROPIC_DEFAULT_FABLE_MODEL'] = models.opus;
  return env;
}

function checkedEnv(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  for (const [name, value] of Object.entries(env)) {
    if (!isVariableName(name)) {
      const hint = 'Write --env NAME=VALUE, with letters, digits and underscores in NAME';
      throw new CcMirrorError('usage', `--env: "${name}" is not a variable name`, hint);
    }
    if (value.includes('\0')) {
      const hint = `Remove the NUL character from ${name}`;
      throw new CcMirrorError('usage', `--env ${name}: no variable can have this value`, hint);
    }
    const instead = ownedVariables.get(name);
    if (instead !== undefined) {
      throw new CcMirrorError('usage', `--env ${name}: cc-mirror sets this variable`, instead);
    }
    if (secretVariables.has(name) && value !== '') {
      throw new CcMirrorError(
        'usage',
        `--env ${name}: a credential given this way would be stored in plain text`,
        'Give the key with --api-key-env VAR or --api-key-stdin',
      );
    }
  }
  return env;
}
