import type { ResolvedProvider } from '../provider/resolve.ts';
import type { KeyPlan } from './keys.ts';

/**
 * Has Claude Code take provider, address and key from the launcher alone, and not from `env` in
 * settings files or a key in .claude.json: a project's settings beat the environment, and the key would
 * go where they point. Seen to hold in 2.1.112, 2.1.240 and 2.1.332; 2.1.16 does not know the variable.
 */
export const providerPin = 'CLAUDE_CODE_PROVIDER_MANAGED_BY_HOST';

/**
 * The variables that pin a variant to its provider. None where Claude Code has a login of its own to
 * use, which the pin switches off, and none where it asks a command for the key, which it would ignore;
 * that command cannot tell either, as it is run before a project's settings hold (2.0.77 to 2.1.332).
 */
export function pinFor(
  { auth }: Pick<ResolvedProvider, 'auth'>,
  { record }: Pick<KeyPlan, 'record'>,
): Record<string, string> {
  const asks = record?.store === 'helper' || record?.store === 'keyring';
  const login = auth === 'login' && record === null;
  return asks || login ? {} : { [providerPin]: '1' };
}
