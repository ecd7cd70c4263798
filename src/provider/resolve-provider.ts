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
import {
  type ChosenEndpoint,
  type Origin,
  chooseEndpoint,
  neededParameters,
  parameterOf,
  withParameters,
} from './preset/endpoints.ts';
import { contextVariables, customModelVariables, nameVariables } from './preset/model-info.ts';
import { takesDeferred, toolsInFull } from './tool-search.ts';
import { isVariableName, ownedVariables } from './variables.ts';

/** What the user chose on top of the preset: `--region`, `--plan`, `--base-url`, `--auth`, `--model…`, `--env`. */
export interface ProviderOverrides {
  region?: string | undefined;
  plan?: string | undefined;
  baseUrl?: string | undefined;
  auth?: KeyHeader | undefined;
  models?: { [kind in 'default' | Tier]?: string | undefined } | undefined;
  env?: Readonly<Record<string, string>> | undefined;
}

/** A provider as a variant uses it. `env` holds no secret; the key goes into `keyVariable`. */
export interface ResolvedProvider {
  id: string;
  name: string;
  /** Those of the endpoint; null: it has none. */
  region: string | null;
  plan: string | null;
  /** null: Anthropic's own, or a cloud's. */
  baseUrl: string | null;
  /** Whether it is another service than Anthropic's own. */
  elsewhere: boolean;
  auth: Preset['auth']['type'];
  keyVariable: KeyVariable;
  keyRequired: boolean;
  keyUrl: string | null;
  headers: Preset['headers'];
  models: Models;
  /** Tiers that would ask this address for one of Anthropic's models; empty for Anthropic itself. */
  unmapped: Tier[];
  env: Record<string, string>;
  /** Where each variable of `env` comes from. */
  origins: Record<string, Origin>;
  /** Tools that the service cannot do, so that permissions deny them. */
  deniedTools: string[];
  /** Whether the address is known to accept deferred tools. */
  deferredTools: boolean;
  /** What the user should know of the preset. */
  notes: string[];
}

/**
 * The preset with the user's choices on top, as environment variables and settings. Pure. CcMirrorError
 * `usage`: a region, plan or parameter that does not fit, a base URL that is missing or not http(s),
 * `--auth` for a provider without that choice, a missing model, or an `--env` that is malformed, a
 * credential, or a variable that cc-mirror sets.
 */
export function resolveProvider(
  preset: Preset,
  overrides: ProviderOverrides = {},
): ResolvedProvider {
  const { id, name, limits } = preset;
  const given = checkedEnv(overrides.env ?? {});
  const endpoint = chooseEndpoint(preset, overrides);
  const { origin } = endpoint;
  const auth = chooseAuth(preset, endpoint, overrides.auth);
  const baseUrl = chooseBaseUrl(preset, endpoint, overrides.baseUrl, given);
  const elsewhere = baseUrl !== null || auth.type === 'cloud';
  const ofPreset = endpoint.models ?? preset.models;
  const models = fillModels(ofPreset, overrides.models ?? {}, elsewhere);
  requireModel(preset, models);
  const keyVariable = keyVariableFor(auth.type);
  const placeholder = 'placeholder' in auth ? auth.placeholder : undefined;
  const typed = baseUrl !== endpoint.baseUrl && overrides.baseUrl !== undefined;
  const ofModels = modelOrigin(overrides, endpoint.models ? origin : 'preset', elsewhere);
  const layers: [Origin, Record<string, string>][] = [
    ['cc-mirror', toolsInFull],
    [typed ? 'option' : origin, baseUrl === null ? {} : { ANTHROPIC_BASE_URL: baseUrl }],
    ...modelVariables(models, elsewhere).map(
      ([variable, model, kind]): [Origin, Record<string, string>] => [
        ofModels(kind),
        { [variable]: model },
      ],
    ),
    ['preset', elsewhere ? nameVariables(models, preset) : {}],
    ['preset', elsewhere ? contextVariables(models, preset) : {}],
    ['preset', customModelVariables(preset)],
    ['preset', limits.betas ? {} : { CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS: '1' }],
    ['preset', withoutName(preset.env, keyVariable)],
    [origin, withoutName(endpoint.env ?? {}, keyVariable)],
    ['preset', placeholder === undefined ? {} : { [keyVariable]: placeholder }],
    ['option', given],
  ];
  return {
    id,
    name,
    region: endpoint.region ?? null,
    plan: endpoint.plan ?? null,
    baseUrl,
    elsewhere,
    auth: auth.type,
    keyVariable,
    keyRequired: auth.required,
    keyUrl: endpoint.keyUrl ?? auth.keyUrl ?? null,
    headers: preset.headers,
    models,
    unmapped: elsewhere && !preset.anthropicIds ? unmappedTiers(models) : [],
    env: Object.assign({}, ...layers.map(([, env]) => env)),
    origins: Object.fromEntries(
      layers.flatMap(([from, env]) => Object.keys(env).map((variable) => [variable, from])),
    ),
    deniedTools: [
      ...(limits.webSearch ? [] : ['WebSearch']),
      ...(limits.webFetch ? [] : ['WebFetch']),
    ],
    deferredTools: takesDeferred(preset, baseUrl),
    notes: notesOn(preset, endpoint),
  };
}

/** What the preset's author could not be sure of, and what the service wants of its users. */
function notesOn({ name, source: ofPreset, notes }: Preset, endpoint: ChosenEndpoint): string[] {
  const source = endpoint.source ?? ofPreset;
  return [
    ...(source?.confidence === 'low'
      ? [
          `what is known of ${name} comes from one public list of ${source.date}, not from the provider; if it refuses requests, compare with its own page`,
        ]
      : []),
    ...notes,
  ];
}

/** Gateways differ in how they want the key. */
function chooseAuth(
  preset: Preset,
  endpoint: ChosenEndpoint,
  given: KeyHeader | undefined,
): Preset['auth'] {
  const auth = endpoint.auth ?? preset.auth;
  if (given === undefined || given === auth.type) return auth;
  if (auth.type === 'bearer' || auth.type === 'api-key') return { ...auth, type: given };
  throw new CcMirrorError(
    'usage',
    auth.type === 'cloud'
      ? `--auth is for gateways; the provider ${preset.id} takes the credentials of the cloud's own tools`
      : `--auth is for gateways; the provider ${preset.id} takes a login, or a key as x-api-key`,
    'Leave out --auth, or use --provider custom',
  );
}

/** Presets set the variable that the key does not go into to nothing. */
function withoutName(env: Readonly<Record<string, string>>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([other]) => other !== name));
}

function chooseBaseUrl(
  preset: Preset,
  endpoint: ChosenEndpoint,
  given: string | undefined,
  env: Readonly<Record<string, string>>,
): string | null {
  if (given !== undefined) {
    if (preset.auth.type !== 'cloud') return checkedUrl(given.trim());
    throw new CcMirrorError(
      'usage',
      `--base-url: the provider ${preset.id} has no address of its own`,
      'Leave out --base-url, or use --provider custom',
    );
  }
  for (const { name } of neededParameters(preset, null)) parameterOf(name, preset, env);
  if (endpoint.baseUrl !== null) return withParameters(endpoint.baseUrl, preset, env);
  if (preset.requires.includes('baseUrl')) {
    throw new CcMirrorError(
      'usage',
      `The provider ${preset.id} needs an address`,
      'Add --base-url URL, where URL is the part before /v1/messages',
    );
  }
  return null;
}

function requireModel(preset: Preset, models: Models): void {
  const all = models.default !== undefined || unmappedTiers(models).length === 0;
  if (!preset.requires.includes('model') || all) return;
  throw new CcMirrorError(
    'usage',
    `The provider ${preset.id} needs a model`,
    'Add --model ID; --model-opus, --model-sonnet and --model-haiku refine it',
  );
}

type Kind = keyof Models;

/** The variables of models, each with the kind of model that it takes. */
function modelVariables(
  models: Models,
  elsewhere: boolean,
): [variable: string, model: string, kind: Kind][] {
  const variables: readonly (readonly [string, Kind])[] = [
    ...(['default', ...tiers, 'subagent'] as const).map(
      (kind) => [modelVariable[kind], kind] as const,
    ),
    // The tier above opus, which /model and the Agent tool offer (2.1.332): else its id is Anthropic's.
    ...(elsewhere ? ([['ANTHROPIC_DEFAULT_FABLE_MODEL', 'opus']] as const) : []),
  ];
  return variables.flatMap(([variable, kind]) => {
    const model = models[kind];
    return model === undefined ? [] : [[variable, model, kind]];
  });
}

/** Says where a model comes from: one for everything that the user chose also fills the others. */
function modelOrigin(
  { models: chosen = {} }: ProviderOverrides,
  place: Origin,
  elsewhere: boolean,
): (kind: Kind) => Origin {
  const isChosen = (kind: 'default' | Tier): boolean => Boolean(chosen[kind]?.trim());
  return (kind) => {
    if (elsewhere && isChosen('default')) return 'option';
    return kind !== 'subagent' && isChosen(kind) ? 'option' : place;
  };
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
