import { resolve } from 'node:path';
import type { BundleSource } from '../../bundle/bundle-source.ts';
import { CcMirrorError } from '../../errors.ts';
import { type Header, parseHeader } from '../../provider/header.ts';
import { keyStores, mayBeKey } from '../../provider/key-stores.ts';
import { keyHeaders } from '../../provider/preset.ts';
import { type ReadKey, checkKeyVariable, readKey } from '../../provider/key.ts';
import { readsAsSecret } from '../../provider/variables.ts';
import type { Wish } from '../../lifecycle/wish.ts';
import type { KeyGiven } from '../../lifecycle/choose-key.ts';
import { checkedBack, checkedUnset } from '../../plan/choices/merge-choices.ts';
import * as z from '../../zod.ts';
import { askKey } from './ask-key.ts';
import type { CommandContext } from '../cli/command.ts';

/** `--flip`, with our own error message. */
export const flipSchema = z.enum(['auto', 'always', 'never'], {
  error: 'give auto, always or never',
});
const text = z.optional(z.string());
const given = z.optional(z.string().check(z.minLength(1, { error: 'it is empty' })));
const flag = z.optional(z.boolean());
const repeated = z._default(z.array(z.string()), []);
/** Model ids may contain spaces (KAT-Coder-Pro V1), but not what careless copying adds. */
const model = z.optional(
  z.string().check(
    z.trim(),
    z.minLength(1, { error: 'it is empty' }),
    z.refine((id) => !/\p{Cc}|\u2028|\u2029/u.test(id), {
      error: 'it contains a line break or another control character',
    }),
    z.refine((id) => !/^["'`]|["'`]$/.test(id), { error: 'remove the quotes' }),
    z.refine((id) => !/^(export\s+)?[A-Z][A-Z0-9_]*=/.test(id), {
      error: 'remove the variable name in front of it',
    }),
  ),
);

const schema = z.object({
  claudeVersion: text,
  from: given,
  region: given,
  plan: given,
  baseUrl: text,
  model,
  modelOpus: model,
  modelSonnet: model,
  modelHaiku: model,
  apiKeyEnv: text,
  apiKeyStdin: flag,
  apiKeyHelper: given,
  keyStore: z.optional(z.enum(keyStores, { error: `give ${keyStores.join(', ')}` })),
  auth: z.optional(z.enum(keyHeaders, { error: `give ${keyHeaders.join(' or ')}` })),
  keepEnv: text,
  env: repeated,
  unsetEnv: repeated,
  default: repeated,
  header: repeated,
  unsetHeader: repeated,
  tasks: flag,
  teams: flag,
  flip: z.optional(flipSchema),
  skills: z.optional(z.union([z.string(), z.boolean()])),
  rules: flag,
  probe: z.boolean(),
  force: flag,
});

/** The wish that a command line expresses. Error: `usage`, naming the option. */
export async function wishFrom(
  name: string,
  given: unknown,
  context: CommandContext,
): Promise<Wish> {
  const options = parseOptions(schema, given);
  return {
    name,
    source: sourceFrom(options.claudeVersion, options.from),
    region: options.region?.toLowerCase(),
    plan: options.plan?.toLowerCase(),
    baseUrl: options.baseUrl,
    auth: options.auth,
    models: {
      ...(options.model !== undefined && { default: options.model }),
      ...(options.modelOpus !== undefined && { opus: options.modelOpus }),
      ...(options.modelSonnet !== undefined && { sonnet: options.modelSonnet }),
      ...(options.modelHaiku !== undefined && { haiku: options.modelHaiku }),
    },
    env: Object.fromEntries(options.env.map(assignment)),
    unsetEnv: checkedUnset(options.unsetEnv),
    defaults: checkedBack(options.default.flatMap(backNames)),
    headers: headersFrom(options.header, context),
    unsetHeaders: options.unsetHeader,
    tasks: options.tasks,
    teams: options.teams,
    flip: options.flip,
    skills: await skillsFrom(options.skills),
    rules: options.rules,
    ...(await keyFrom(options, context)),
    keepEnv: options.keepEnv
      ?.split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
    prove: options.probe,
    force: options.force ?? false,
  };
}

/** Checks the value of one option. Error: `usage`, as for a command line. */
export function checkOption(name: keyof typeof schema.shape, value: unknown): void {
  parseOptions(z.object({ [name]: schema.shape[name] }), { [name]: value });
}

/** Parses options by their schema. Error: `usage`, for the first invalid option. */
export function parseOptions<T>(optionSchema: z.ZodMiniType<T>, given: unknown): T {
  const parsed = optionSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const option = String(issue?.path[0]).replaceAll(/[A-Z]/g, (at) => `-${at.toLowerCase()}`);
  throw new CcMirrorError(
    'usage',
    `--${option}: ${issue?.message}.`,
    'Show the options of a command with --help after its name.',
  );
}

function sourceFrom(
  version: string | undefined,
  from: string | undefined,
): BundleSource | undefined {
  if (from !== undefined && version !== undefined) throw notBoth('--from', '--claude-version');
  if (from !== undefined) return { kind: 'path', path: resolve(from) };
  return version === undefined ? undefined : versionSource(version);
}

/** The source that a typed version selects; null for any other text. */
export function asVersion(text: string): BundleSource | null {
  if (text === 'auto' || text === 'latest' || text === 'installed') return { kind: text };
  return /^\d+\.\d+\.\d+(-[\w.-]+)?$/.test(text) ? { kind: 'exact', version: text } : null;
}

function notBoth(first: string, second: string): CcMirrorError {
  const message = `${first} and ${second} cannot be used together.`;
  return new CcMirrorError('usage', message, 'Give one of the two.');
}

function versionSource(version: string): BundleSource {
  const source = asVersion(version);
  if (source) return source;
  throw new CcMirrorError(
    'usage',
    `${JSON.stringify(version)} is not a version.`,
    'Give auto, latest, installed or an exact version such as 2.1.112.',
  );
}

/** An `--env`. Error: `usage`, whose message does not repeat the text, since it may be a key. */
export function assignment(text: string): [string, string] {
  const at = text.indexOf('=');
  const [name, value] = [text.slice(0, at), text.slice(at + 1)];
  if (at > 0 && readsAsSecret(name, value)) {
    throw new CcMirrorError(
      'usage',
      `--env ${mayBeKey(name) ? '' : name}: this looks like a secret and would be stored in plain text.`,
      "Export it in your shell; variants pass it on. For the provider's key use --api-key-env VAR or --header 'Name: ${VAR}'.",
    );
  }
  if (at > 0) return [name, value];
  throw new CcMirrorError(
    'usage',
    'An --env is not NAME=VALUE.',
    'For example: --env API_TIMEOUT_MS=600000',
  );
}

/** `--default` takes names as options have them, several with commas between. */
function backNames(text: string): string[] {
  const names = text.split(',').map((name) => name.trim().replace(/^--/, ''));
  return names.filter((name) => name !== '');
}

/** Warns about a literal secret, which the list of processes shows. */
function headersFrom(texts: readonly string[], { progress }: CommandContext): Header[] {
  const headers = texts.map(parseHeader);
  const open = headers.find(({ value }) => value.split(/\s+/).some(mayBeKey));
  if (open !== undefined) {
    const how = `'${open.name}: \${VAR}'`;
    progress.note(
      `other users of this machine can see the arguments of a command; hide the value with --header ${how}`,
    );
  }
  return headers;
}

async function skillsFrom(skills: string | boolean | undefined): Promise<string[] | undefined> {
  if (skills === undefined || skills === true) return undefined;
  if (skills === false) return [];
  const { packSource } = await import('../../skill/pack-source.ts');
  const names = skills.split(',').map((name) => name.trim());
  return names.filter((name) => name !== '').map(packSource);
}

/** The key and where to keep it. The store `env` keeps only the variable's name. */
async function keyFrom(
  { apiKeyEnv, apiKeyStdin, apiKeyHelper, keyStore }: z.infer<typeof schema>,
  { environment, progress }: CommandContext,
): Promise<KeyGiven> {
  const given = {
    '--api-key-env': apiKeyEnv,
    '--api-key-stdin': apiKeyStdin,
    '--api-key-helper': apiKeyHelper,
  };
  const [first, second] = Object.entries(given).flatMap(([name, value]) => (value ? [name] : []));
  if (first !== undefined && second !== undefined) throw notBoth(first, second);
  if (apiKeyHelper !== undefined && keyStore !== undefined && keyStore !== 'helper') {
    throw new CcMirrorError(
      'usage',
      `--api-key-helper needs --key-store helper, not ${keyStore}.`,
      'Omit --key-store.',
    );
  }
  if (apiKeyHelper !== undefined) return { keyHelper: apiKeyHelper };
  if (!apiKeyStdin && apiKeyEnv === undefined) return { keyStore };
  if (apiKeyEnv !== undefined && keyStore === 'env' && !environment[apiKeyEnv]?.trim()) {
    checkKeyVariable(apiKeyEnv);
    progress.note(
      `${apiKeyEnv} is not set in this shell; the variant reads it at each start, and needs it then`,
    );
    return { keyStore, keyFrom: apiKeyEnv };
  }
  const { key, without } =
    apiKeyEnv === undefined
      ? await keyTyped()
      : await readKey({ fromEnv: { name: apiKeyEnv, environment } });
  return { keyStore, keyFrom: apiKeyEnv, key, keyWithout: without ?? undefined };
}

/** The key from standard input: piped in, or typed without echo. */
function keyTyped(): Promise<ReadKey> {
  const { stdin } = process;
  return stdin.isTTY ? askKey() : readKey({ stdin });
}
