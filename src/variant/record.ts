import { basename } from 'node:path';
import { entriesIn, readText, readlink, exists } from '../disk/sync-read.ts';
import { ifExists } from '../disk/if-exists.ts';
import { type EarlierVariant, readEarlier } from '../earlier/index.ts';
import { CcMirrorError, type ErrorCode, systemCode } from '../errors.ts';
import { keyHeaders } from '../provider/preset.ts';
import { ruleNames } from '../rules/rule-names.ts';
import * as z from '../zod.ts';
import { type Layout, variantLayout } from './layout.ts';
import { jsonErrorPlace, withoutMark } from '../config/json-place.ts';
import { isLeftover } from './leftover.ts';
import { checkName } from './name.ts';

const capabilitySchema = z.object({
  /** `deferred`: the build announces the tools, and the model can fetch them. */
  state: z.enum(['on', 'deferred', 'off', 'absent', 'unknown']),
  by: z.nullable(z.enum(['stock', 'env', 'flip'])),
  /** What was done for it, for people: the variables set or the function edited. */
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

/** What the user chose; `update` starts from it. */
const choicesSchema = z.object({
  source: sourceSchema,
  baseUrl: optionalText,
  /** How the key is sent, where that is not the preset's way. */
  auth: z.optional(z.enum(keyHeaders)),
  models: modelsSchema,
  env: z.record(z.string(), z.string()),
  /** Headers of every request: null for one in the file of headers, else a text with variables of the shell. */
  headers: z._default(z.record(z.string(), z.nullable(z.string())), {}),
  /** Variables of the preset that the variant does without. */
  withoutEnv: z._default(z.array(z.string()), []),
  tasks: z.boolean(),
  teams: z.boolean(),
  flip: z.enum(['auto', 'always', 'never']),
  /** Packs: the id of a shipped one, or a folder. */
  skills: z.array(z.string()),
  /** Whether the packs' rules are enforced. */
  rules: z._default(z.boolean(), true),
});
export type Choices = z.infer<typeof choicesSchema>;

const fileSchema = z.object({ path: z.string(), sha256: z.string() });

/** What a pack was when it was installed: enough to keep it when its folder is gone. */
const packSchema = z.object({
  source: z.string(),
  id: z.string(),
  skills: z.array(z.string()),
  agents: z.array(z.string()),
  hooks: z.array(z.enum(ruleNames)),
  permissions: z.array(z.string()),
});
export type PackRecord = z.infer<typeof packSchema>;

/** Where the variant's key is kept and, where the launcher sets it, the variable that it goes to. */
const keySchema = z.discriminatedUnion('store', [
  z.object({ store: z.literal('file'), variable: z.string() }),
  z.object({ store: z.literal('env'), variable: z.string(), from: z.string() }),
  z.object({ store: z.literal('keyring'), variable: z.string() }),
  z.object({ store: z.literal('helper'), command: z.string() }),
]);
export type KeyRecord = z.infer<typeof keySchema>;

const offerState = z.enum(['on', 'deferred', 'off']);

/** Records of earlier releases have no `states` and no `deferredTools`. */
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
 * variant.json. Other tools read `name`, `provider`, `baseUrl` and `configDir`: these four keep
 * their names and meaning.
 */
const recordSchema = z.object({
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
  /** Files of ours in the `agents` folder of the configuration. */
  agents: z._default(z.array(fileSchema), []),
  key: z.nullable(keySchema),
  /** The keyring's entries that this state or the one before has, or that could not be removed. */
  keyringEntries: z._default(z.array(z.string()), []),
  /** Variables of the shell that the launcher does not clear, and that win over its own. */
  keepEnv: z._default(z.array(z.string()), []),
  /** The launcher's variables; no secret is among them. */
  env: z.record(z.string(), z.string()),
  /** `baseUrl` and `env` as cc-mirror last wrote them: what differs now is the user's own. */
  written: z.object({ baseUrl: z.nullable(z.string()), env: z.record(z.string(), z.string()) }),
  /** Values of ours in the user's configuration files, as last written: file → key path → value. */
  owned: z.record(z.string(), z.record(z.string(), z.json())),
  choices: choicesSchema,
  /** Projects whose task lists have no sum in their names; left out by those who knew no other names. */
  earlierLists: z.optional(z.array(z.string())),
  /** What the user should know about this state of the variant. */
  notes: z.array(z.string()),
  probe: z.nullable(probeSchema),
  /** Stands for the settings of the user's that the proof was of; left out where it was not run. */
  provedWith: z.optional(z.string()),
  /** Bundles of earlier states, which sessions may still run from. */
  retired: z._default(z.array(z.object({ folder: z.string(), at: z.string() })), []),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type VariantRecord = z.infer<typeof recordSchema>;

/** The record in a text. Errors: those of JSON and of zod. */
export function parseRecord(text: string): VariantRecord {
  return recordSchema.parse(JSON.parse(withoutMark(text)));
}

/** The fields of a record that are as they should be, of an object that is none as a whole. */
export function partOfRecord(value: Readonly<Record<string, unknown>>): Partial<VariantRecord> {
  const fields = Object.entries(recordSchema.shape).flatMap(([name, schema]) => {
    const parsed = name in value ? z.safeParse(schema, value[name]) : null;
    return parsed?.success ? [[name, parsed.data]] : [];
  });
  return Object.fromEntries(fields);
}

/** The text of a variant's record. */
export function recordText(record: VariantRecord): string {
  return `${JSON.stringify(record, null, 2)}\n`;
}

/** What lies at a name in the home; nothing also where a session has written after a removal. */
export type VariantState =
  | { kind: 'none' }
  | { kind: 'variant'; record: VariantRecord }
  | { kind: 'earlier'; earlier: EarlierVariant }
  /** Something there that is no variant of ours; `recorded`: it has a variant.json all the same. */
  | ForeignFolder;
export interface ForeignFolder {
  kind: 'foreign';
  folder: string;
  why: string;
  recorded: boolean;
  /** It is variant.json that is of no use: doctor may make it anew. */
  broken?: boolean;
}

export async function readVariant(layout: Layout, name: string): Promise<VariantState> {
  const { folder, record: path } = variantLayout(layout, name);
  const foreign = (why: string, recorded = true): ForeignFolder => ({
    kind: 'foreign',
    folder,
    why,
    recorded,
  });
  const broken = (why: string): ForeignFolder => ({ ...foreign(why), broken: true });
  let text = '';
  try {
    const link = linkAt(folder);
    if (link !== null) return foreign(`it is a link to ${link}`);
    text = readText(path);
    const { success, data, error } = recordSchema.safeParse(JSON.parse(withoutMark(text)));
    const [issue] = error?.issues ?? [];
    const earlier = success ? null : readEarlier(folder);
    if (earlier !== null) return { kind: 'earlier', earlier };
    if (!success) return broken(`variant.json: ${issue?.path.join('.')}: ${issue?.message}`);
    if (data.name !== name) return broken(`variant.json is that of ${data.name}`);
    return { kind: 'variant', record: data };
  } catch (error) {
    // The parser's own message quotes the text, and somebody may have put a key there.
    if (error instanceof SyntaxError)
      return broken(`variant.json:${jsonErrorPlace(text)} is not valid JSON`);
    const code = systemCode(error) ?? '';
    if (code === 'EISDIR') return broken('variant.json is a folder');
    if (code === 'storage') return broken('variant.json is no file');
    if (['EACCES', 'EPERM', 'ELOOP', 'EIO'].includes(code))
      return foreign(`variant.json cannot be read (${code})`);
    if (!['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(code)) throw error;
    if (!exists(folder) || (code === 'ENOENT' && (await isLeftover(folder)))) {
      return { kind: 'none' };
    }
    return foreign('it holds no variant.json', false);
  }
}

/** Where a link leads; null for anything else. */
function linkAt(path: string): string | null {
  try {
    return ifExists(() => readlink(path));
  } catch (error) {
    // What the system says of something that is not a link; the second on Windows.
    if (systemCode(error) === 'EINVAL' || systemCode(error) === 'UNKNOWN') return null;
    throw error;
  }
}

/** The variant of that name. Errors: `invalid-name`, `no-such-variant`, `invalid-record`. */
export async function requireVariant(layout: Layout, name: string): Promise<VariantRecord> {
  checkName(name);
  const state = await readVariant(layout, name);
  if (state.kind === 'variant') return state.record;
  if (state.kind === 'foreign') throw notAVariant(state);
  if (state.kind === 'earlier') throw madeEarlier(name);
  const names = (await listVariants(layout)).map((record) => record.name);
  const hint =
    names.length > 0
      ? `There are: ${names.join(', ')}.`
      : 'There are none yet: cc-mirror quick --provider mirror --name mclaude';
  throw new CcMirrorError('no-such-variant', `There is no variant ${JSON.stringify(name)}.`, hint);
}

export function notAVariant({ folder, why, broken }: ForeignFolder): CcMirrorError {
  const look =
    'Look at that folder; cc-mirror does not touch it. What you need of it is in its config folder.';
  return new CcMirrorError(
    'invalid-record',
    `${folder} is not a variant of this cc-mirror: ${why}.`,
    broken ? `See whether it can be repaired: cc-mirror doctor ${basename(folder)}` : look,
  );
}

/** What every command but `update --adopt` says of a variant of an earlier cc-mirror. */
export function madeEarlier(name: string, code: ErrorCode = 'invalid-record'): CcMirrorError {
  return new CcMirrorError(
    code,
    `${name} was created by an earlier cc-mirror and still works.`,
    `Take it over with: cc-mirror update ${name} --adopt`,
  );
}

/** All variants of the home, by name. Folders that are none are left out. */
export async function listVariants(layout: Layout): Promise<VariantRecord[]> {
  const states = await statesIn(layout);
  return states.flatMap((state) => (state.kind === 'variant' ? [state.record] : []));
}

/** The variants of an earlier cc-mirror in the home, by name. */
export async function earlierVariants(layout: Layout): Promise<EarlierVariant[]> {
  const states = await statesIn(layout);
  return states.flatMap((state) => (state.kind === 'earlier' ? [state.earlier] : []));
}

/** Folders of the home whose variant.json is of no use, and may be made anew. */
export async function brokenVariants(layout: Layout): Promise<ForeignFolder[]> {
  const states = await statesIn(layout);
  return states.flatMap((state) => (state.kind === 'foreign' && state.broken ? [state] : []));
}

/** Folders of the home whose variant.json cannot be understood. */
export async function unreadableVariants(
  layout: Layout,
): Promise<{ folder: string; why: string }[]> {
  const states = await statesIn(layout);
  return states.flatMap((state) =>
    state.kind === 'foreign' && state.recorded ? [{ folder: state.folder, why: state.why }] : [],
  );
}

async function statesIn(layout: Layout): Promise<VariantState[]> {
  const names = (await entriesOf(layout.home)).filter((name) => !name.startsWith('.'));
  const sorted = names.toSorted((a, b) => a.localeCompare(b));
  return Promise.all(sorted.map((name) => readVariant(layout, name)));
}

async function entriesOf(folder: string): Promise<string[]> {
  try {
    const entries = entriesIn(folder);
    const folders = entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink());
    return folders.map(({ name }) => name);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}
