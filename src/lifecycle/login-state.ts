import { join } from 'node:path';
import { jsonIn } from '../config/json-place.ts';
import { readIfExists } from '../disk/sync-read.ts';
import * as z from '../zod.ts';
import type { VariantLayout } from '../variant/layout.ts';
import type { VariantRecord } from '../variant/record.ts';
import { bringsCredentials } from '../plan/login.ts';

/** What the user has to do next: log in, if the variant has neither key nor login. */
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
 * Whether a configuration has credentials: a login in Claude Code's file or, if the system stores
 * logins (macOS), an account in its state; or a setting of the user's that provides credentials, as
 * opposed to what cc-mirror wrote (`owned`). Files that are not JSON count as empty.
 */
export function isLoggedIn(
  { config, state, settings }: Places,
  owned: VariantRecord['owned'] | undefined,
): boolean {
  const account = readAs(stateSchema, state);
  if (account?.oauthAccount ?? account?.primaryApiKey) return true;
  if (readAs(credentialsSchema, join(config, '.credentials.json')) !== null) return true;
  const setting = readAs(settingsSchema, settings);
  const helper = setting?.apiKeyHelper;
  if (helper !== undefined && helper !== owned?.['settings.json']?.['apiKeyHelper']) return true;
  return Object.keys(setting?.env ?? {}).some(bringsCredentials);
}

function readAs<T extends z.core.$ZodType>(schema: T, path: string): z.output<T> | null {
  const read = z.safeParse(schema, jsonIn(readIfExists(path) ?? ''));
  return read.success ? read.data : null;
}

/** What the user has to do before a variant answers; null if nothing. */
export function nextStep({ name, owned }: VariantRecord, places: Places): NextStep | null {
  const asks = owned['.claude.json']?.['hasCompletedOnboarding'] === undefined;
  return asks && !isLoggedIn(places, owned) ? { step: 'login', command: name } : null;
}
