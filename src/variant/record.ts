import { withoutMark } from '../config/json-place.ts';
import { keyHeaders } from '../provider/preset.ts';
import { ruleNames } from '../rules/rule-names.ts';
import * as z from '../zod.ts';

const capabilitySchema = z.object({
  /** `deferred`: the build announces the tools, and the model can fetch them. */
  state: z.enum(['on', 'deferred', 'off', 'absent', 'unknown']),
  by: z.nullable(z.enum(['stock', 'env', 'flip'])),
  /** For people: the variables that were set, or the function that was edited. */
  means: z.nullable(z.string()),
  reason: z.string(),
});
export type CapabilityState = z.infer<typeof capabilitySchema>;

const sourceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['auto', 'installed', 'latest']) }),
  z.object({ kind: z.literal('exact'), version: z.string() }),
  z.object({ kind: z.literal('path'), path: z.string() }),
]);

const optionalText = z.optional(z.string());
const modelsSchema = z.object({
  default: optionalText,
  opus: optionalText,
  sonnet: optionalText,
  haiku: optionalText,
});

/** The user's choices, from which `update` starts. */
const choicesSchema = z.object({
  source: sourceSchema,
  /** Which of the preset's endpoints. */
  region: optionalText,
  plan: optionalText,
  baseUrl: optionalText,
  /** How the key is sent, if not as the preset says. */
  auth: z.optional(z.enum(keyHeaders)),
  models: modelsSchema,
  env: z.record(z.string(), z.string()),
  /** Headers by name: a value with variables of the shell; null if it is in the file of headers. */
  headers: z._default(z.record(z.string(), z.nullable(z.string())), {}),
  /** Variables of the preset that the variant leaves out. */
  withoutEnv: z._default(z.array(z.string()), []),
  tasks: z.boolean(),
  teams: z.boolean(),
  flip: z.enum(['auto', 'always', 'never']),
  /** Packs, each by the id of a shipped one or by folder. */
  skills: z.array(z.string()),
  /** Whether the packs' rules are enforced. */
  rules: z._default(z.boolean(), true),
});
export type Choices = z.infer<typeof choicesSchema>;

/** The choices of a user who names only a provider. */
export const defaultChoices: Choices = {
  source: { kind: 'auto' },
  models: {},
  env: {},
  headers: {},
  withoutEnv: [],
  tasks: true,
  teams: true,
  flip: 'auto',
  skills: ['orchestration'],
  rules: true,
};

const fileSchema = z.object({ path: z.string(), sha256: z.string() });

/** A pack as it was installed: enough to keep it if its folder is removed. */
const packSchema = z.object({
  source: z.string(),
  id: z.string(),
  skills: z.array(z.string()),
  agents: z.array(z.string()),
  hooks: z.array(z.enum(ruleNames)),
  permissions: z.array(z.string()),
});
export type PackRecord = z.infer<typeof packSchema>;

/** Where the variant's key is kept and, if the launcher sets it, in which variable. */
const keySchema = z.discriminatedUnion('store', [
  z.object({ store: z.literal('file'), variable: z.string() }),
  z.object({ store: z.literal('env'), variable: z.string(), from: z.string() }),
  z.object({ store: z.literal('keyring'), variable: z.string() }),
  z.object({ store: z.literal('helper'), command: z.string() }),
]);
export type KeyRecord = z.infer<typeof keySchema>;

const offerState = z.enum(['on', 'deferred', 'off']);

/** Records of earlier releases lack `states` and `deferredTools`. */
export const probeSchema = z.object({
  claudeVersion: z.nullable(z.string()),
  tasks: z.boolean(),
  teams: z.boolean(),
  states: z.optional(z.object({ tasks: offerState, teams: offerState })),
  tools: z.array(z.string()),
  deferredTools: z.optional(z.array(z.string())),
  agents: z.array(z.string()),
  skills: z.array(z.string()),
  model: z.string(),
  ms: z.number(),
});

/**
 * variant.json. Other tools read `name`, `provider`, `baseUrl` and `configDir`, so these four keep
 * their names and meanings.
 */
export const recordSchema = z.object({
  schemaVersion: z.literal(1),
  name: z.string(),
  provider: z.string(),
  baseUrl: z.nullable(z.string()),
  configDir: z.string(),
  launcher: z.string(),
  claudeVersion: z.string(),
  platform: z.string(),
  bundle: z.object({ kind: z.enum(['js', 'native']), path: z.string(), sha256: z.string() }),
  capabilities: z.object({ tasks: capabilitySchema, teams: capabilitySchema }),
  packs: z._default(z.array(packSchema), []),
  skills: z.array(z.object({ name: z.string(), files: z.array(fileSchema) })),
  /** Our files in the `agents` folder of the configuration. */
  agents: z._default(z.array(fileSchema), []),
  key: z.nullable(keySchema),
  /** Keyring entries of this state and the one before, and those that could not be removed. */
  keyringEntries: z._default(z.array(z.string()), []),
  /** Variables of the shell that the launcher does not clear; they override its own. */
  keepEnv: z._default(z.array(z.string()), []),
  /** The launcher's variables, without secrets. */
  env: z.record(z.string(), z.string()),
  /** `baseUrl` and `env` as cc-mirror last wrote them: what differs now was edited by the user. */
  written: z.object({ baseUrl: z.nullable(z.string()), env: z.record(z.string(), z.string()) }),
  /** Our values in the user's configuration files, as last written: file → key path → value. */
  owned: z.record(z.string(), z.record(z.string(), z.json())),
  choices: choicesSchema,
  /** Projects whose task lists have no checksum in their names; absent in records older than checksums. */
  earlierLists: z.optional(z.array(z.string())),
  /** Notes for the user about this state of the variant. */
  notes: z.array(z.string()),
  probe: z.nullable(probeSchema),
  /** Digest of the user's settings at the time of the proof; absent if it was not run. */
  provedWith: z.optional(z.string()),
  /** Bundles of earlier states, from which sessions may still be running. */
  retired: z._default(z.array(z.object({ folder: z.string(), at: z.string() })), []),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type VariantRecord = z.infer<typeof recordSchema>;

/** Errors: `SyntaxError`, `ZodError`. */
export function parseRecord(text: string): VariantRecord {
  return recordSchema.parse(JSON.parse(withoutMark(text)));
}

/** The valid fields of an object that is not a valid record as a whole. */
export function partOfRecord(value: Readonly<Record<string, unknown>>): Partial<VariantRecord> {
  const fields = Object.entries(recordSchema.shape).flatMap(([name, schema]) => {
    const parsed = name in value ? z.safeParse(schema, value[name]) : null;
    return parsed?.success ? [[name, parsed.data]] : [];
  });
  return Object.fromEntries(fields);
}

export function recordText(record: VariantRecord): string {
  return `${JSON.stringify(record, null, 2)}\n`;
}
