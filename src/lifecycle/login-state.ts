import { join } from 'node:path';
import { jsonIn } from '../config/json-place.ts';
import { readIfExists } from '../disk/sync-read.ts';
import * as z from '../zod.ts';
import type { VariantLayout } from '../variant/layout.ts';
import type { VariantRecord } from '../variant/record.ts';
import { bringsCredentials } from '../plan/login.ts';

/** What the user does next with a variant that has neither key nor login. */
export interface NextStep {
  step: 'login';
  command: string;
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
