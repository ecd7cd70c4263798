import type { Problem, ProblemKind } from './answer/problem.ts';
import type { ApiRequest } from './requests.ts';
import type { Outcome } from './send.ts';

/** The result of one check. */
export interface Check {
  /** `reachable`, `authenticated`, `model-opus`, `streaming`, `first-byte`, `tools`, `deferred-tools`, `token-counting`. */
  id: string;
  /** null: not asked, not known, or of no consequence. */
  ok: boolean | null;
  message: string;
  /** What to type or do next; null where nothing is wrong. */
  next: string | null;
  /** Milliseconds; null where nothing was asked for it. */
  ms: number | null;
}

/** Sends one request. */
export type Ask = (request: ApiRequest) => Promise<Outcome>;

export function passed(id: string, message: string, ms: number | null): Check {
  return { id, ok: true, message, next: null, ms };
}

export function failed(id: string, { message, next }: Problem, ms: number): Check {
  return { id, ok: false, message, next, ms };
}

/** What is told and has no consequence. */
export function noted(id: string, message: string, ms: number | null = null): Check {
  return { id, ok: null, message, next: null, ms };
}

export function skipped(id: string, reason: ProblemKind): Check {
  return noted(id, `skipped: ${reasons[reason]}`);
}

/** Whether all further questions would meet the same problem. */
export function isFinal(kind: ProblemKind): boolean {
  return kind !== 'model' && kind !== 'refused';
}

const reasons: Readonly<Record<ProblemKind, string>> = {
  unreachable: 'the address cannot be reached',
  address: 'the address is not that of the API',
  redirect: 'the address redirects elsewhere',
  key: 'no key was accepted',
  forbidden: 'the key may not do this',
  balance: 'there is no balance',
  rate: 'the rate of requests is limited',
  busy: 'the service does not work now',
  model: 'no model answered',
  refused: 'the request was refused',
};
