import { isPage, wordsOf } from './answer.ts';
import {
  addressAdvice,
  balanceAdvice,
  forbiddenAdvice,
  keyAdvice,
  modelAdvice,
  redirectAdvice,
} from './advice.ts';
import { connectionProblem } from './connection.ts';
import { shown, withoutSecrets } from './hide.ts';
import type { Problem } from './problem.ts';
import type { Answer, Outcome } from '../send.ts';
import type { Target } from '../target/target.ts';

/** The problem in an outcome; null where the request was accepted. `model`: the one that was asked. */
export function problemIn(outcome: Outcome, target: Target, model: string): Problem | null {
  if (outcome.kind === 'failure') return connectionProblem(outcome, target);
  const { status } = outcome;
  if (status >= 300 && status < 400) return redirected(outcome, target);
  if (isPage(outcome)) return pageProblem(outcome, target);
  if (status < 300) return emptyProblem(outcome, target);
  return refusal(outcome, target, model);
}

/** The service's own words in parentheses, without secrets. */
function quoted({ text, status }: Answer, { secrets }: Target): string {
  const words = shown(wordsOf(text), secrets);
  return words === '' ? `(${status}, without a text)` : `(${status}: ${words})`;
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

function emptyProblem(answer: Answer, target: Target): Problem | null {
  if (answer.text.trim() !== '' || answer.broken !== null) return null;
  return {
    kind: 'address',
    message: `${target.baseUrl} answers with nothing (${answer.status}, an empty body)`,
    next: addressAdvice(target),
  };
}

const noBalance =
  /insufficient.{0,20}(balance|credit|fund|quota)|balance.{0,30}(insufficient|low|exhausted|not enough)|(credit|balance).{0,20}too low|out of credit|arrears|overdue|recharge|top.?up|billing|payment|no resource package|余额|欠费|充值/i;
const noQuota = /quota|usage limit/i;

function refusal(answer: Answer, target: Target, model: string): Problem {
  const { status, text, retryAfter } = answer;
  const { name, baseUrl } = target;
  const words = wordsOf(text);
  const said = quoted(answer, target);
  const spent = noBalance.test(words) || ([400, 402, 403].includes(status) && noQuota.test(words));
  if (status === 402 || (status !== 401 && status < 500 && spent)) {
    return {
      kind: 'balance',
      message: `the account at ${name} has no balance or quota left ${said}`,
      next: balanceAdvice(target),
    };
  }
  switch (status) {
    case 401:
      return { kind: 'key', message: keyMessage(target, said), next: keyAdvice(target, words) };
    case 403:
      return {
        kind: 'forbidden',
        message: `${name} does not allow this ${said}`,
        next: forbiddenAdvice(target, words),
      };
    case 404:
    case 405:
      if (!namesModel(words, model)) {
        return {
          kind: 'address',
          message: `there is no /v1/messages at ${baseUrl} ${said}`,
          next: addressAdvice(target),
        };
      }
      return unknownModel(model, said, target);
    case 429: {
      const wait = waitOf(retryAfter);
      return {
        kind: 'rate',
        message: `${name} limits the rate of requests ${said}${wait === null ? '' : `; it asks to wait ${wait}`}`,
        next: `Try again ${wait === null ? 'later' : `after ${wait}`}; if it stays, look at the limits of your plan`,
      };
    }
    case 408:
    case 503:
    case 504:
    case 529:
      return {
        kind: 'busy',
        message: `${name} is overloaded or down ${said}`,
        next: 'Try again later; sessions try again by themselves',
      };
    default:
      if (status < 500 && namesModel(words, model)) return unknownModel(model, said, target);
      return {
        kind: status < 500 ? 'refused' : 'busy',
        message:
          status < 500
            ? `${name} refuses the request ${said}`
            : `${name} fails with an error of its own ${said}`,
        next:
          status < 500
            ? 'Compare the address and the models with those that the provider documents'
            : 'Try again later; if it stays, ask the provider',
      };
  }
}

function keyMessage({ name, credential }: Target, said: string): string {
  switch (credential) {
    case 'key':
      return `${name} does not accept the key ${said}`;
    case 'login':
    case 'none':
      return `${name} wants a key, and none was sent ${said}`;
    case 'placeholder':
      return `${name} wants a key, and only the preset's placeholder was sent ${said}`;
  }
}

function namesModel(words: string, model: string): boolean {
  return (
    words.toLowerCase().includes(model.toLowerCase()) ||
    /\bmodel\b.{0,80}(not (found|exist|support|available|valid)|no such|unknown|invalid|does ?n.t exist|unsupported)|(unknown|invalid|unsupported|no such|not found).{0,30}\bmodel|模型/i.test(
      words,
    )
  );
}

function unknownModel(model: string, said: string, target: Target): Problem {
  return {
    kind: 'model',
    message: `${target.name} does not serve the model ${model} ${said}`,
    next: modelAdvice(target, model),
  };
}

/** The header's seconds or date, for people; null where it says nothing. */
function waitOf(retryAfter: string | null): string | null {
  if (retryAfter === null) return null;
  if (/^\d{1,7}$/.test(retryAfter)) return `${retryAfter} s`;
  return Number.isNaN(Date.parse(retryAfter)) ? null : new Date(retryAfter).toISOString();
}
