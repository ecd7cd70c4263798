import type { Progress } from '../ui/progress.ts';
import { isLocal } from './answer/advice.ts';
import { type Balance, askBalance } from './ask-balance.ts';
import type { Check } from './check.ts';
import { runChecks } from './checks.ts';
import { proxyNote } from './proxy.ts';
import { send } from './send.ts';
import type { Target } from './target/target.ts';

/** What sending takes. */
export interface Sending {
  environment: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
  progress: Pick<Progress, 'step' | 'note'>;
  /** Milliseconds for each answer; by default a minute, and three for a server of the user's own. */
  patience?: number | undefined;
}

/** A test's results; `balance` is null where the service did not get that far. */
export interface TestResult {
  checks: Check[];
  balance: Balance | null;
}

/**
 * Sends a provider what a session would send, in small, and then asks for the balance, if the preset knows
 * where. For whoever was asked to: `providers test`, `doctor --live`, and before a variant is made.
 */
export async function testProvider(target: Target, around: Sending): Promise<TestResult> {
  const ask = asking(target, around);
  around.progress.step(`Asking ${target.name} at ${target.baseUrl}`);
  const checks = await runChecks(target, ask);
  const accepted = checks.some(({ id, ok }) => id === 'authenticated' && ok === true);
  return { checks, balance: accepted ? await askBalance(target, ask) : null };
}

/** Asks for the balance alone. */
export function testBalance(target: Target, around: Sending): Promise<Balance> {
  around.progress.step(`Asking ${target.name} for the balance`);
  return askBalance(target, asking(target, around));
}

function asking(
  target: Target,
  { environment, signal, progress, patience }: Sending,
): (request: Parameters<typeof send>[0]) => ReturnType<typeof send> {
  // The launcher exempts a server on this machine from proxies.
  const note = isLocal(target)
    ? null
    : proxyNote(target.baseUrl, environment, process.versions.node);
  if (note !== null) progress.note(note);
  const limit = patience ?? (isLocal(target) ? 180_000 : 60_000);
  return (request) => send(request, { signal, patience: limit });
}
