import { isObject } from '../../config/merge.ts';
import { sha256Of } from '../../disk/hash.ts';
import { CcMirrorError } from '../../errors.ts';
import { runVariables } from '../../probe/run-settings.ts';
import type { VariantLayout } from '../../variant/layout.ts';
import type { VariantRecord } from '../../variant/record.ts';
import { type Setup, readSetup } from './setup.ts';

/**
 * Stands for what of a user's settings is there to take tools away: variables, permissions, skills
 * that are off. Models, themes and what else a session itself writes there is not in it.
 */
export function decidersDigest({ settings, stateEnv }: Omit<Setup, 'env'>): string {
  const { env, permissions, skillOverrides } = settings;
  const { allow: _, ...others } = isObject(permissions) ? permissions : {};
  const decisive = [runVariables(env), others, skillOverrides ?? {}, runVariables(stateEnv)];
  return sha256Of(JSON.stringify(decisive, sorted)).slice(0, 32);
}

/** Objects in one order, whatever order their file has. */
function sorted(_: string, value: unknown): unknown {
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Why what a record says of tools may not hold any more: the settings are not those that it was
 * proved with, or cannot be read. Null where nothing says so.
 */
export async function doubtOn(
  { name, env, provedWith }: VariantRecord,
  places: Pick<VariantLayout, 'settings' | 'state'>,
): Promise<string | null> {
  try {
    const digest = decidersDigest(readSetup(env, places));
    if (provedWith === undefined || digest === provedWith) return null;
    return `its settings have changed since it was proved; see what a session gets now: cc-mirror probe ${name}`;
  } catch (error) {
    if (error instanceof CcMirrorError) return error.message.replace(/\.$/, '');
    throw error;
  }
}
