import { isPage, messageIn, streamIn, wordsOf } from './answer.ts';
import { addressAdvice, breaksOffAdvice, forbiddenAdvice, redirectAdvice } from './advice.ts';
import { connectionProblem } from './connection.ts';
import { shown, withoutSecrets } from './hide.ts';
import type { Problem } from './problem.ts';
import { refusal } from './refusal.ts';
import type { Answer, Outcome } from '../send.ts';
import type { Target } from '../target/target.ts';

/**
 * The problem in an outcome; null where the request was accepted, even if a stream then breaks off.
 * `model`: the one that was asked.
 */
export function problemIn(outcome: Outcome, target: Target, model: string): Problem | null {
  if (outcome.kind === 'failure') return connectionProblem(outcome, target);
  const { status } = outcome;
  if (status >= 300 && status < 400) return redirected(outcome, target);
  if (isPage(outcome)) return pageProblem(outcome, target);
  return status < 300 ? contentProblem(outcome, target, model) : refusal(outcome, target, model);
}

function redirected({ status, location }: Answer, target: Target): Problem {
  const given = location ?? '';
  const url = URL.canParse(given, target.baseUrl) ? new URL(given, target.baseUrl) : null;
  // Queries may echo anything.
  const plain =
    url === null ? null : withoutSecrets(`${url.origin}${url.pathname}`, target.secrets);
  const where = plain === null ? 'nowhere' : shown(plain, target.secrets);
  return {
    kind: 'redirect',
    message: `${target.baseUrl} redirects to ${where} (${status}); the key was not sent there`,
    next: redirectAdvice(target, plain),
  };
}

function pageProblem(answer: Answer, target: Target): Problem {
  const { status } = answer;
  const { baseUrl, name } = target;
  if (status >= 500) {
    return {
      kind: 'busy',
      message: `${name} answers with an error page (${status})`,
      next: 'Try again later; if it stays, look at the status page of the service',
    };
  }
  if (status === 401 || status === 403) {
    return {
      kind: 'forbidden',
      message: `${baseUrl} refuses with a web page (${status}), as firewalls and bot filters do`,
      next: forbiddenAdvice(target),
    };
  }
  return {
    kind: 'address',
    message: `${baseUrl} answers with a web page (${status}), so the address is not that of an API`,
    next: addressAdvice(target),
  };
}

/** What is neither a message nor a stream of one, although the status says that all is well. */
function contentProblem(answer: Answer, target: Target, model: string): Problem | null {
  const { text, status, broken } = answer;
  const { events, error } = streamIn(text);
  if (events > 0 || messageIn(text) !== null) return null;
  // An error as an event is in the API's own shape.
  if (error !== null) return refusal({ ...answer, text: error }, target, model);
  if (broken !== null) {
    return {
      kind: 'refused',
      message: `the answer of ${target.name} breaks off (${broken})`,
      next: breaksOffAdvice(target, broken),
    };
  }
  const other: Problem = {
    kind: 'address',
    message:
      text.trim() === ''
        ? `${target.baseUrl} answers with nothing (${status}, an empty body)`
        : `${target.baseUrl} answers with something other than a message of the Messages API (${status}: ${shown(wordsOf(text), target.secrets)})`,
    next: addressAdvice(target),
  };
  if (wordsOf(text) === text) return other;
  const said = refusal(answer, target, model);
  return said.kind === 'refused' ? other : said;
}
