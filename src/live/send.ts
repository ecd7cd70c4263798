import { systemCode } from '../errors.ts';
import type { ApiRequest } from './requests.ts';

/** What came of one request. Times are in milliseconds from its start. */
export type Outcome = Answer | Failure;

export interface Answer {
  kind: 'answer';
  status: number;
  contentType: string;
  /** Where a redirect points, which is never followed; null: it is none. */
  location: string | null;
  retryAfter: string | null;
  /** The body, as far as it came. */
  text: string;
  /** Why the body ended too early: a code as in `Failure`; null: it did not. */
  broken: string | null;
  firstByte: number | null;
  ms: number;
}

/** No answer came. */
export interface Failure {
  kind: 'failure';
  /** The system's, OpenSSL's or undici's, or `TIMEOUT`; `UNKNOWN` without one. */
  code: string;
  message: string;
  ms: number;
}

export interface SendOptions {
  signal: AbortSignal;
  /** Milliseconds for the whole answer. */
  patience: number;
}

/** More than any answer to these requests; the rest is not read. */
const maxLength = 262_144;

/** Sends a request, and never to where a redirect points. Throws if the user interrupts. */
export async function send(
  { url, method, headers, body }: ApiRequest,
  { signal, patience }: SendOptions,
): Promise<Outcome> {
  const started = performance.now();
  const since = (): number => Math.round(performance.now() - started);
  const late = AbortSignal.timeout(patience);
  const both = AbortSignal.any([signal, late]);
  const codeOf = (error: unknown): string =>
    late.aborted ? 'TIMEOUT' : (codeIn(error) ?? 'UNKNOWN');
  try {
    const response = await fetch(url, { method, headers, body, redirect: 'manual', signal: both });
    const { text, firstByte, problem } = await bodyOf(response, since);
    signal.throwIfAborted();
    return {
      kind: 'answer',
      status: response.status,
      contentType: response.headers.get('content-type') ?? '',
      location: response.headers.get('location'),
      retryAfter: response.headers.get('retry-after'),
      text,
      broken: problem === null ? null : codeOf(problem),
      firstByte,
      ms: since(),
    };
  } catch (error) {
    signal.throwIfAborted();
    return { kind: 'failure', code: codeOf(error), message: innermost(error), ms: since() };
  }
}

async function bodyOf(
  { body }: Response,
  since: () => number,
): Promise<{ text: string; firstByte: number | null; problem: unknown }> {
  const decoder = new TextDecoder();
  let [text, firstByte]: [string, number | null] = ['', null];
  try {
    for await (const chunk of body ?? []) {
      firstByte ??= since();
      text += decoder.decode(chunk, { stream: true });
      if (text.length > maxLength) break;
    }
    return { text, firstByte, problem: null };
  } catch (problem) {
    return { text, firstByte, problem };
  }
}

/** fetch wraps the system's errors, and those of several addresses of one host in one more. */
function codeIn(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause;
  return codeIn(inner) ?? systemCode(error);
}

function innermost(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : innermost(error.cause);
}
