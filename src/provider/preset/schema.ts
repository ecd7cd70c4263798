import * as z from '../../zod.ts';
import { isHeaderName, isHeaderTemplate } from '../header.ts';
import { isVariableName } from '../variables.ts';
import { checkVariables, checkWhole } from './checks.ts';
import { address, httpUrl, path, slug, text } from './fields.ts';

const optionalText = z.optional(text);
const optionalUrl = z.optional(httpUrl);

/** How a key is sent: `Authorization: Bearer`, or `x-api-key`. */
export const keyHeaders = ['bearer', 'api-key'] as const;
export type KeyHeader = (typeof keyHeaders)[number];

/** What kind of service it is; lists are in this order. */
export const groups = ['anthropic', 'vendor', 'gateway', 'local', 'cloud', 'custom'] as const;

/** What people call them. */
export const groupNames: Readonly<Record<(typeof groups)[number], string>> = {
  anthropic: 'Anthropic',
  vendor: 'Vendors of models',
  gateway: 'Gateways and hosts of open models',
  local: 'On your own machine',
  cloud: 'Clouds',
  custom: 'Anything else',
};

const keyed = {
  /** Whether the variant needs a key. */
  required: z._default(z.boolean(), true),
  /** Where a user gets a key. */
  keyUrl: optionalUrl,
  /** Sent if no key was given, for local servers that want any text; not a secret. */
  placeholder: optionalText,
};

const auth = z.discriminatedUnion('type', [
  /** Claude Code's own login, or ANTHROPIC_API_KEY if a key is given. */
  z.strictObject({
    type: z.literal('login'),
    required: z._default(z.literal(false), false),
    keyUrl: optionalUrl,
  }),
  /** ANTHROPIC_AUTH_TOKEN, sent as `Authorization: Bearer`. */
  z.strictObject({ type: z.literal('bearer'), ...keyed }),
  /** ANTHROPIC_API_KEY, sent as `x-api-key`. */
  z.strictObject({ type: z.literal('api-key'), ...keyed }),
  /** The credentials of a cloud's own tools, which stay where they are; cc-mirror keeps no key. */
  z.strictObject({
    type: z.literal('cloud'),
    required: z._default(z.literal(false), false),
    keyUrl: optionalUrl,
    /** The variables that may hold one; launchers clear them, so `--keep-env` names the one in use. */
    secrets: z._default(z.array(z.string().check(z.refine(isVariableName))), []),
  }),
]);

/** Model ids; a session starts with `default`. */
const models = z.strictObject({
  default: optionalText,
  opus: optionalText,
  sonnet: optionalText,
  haiku: optionalText,
  subagent: optionalText,
});

const variables = z.record(z.string(), z.string()).check(z.superRefine(checkVariables));

/** What the keys of a service begin with, where that tells them from others' keys. */
const keyPrefixes = z.array(
  z.string().check(z.regex(/^[\w.-]{2,32}$/, 'must be 2 to 32 of a-z, A-Z, 0-9, _, . and -')),
);

/** Where the balance or quota is asked for: a path on the endpoint's own host, as a key goes to no other. */
const balance = z.strictObject({
  path,
  /** The shape of the answer. */
  kind: z.enum(['deepseek', 'moonshot', 'kimi-coding', 'openrouter', 'siliconflow', 'zai']),
});

/** Where facts come from and as of when (ISO date). */
const source = z.strictObject({
  url: optionalUrl,
  date: z.iso.date(),
  /** high: the provider's own page; medium: several public lists agree; low: one list. */
  confidence: z.enum(['high', 'medium', 'low']),
});

const choice = z.array(z.strictObject({ id: slug, name: text }));

/** An address of the service; what it has beside, it has in place of the preset's own. */
const endpoint = z.strictObject({
  region: z.optional(slug),
  plan: z.optional(slug),
  baseUrl: address,
  auth: z.optional(auth),
  keyUrl: optionalUrl,
  keyPrefixes: z.optional(keyPrefixes),
  /** All of the models; the preset's are not mixed in. */
  models: z.optional(models),
  /** On top of the preset's. */
  env: z.optional(variables),
  balance: z.optional(balance),
  source: z.optional(source),
});

/** One provider: `providers/<id>.json`, shipped or the user's own. */
export const presetSchema = z
  .strictObject({
    $schema: optionalText,
    id: slug,
    aliases: z._default(z.array(slug), []),
    name: text,
    /** One line. */
    description: text,
    group: z._default(z.enum(groups), 'custom'),
    /** null: Anthropic's own, a cloud's, or given by the user (see `requires`). The first endpoint's if left out. */
    baseUrl: z.optional(z.nullable(address)),
    /** What earlier presets had in place of `regions` and `endpoints`. */
    alternativeUrls: z._default(z.array(z.strictObject({ name: text, url: address })), []),
    regions: z._default(choice, []),
    plans: z._default(choice, []),
    /** The first one is the default; `--region` and `--plan` choose the first that fits. */
    endpoints: z._default(z.array(endpoint), []),
    /** Variables that the user gives with `--env`: for `${NAME}` in an address, or for Claude Code. */
    parameters: z._default(
      z.array(
        z.strictObject({
          name: z.string().check(z.refine(isVariableName, 'is not a variable name')),
          description: text,
        }),
      ),
      [],
    ),
    auth,
    keyPrefixes: z._default(keyPrefixes, []),
    /** The service's page on how to use it. */
    docs: optionalUrl,
    /** The command that starts it, for a server on the user's own machine. */
    start: optionalText,
    models: z._default(models, {}),
    /** Whether the service answers to Anthropic's own model ids, so that tiers need no others. */
    anthropicIds: z._default(z.boolean(), false),
    /** What is known of models, by id as it stands in `models`, with `[1m]` where it has that. */
    modelInfo: z._default(
      z.record(
        text,
        z.strictObject({
          /** What /model shows. */
          name: optionalText,
          description: optionalText,
          /** Its window, in tokens. */
          context: z.optional(z.int().check(z.minimum(1000), z.maximum(10_000_000))),
          /** From how many tokens on sessions are compacted, where the service says less than its window. */
          compactAt: z.optional(z.int().check(z.minimum(100_000), z.maximum(1_000_000))),
        }),
      ),
      {},
    ),
    /** A further model that /model offers. */
    customModel: z.optional(
      z.strictObject({ id: text, name: optionalText, description: optionalText }),
    ),
    /** What the service does not do, or does. */
    limits: z._default(
      z.strictObject({
        /** false: the tool WebSearch is denied. */
        webSearch: z._default(z.boolean(), true),
        /** false: the tool WebFetch is denied. */
        webFetch: z._default(z.boolean(), true),
        /** false: it has no /v1/messages/count_tokens. */
        tokenCounting: z._default(z.boolean(), true),
        /** false: it refuses fields of beta features, so they are not sent. */
        betas: z._default(z.boolean(), true),
        /** true: it accepts deferred tools and passes `tool_reference` blocks on. Users who defer tools elsewhere are warned. */
        deferredTools: z.optional(z.boolean()),
      }),
      { webSearch: true, webFetch: true, tokenCounting: true, betas: true },
    ),
    /** The place of `limits.deferredTools` in earlier presets. */
    deferredTools: z.optional(z.boolean()),
    env: z._default(variables, {}),
    /** Further headers, each with a variable for its secret: `Bearer ${CF_TOKEN}`. */
    headers: z._default(
      z.array(
        z.strictObject({
          name: text.check(z.refine(isHeaderName, 'is not a header name')),
          value: text.check(
            z.refine(isHeaderTemplate, 'must refer to a variable, like ${CF_TOKEN}'),
          ),
          /** Whether the provider refuses requests without it. */
          required: z._default(z.boolean(), true),
        }),
      ),
      [],
    ),
    /** What the user must give. */
    requires: z._default(z.array(z.enum(['baseUrl', 'model'])), []),
    balance: z.optional(balance),
    /** Where the list of models is: a path on the endpoint's own host. */
    modelsPath: z.optional(path),
    /** Servers of the provider's in place of tools that it does not serve; `${API_KEY}` is the variant's key. */
    mcpServers: z._default(
      z.record(
        slug,
        z.strictObject({
          instead: z.array(z.enum(['WebSearch', 'WebFetch'])),
          command: optionalText,
          args: z._default(z.array(text), []),
          env: z._default(z.record(z.string().check(z.refine(isVariableName)), text), {}),
          url: z.optional(address),
          headers: z._default(z.record(text, text), {}),
        }),
      ),
      {},
    ),
    /** Models and addresses of before: variants move from them, unless the user chose them. */
    former: z._default(
      z.strictObject({
        /** Old id → today's. */
        models: z._default(z.record(text, text), {}),
        baseUrls: z._default(z.array(httpUrl), []),
      }),
      { models: {}, baseUrls: [] },
    ),
    /** Sentences that a user should know beforehand. */
    notes: z._default(z.array(text), []),
    /** Of all that an endpoint does not state its own of; optional in the user's own presets. */
    source: z.optional(source),
  })
  .check(z.superRefine(checkWhole));

type Written = z.infer<typeof presetSchema>;

export type Endpoint = z.infer<typeof endpoint>;

/** A preset as it is used: earlier keys are in today's places, and the address is filled in. */
export interface Preset extends Omit<
  Written,
  '$schema' | 'alternativeUrls' | 'deferredTools' | 'baseUrl' | 'limits'
> {
  baseUrl: string | null;
  limits: Written['limits'] & { deferredTools: boolean };
}

/** Brings a valid file's values to one form. */
export function asUsed(written: Written): Preset {
  const { $schema: _, alternativeUrls, deferredTools, ...preset } = written;
  const own = preset.baseUrl ?? preset.endpoints[0]?.baseUrl ?? null;
  const taken = new Set(preset.regions.map(({ id }) => id));
  const others = alternativeUrls.map(({ name, url }) => ({ id: newId(name, taken), name, url }));
  return {
    ...preset,
    baseUrl: own,
    regions: [...preset.regions, ...others.map(({ id, name }) => ({ id, name }))],
    endpoints: [
      // The preset's own address stays the default.
      ...(others.length > 0 && own !== null && preset.endpoints.length === 0
        ? [{ baseUrl: own }]
        : preset.endpoints),
      ...others.map(({ id, url }) => ({ region: id, baseUrl: url })),
    ],
    limits: {
      ...preset.limits,
      deferredTools: preset.limits.deferredTools ?? deferredTools ?? false,
    },
  };
}

/** The id of a region that earlier presets know by name only. */
function newId(name: string, taken: Set<string>): string {
  const words = name.toLowerCase().match(/[a-z0-9]+/g) ?? ['other'];
  let id = words.join('-');
  for (let next = 2; taken.has(id); next++) id = `${words.join('-')}-${next}`;
  taken.add(id);
  return id;
}
