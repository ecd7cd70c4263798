import { balanceAdvice, forbiddenAdvice, keyAdvice, modelAdvice, addressAdvice } from './advice.ts';
import { wordsOf } from './answer.ts';
import { shown } from './hide.ts';
import type { Problem, ProblemKind } from './problem.ts';
import type { Answer } from '../send.ts';
import type { Target } from '../target/target.ts';

/** What a refusal means. `text`: the body, or the part of it that says so; `model`: the one that was asked. */
export function refusal(
  { status, retryAfter, text }: Pick<Answer, 'status' | 'retryAfter' | 'text'>,
  target: Target,
  model: string,
): Problem {
  const words = wordsOf(text);
  const { name, baseUrl, secrets } = target;
  const said = `(${status}${words.trim() === '' ? ', without a text' : `: ${shown(words, secrets)}`})`;
  const kind = kindOf(status, words, model);
  switch (kind) {
    case 'balance': {
      const message = `the account at ${name} has no balance or quota left ${said}`;
      return { kind, message, next: balanceAdvice(target) };
    }
    case 'key':
      return { kind, message: keyMessage(target, said), next: keyAdvice(target, words) };
    case 'forbidden': {
      const message = `${name} does not allow this ${said}`;
      return { kind, message, next: forbiddenAdvice(target, words) };
    }
    case 'address': {
      const message = `there is no /v1/messages at ${baseUrl} ${said}`;
      return { kind, message, next: addressAdvice(target) };
    }
    case 'model': {
      const message = `${name} does not serve the model ${model} ${said}`;
      return { kind, message, next: modelAdvice(target, model) };
    }
    case 'rate': {
      const wait = waitOf(retryAfter);
      return {
        kind,
        message: `${name} limits the rate of requests ${said}${wait === null ? '' : `; it asks to wait ${wait}`}`,
        next: `Try again ${wait === null ? 'later' : `after ${wait}`}; if it stays, look at the limits of your plan`,
      };
    }
    case 'busy':
      return {
        kind,
        message: `${name} is overloaded or down ${said}`,
        next: 'Try again later; if it stays, look at the status page of the service',
      };
    case 'refused':
      return {
        kind,
        message: `${name} refuses the request ${said}`,
        next: 'Compare the address and the models with those that the provider documents',
      };
  }
}

const noBalance =
  /insufficient.{0,20}(balance|credit|fund|quota)|balance.{0,30}(insufficient|low|exhausted|not enough)|out of credit|arrears|overdue|recharge|top.?up|billing|payment|no resource package|余额|欠费|充值/i;
const noQuota = /quota|usage limit/i;
const wrongKey =
  /\b401\b|unauthori[sz]ed|(invalid|incorrect|wrong|unknown|expired).{0,12}(api.?)?(key|token)|(key|token)\b.{0,12}(invalid|incorrect|not valid|expired)/i;
const tooFast = /rate.?limit|too many requests/i;
const tooMuch = /overload|at capacity|temporarily unavailable/i;

type Refusal = Exclude<ProblemKind, 'unreachable' | 'redirect'>;

/** Some services say everything with one status, 200 among them, so the words count, too. */
function kindOf(status: number, words: string, model: string): Refusal {
  if (status === 401) return 'key';
  if (status === 402 || (status < 500 && noBalance.test(words))) return 'balance';
  if ([400, 403].includes(status) && noQuota.test(words)) return 'balance';
  if (status === 429) return 'rate';
  if (status >= 500) return status === 501 ? 'address' : 'busy';
  if ([200, 400, 403].includes(status) && wrongKey.test(words)) return 'key';
  if (status === 403) return 'forbidden';
  if (namesModel(words, model)) return 'model';
  if (status === 404 || status === 405) return 'address';
  if (status === 408 || tooMuch.test(words)) return 'busy';
  return tooFast.test(words) ? 'rate' : 'refused';
}

/** Whether the words say that there is no such model. */
function namesModel(words: string, model: string): boolean {
  const place = words.toLowerCase().indexOf(model.toLowerCase());
  const around = `${words[place - 1] ?? ' '}${words[place + model.length] ?? ' '}`;
  const named = place >= 0 && !/\w/.test(around);
  const unknown =
    /not|n't|unknown|invalid|unsupported|no such|unavailable|deprecated|retired|^model: /i;
  return (
    (named && unknown.test(words)) ||
    /\bmodel\b.{0,80}(not (found|exist|support|available|valid)|no such|unknown|invalid|does ?n.t exist|unsupported)|(unknown|invalid|unsupported|no such|not found).{0,30}\bmodel|模型/i.test(
      words,
    )
  );
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

/** The header's seconds or date, for people; null where it says nothing. */
function waitOf(retryAfter: string | null): string | null {
  if (retryAfter === null) return null;
  if (/^\d{1,7}$/.test(retryAfter)) return `${retryAfter} s`;
  return Number.isNaN(Date.parse(retryAfter)) ? null : new Date(retryAfter).toISOString();
}
