import { join } from 'node:path';
import { jsonIn } from '../config/json-place.ts';
import { readIfExists } from '../disk/sync-read.ts';
import type { ResolvedProvider } from '../provider/resolve.ts';
import { secretVariables } from '../claude-variables.ts';
import * as z from '../zod.ts';
import type { KeyPlan } from './choose-key.ts';
import type { VariantLayout } from '../variant/layout.ts';
import type { VariantRecord } from '../variant/record.ts';

/** What the user does next with a variant that has neither key nor login. */
export interface NextStep {
  step: 'login';
  command: string;
}

/**
 * Whether a variant gets its credentials by a login within Claude Code: its provider has one, it was
 * given no key, and no variable of its launcher brings credentials or leads to a cloud.
 */
export function asksForLogin(
  { auth }: Pick<ResolvedProvider, 'auth'>,
  { record }: Pick<KeyPlan, 'record'>,
  env: Readonly<Record<string, string>>,
  keepEnv: readonly string[],
): boolean {
  const given = Object.keys(env).filter((name) => env[name] !== '');
  return auth === 'login' && record === null && ![...given, ...keepEnv].some(bringsCredentials);
}

function bringsCredentials(name: string): boolean {
  return secretVariables.has(name) || name.startsWith('CLAUDE_CODE_USE_');
}

const credentialsSchema = z.looseObject({ claudeAiOauth: z.looseObject({}) });
const stateSchema = z.partial(z.looseObject({ oauthAccount: z.json(), primaryApiKey: z.json() }));
const settingsSchema = z.partial(
  z.looseObject({ apiKeyHelper: z.string(), env: z.record(z.string(), z.json()) }),
);

type Places = Pick<VariantLayout, 'config' | 'state' | 'settings'>;

/**
 * Whether Claude Code has credentials in a configuration: a login of its own, in a file, or, where
 * the system keeps it (macOS), by what its state says of the account; or a setting of the user's
 * that brings them. `owned`: what cc-mirror wrote, which is none of these. A file that is not JSON
 * says nothing of a login.
 */
export async function isLoggedIn(
  { config, state, settings }: Places,
  owned: VariantRecord['owned'] | undefined,
): Promise<boolean> {
  const [credentials, account, setting] = await Promise.all([
    readAs(credentialsSchema, join(config, '.credentials.json')),
    readAs(stateSchema, state),
    readAs(settingsSchema, settings),
  ]);
  if (credentials !== null || (account?.oauthAccount ?? account?.primaryApiKey)) return true;
  const helper = setting?.apiKeyHelper;
  if (helper !== undefined && helper !== owned?.['settings.json']?.['apiKeyHelper']) return true;
  return Object.keys(setting?.env ?? {}).some(bringsCredentials);
}

async function readAs<T extends z.core.$ZodType>(
  schema: T,
  path: string,
): Promise<z.output<T> | null> {
  const read = z.safeParse(schema, jsonIn(readIfExists(path) ?? ''));
  return read.success ? read.data : null;
}

/** What is left to do before a variant answers; null: nothing. */
export async function nextStep(
  { name, owned }: VariantRecord,
  places: Places,
): Promise<NextStep | null> {
  const asks = owned['.claude.json']?.['hasCompletedOnboarding'] === undefined;
  return asks && !(await isLoggedIn(places, owned)) ? { step: 'login', command: name } : null;
}
