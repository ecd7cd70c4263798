import type { ResolvedProvider } from '../provider/resolve-provider.ts';
import { secretVariables } from '../claude-variables.ts';
import type { KeyPlan } from './key-plan.ts';

/**
 * Whether a variant gets its credentials by a login in Claude Code: its provider has one, no key was
 * given, and no variable provides credentials or selects a cloud.
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

export function bringsCredentials(name: string): boolean {
  return secretVariables.has(name) || name.startsWith('CLAUDE_CODE_USE_');
}
