import { isObject } from '../../config/merge.ts';
import { sha256Of } from '../../disk/hash.ts';
import { CcMirrorError } from '../../errors.ts';
import { runVariables } from '../../probe/run-settings.ts';
import type { VariantLayout } from '../../variant/layout.ts';
import type { VariantRecord } from '../../variant/record.ts';
import { type Setup, readSetup } from './setup.ts';

/**
 * A digest of the user's settings that can disable tools: variables, permissions and skill overrides.
 * It leaves out models, themes and everything else that sessions themselves write.
 */
export function decidersDigest({ settings, stateEnv }: Omit<Setup, 'env'>): string {
  const { env, permissions, skillOverrides } = settings;
  const { allow: _, ...others } = isObject(permissions) ? permissions : {};
  const decisive = [runVariables(env), others, skillOverrides ?? {}, runVariables(stateEnv)];
  return sha256Of(JSON.stringify(decisive, sorted)).slice(0, 32);
}

/** Sorts the keys of objects, as their order in a file does not matter. */
function sorted(_: string, value: unknown): unknown {
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Why a record's proof may be out of date: the settings have changed since, or are unreadable. Null
 * if neither.
 */
export function doubtOn(
  { name, env, provedWith }: VariantRecord,
  places: Pick<VariantLayout, 'settings' | 'state'>,
): string | null {
  try {
    const digest = decidersDigest(readSetup(env, places));
    if (provedWith === undefined || digest === provedWith) return null;
    return `its settings have changed since it was proved; see what a session gets now: cc-mirror probe ${name}`;
  } catch (error) {
    if (error instanceof CcMirrorError) return error.message.replace(/\.$/, '');
    throw error;
  }
}
