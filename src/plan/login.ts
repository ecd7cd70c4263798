import type { ResolvedProvider } from '../provider/resolve-provider.ts';
import { secretVariables } from '../claude-variables.ts';
import type { KeyPlan } from './key-plan.ts';

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

export function bringsCredentials(name: string): boolean {
  return secretVariables.has(name) || name.startsWith('CLAUDE_CODE_USE_');
}
