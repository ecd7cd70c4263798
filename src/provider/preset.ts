import { jsonErrorPlace, withoutMark } from '../config/json-place.ts';
import { secretVariables } from '../claude-variables.ts';
import { CcMirrorError } from '../errors.ts';
import * as z from '../zod.ts';
import { isHeaderName, isHeaderTemplate } from './header.ts';
import { capabilityVariables, isVariableName, ownedVariables } from './variables.ts';

const slug = z
  .string()
  .check(
    z.regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'must be lower-case letters, digits and single hyphens'),
  );
const text = z.string().check(z.trim(), z.minLength(1));
const url = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
  .check(
    z.refine((value) => !/^[^/]*\/\/[^/]*@/.test(value), 'must not hold a user name or password'),
  );
const optionalText = z.optional(text);
const optionalUrl = z.optional(url);

/** How a key is sent: `Authorization: Bearer`, or `x-api-key`. */
export const keyHeaders = ['bearer', 'api-key'] as const;
export type KeyHeader = (typeof keyHeaders)[number];

const keyed = {
  /** Whether the variant needs a key. */
  required: z._default(z.boolean(), true),
  /** Where a user gets a key. */
  keyUrl: optionalUrl,
  /** Sent if no key was given, for local servers that want any text; not a secret. */
  placeholder: optionalText,
};

/** One provider: `providers/<id>.json`, shipped or the user's own. */
const presetSchema = z.strictObject({
  id: slug,
  aliases: z._default(z.array(slug), []),
  name: text,
  description: text,
  /** null: Anthropic's own, or given by the user (see `requires`). */
  baseUrl: z.nullable(url),
  /** Other addresses of the same service, for `--base-url`. */
  alternativeUrls: z._default(z.array(z.strictObject({ name: text, url })), []),
  auth: z.discriminatedUnion('type', [
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
  ]),
  /** Model ids; a session starts with `default`. */
  models: z._default(
    z.strictObject({
      default: optionalText,
      opus: optionalText,
      sonnet: optionalText,
      haiku: optionalText,
      subagent: optionalText,
    }),
    {},
  ),
  /**
   * Whether the service accepts deferred tools and passes `tool_reference` blocks on. Users who defer
   * tools elsewhere are warned.
   */
  deferredTools: z._default(z.boolean(), false),
  env: z._default(z.record(z.string(), z.string()).check(z.superRefine(checkVariables)), {}),
  /** Further headers, each with a variable for its secret: `Bearer ${CF_TOKEN}`. */
  headers: z._default(
    z.array(
      z.strictObject({
        name: text.check(z.refine(isHeaderName, 'is not a header name')),
        value: text.check(z.refine(isHeaderTemplate, 'must refer to a variable, like ${CF_TOKEN}')),
        /** Whether the provider refuses requests without it. */
        required: z._default(z.boolean(), true),
      }),
    ),
    [],
  ),
  /** What the user must give. */
  requires: z._default(z.array(z.enum(['baseUrl', 'model'])), []),
  /** Where the facts come from and as of when (ISO date); optional in the user's own presets. */
  source: z.optional(
    z.strictObject({
      url: optionalUrl,
      date: z.iso.date(),
      confidence: z.enum(['high', 'medium', 'low']),
    }),
  ),
});

export type Preset = z.infer<typeof presetSchema>;

export const keyVariables = ['ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_API_KEY'] as const;
export type KeyVariable = (typeof keyVariables)[number];

/** The variable from which Claude Code reads a key that is sent this way. */
export function keyVariableFor(auth: Preset['auth']['type']): KeyVariable {
  return auth === 'bearer' ? 'ANTHROPIC_AUTH_TOKEN' : 'ANTHROPIC_API_KEY';
}

/** The preset's own address, null for Anthropic's, and its alternatives. */
export function addressesOf({
  baseUrl,
  alternativeUrls,
}: Pick<Preset, 'baseUrl' | 'alternativeUrls'>): (string | null)[] {
  return [baseUrl, ...alternativeUrls.map(({ url }) => url)];
}

/**
 * Parses a preset's JSON text; `file` is for messages only. CcMirrorError `invalid-preset`, which
 * names the file, every wrong field and what to do.
 */
export function parsePreset(json: string, file: string): Preset {
  const result = presetSchema.safeParse(parseJson(json, file));
  if (result.success) return result.data;
  const problems = result.error.issues.map(describe).join('; ');
  throw new CcMirrorError('invalid-preset', `${file}: ${problems}`, repair(file), {
    cause: result.error,
  });
}

/** What to do about a broken preset file. */
export function repair(file: string): string {
  return `Correct ${file}, or move it out of the folder`;
}

function parseJson(json: string, file: string): unknown {
  try {
    return JSON.parse(withoutMark(json));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // The parser's own message quotes the text, which may contain a key.
    const place = jsonErrorPlace(json);
    throw new CcMirrorError('invalid-preset', `${file}:${place} is not valid JSON`, repair(file));
  }
}

function describe({ path, message }: z.core.$ZodIssue): string {
  return path.length === 0 ? message : `${path.join('.')}: ${message}`;
}

function checkVariables(env: Record<string, string>, context: z.core.$RefinementCtx): void {
  for (const [name, value] of Object.entries(env)) {
    const problem = variableProblem(name, value);
    if (problem !== null) context.addIssue({ code: 'custom', path: [name], message: problem });
  }
}

function variableProblem(name: string, value: string): string | null {
  if (!isVariableName(name)) return 'is not a variable name';
  if (value.includes('\0')) return 'has a NUL character in its value';
  if (secretVariables.has(name) && value !== '') {
    return 'is a credential, which a preset must not contain';
  }
  if (ownedVariables.has(name)) return 'is set by cc-mirror itself';
  if (capabilityVariables.has(name)) {
    return 'belongs to the task and team features, which a provider cannot set';
  }
  return null;
}
