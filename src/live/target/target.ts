import { CcMirrorError } from '../../errors.ts';
import { checkedUrl } from '../../provider/base-url.ts';
import { type Header, checkedHeader, sameHeader } from '../../provider/header.ts';
import { type Tier, tiers } from '../../provider/models.ts';
import type { Preset } from '../../provider/preset.ts';
import type { ChosenEndpoint } from '../../provider/preset/endpoints.ts';

/** A model that sessions ask for, as it is sent, and what it is used for. */
export interface AskedModel {
  id: string;
  /** The first one names its check. */
  uses: readonly Use[];
  /** Nothing names a model, so this is one that Claude Code has of itself. */
  assumed: boolean;
}

type Use = 'default' | Tier | 'subagent';

/** Who is asked, as whom and for which models. Nothing of `headers` and `secrets` is ever shown. */
export interface Target {
  /** null: a preset is tested, and no variant. */
  variant: string | null;
  /** The preset's id. */
  provider: string;
  /** The service's name. */
  name: string;
  /** What `/v1/messages` is appended to. */
  baseUrl: string;
  models: readonly AskedModel[];
  /** Credentials and further headers, each with its final value. */
  headers: readonly Header[];
  credential: Credential;
  secrets: readonly string[];
  /** Whether requests may have fields of beta features. */
  betas: boolean;
  /** null: there is no such preset any more. */
  preset: Preset | null;
  /** null where the address is none that the preset knows. */
  endpoint: ChosenEndpoint | null;
}

/** What requests carry as a key. `login`: sessions send a login of their own, which is not ours to use. */
type Credential = 'key' | 'placeholder' | 'none' | 'login';

/** Everything that a target is made of. */
export interface TargetInput extends Pick<
  Target,
  'variant' | 'provider' | 'name' | 'preset' | 'endpoint'
> {
  /** The variables of a session, with its key. */
  variables: Readonly<Record<string, string | undefined>>;
  /** What a key helper prints. */
  helperKey: string | null;
  /** Further headers. */
  headers: readonly Header[];
  /** Whether sessions have a login where they have no key. */
  login: boolean;
}

const anthropic = 'https://api.anthropic.com';

/**
 * The target that follows from a session's variables. Pure. Error: `usage` for an address, a key or a
 * header that cannot be sent.
 */
export function targetOf(input: TargetInput): Target {
  const { variant, provider, name, variables, helperKey, headers, login, preset, endpoint } = input;
  const credentials = credentialsIn(variables, helperKey);
  const auth = endpoint?.auth ?? preset?.auth;
  const placeholder = auth && 'placeholder' in auth ? auth.placeholder : undefined;
  for (const { key } of credentials) checkKey(key);
  for (const header of headers) checkedHeader(header);
  const keys = credentials.map(({ key }) => key).filter((key) => key !== placeholder);
  // A header of the user's own replaces Claude Code's.
  const sent = credentials
    .map(({ header }) => header)
    .filter((one) => !headers.some((other) => sameHeader(one.name, other.name)));
  return {
    variant,
    provider,
    name,
    baseUrl: checkedUrl(variables['ANTHROPIC_BASE_URL'] || anthropic).replace(/\/+$/, ''),
    models: modelsIn(variables),
    headers: [...sent, ...headers],
    credential:
      keys.length > 0 ? 'key' : credentials.length > 0 ? 'placeholder' : login ? 'login' : 'none',
    secrets: [...new Set([...keys, ...headers.flatMap(({ value }) => secretWords(value))])],
    betas: !variables['CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS'],
    preset,
    endpoint,
  };
}

/** No message quotes the key, and fetch would. */
function checkKey(key: string): void {
  if (/^[!-~]+$/.test(key)) return;
  throw new CcMirrorError(
    'usage',
    'The key contains a space, a line break or a character outside ASCII, which no header can carry.',
    'Set it again, the key alone and nothing else.',
  );
}

/** Claude Code sends a helper's key both ways, and each variable's in its own. */
function credentialsIn(
  variables: TargetInput['variables'],
  helperKey: string | null,
): { key: string; header: Header }[] {
  const token = helperKey ?? variables['ANTHROPIC_AUTH_TOKEN'];
  const key = helperKey ?? variables['ANTHROPIC_API_KEY'];
  return [
    ...(token ? [{ key: token, header: { name: 'authorization', value: `Bearer ${token}` } }] : []),
    ...(key ? [{ key, header: { name: 'x-api-key', value: key } }] : []),
  ];
}

/** The words of a header's value that may be a secret. */
function secretWords(value: string): string[] {
  return value.split(/[\s,;]+/).filter((word) => word.length >= 8);
}

/** Names that Claude Code resolves to the model of a tier. */
const aliases = /^(default|best|inherit|opusplan|opus|sonnet|haiku|fable)(\[1m\])?$/i;

/** Each model once, in the order of its uses. `[1m]` is for Claude Code, which takes it off. */
function modelsIn(variables: TargetInput['variables']): AskedModel[] {
  const named: [Use, string | undefined][] = [
    ['default', variables['ANTHROPIC_MODEL']],
    ...tiers.map((tier): [Use, string | undefined] => [
      tier,
      variables[`ANTHROPIC_DEFAULT_${tier.toUpperCase()}_MODEL`],
    ]),
    ['subagent', variables['CLAUDE_CODE_SUBAGENT_MODEL']],
  ];
  const uses = new Map<string, Use[]>();
  for (const [use, value] of named) {
    if (!value || aliases.test(value)) continue;
    const id = value.replace(/\[1m\]$/i, '');
    uses.set(id, [...(uses.get(id) ?? []), use]);
  }
  if (uses.size === 0) return [{ id: 'claude-haiku-4-5', uses: ['haiku'], assumed: true }];
  return [...uses].map(([id, all]) => ({ id, uses: all, assumed: false }));
}
