import { messageIn, streamIn, wordsOf } from './answer/answer.ts';
import { addressAdvice, keyAdvice } from './answer/advice.ts';
import { shown } from './answer/hide.ts';
import type { Problem, ProblemKind } from './answer/problem.ts';
import { problemIn } from './answer/problem-in.ts';
import {
  type ApiRequest,
  countRequest,
  deferredRequest,
  modelRequest,
  streamRequest,
  toolsRequest,
} from './requests.ts';
import type { Outcome } from './send.ts';
import type { AskedModel, Target } from './target/target.ts';

/** The result of one check. */
export interface Check {
  /** `reachable`, `authenticated`, `model-opus`, `streaming`, `first-byte`, `tools`, `deferred-tools`, `token-counting`. */
  id: string;
  /** null: not asked, or of no consequence. */
  ok: boolean | null;
  message: string;
  /** What to type or do next; null where nothing is wrong. */
  next: string | null;
  /** Milliseconds; null where nothing was asked for it. */
  ms: number | null;
}

/** Sends one request. */
export type Ask = (request: ApiRequest) => Promise<Outcome>;

/** What makes all further questions pointless. */
const final: ReadonlySet<ProblemKind> = new Set([
  'unreachable',
  'address',
  'redirect',
  'key',
  'forbidden',
  'balance',
  'rate',
  'busy',
]);

/**
 * Asks what a session would ask, one after the other, in a few small requests: one for each model, and one
 * each for tools, deferred tools and token counting. What cannot be known any more is skipped, and said so.
 */
export async function runChecks(target: Target, ask: Ask): Promise<Check[]> {
  const [first, ...others] = target.models;
  if (first === undefined) return [];
  const outcome = await ask(streamRequest(target, first.id));
  const problem = problemIn(outcome, target, first.id) ?? formatProblem(outcome, target);
  const checks = openingChecks(outcome, problem, first, target);
  let stop = problem !== null && final.has(problem.kind) ? problem : null;
  let working = problem === null ? first.id : null;
  for (const model of others) {
    if (stop !== null) {
      checks.push(skipped(idOf(model), stop));
      continue;
    }
    const answer = await ask(modelRequest(target, model.id));
    const wrong = problemIn(answer, target, model.id) ?? notAMessage(answer, target);
    checks.push(modelCheck(model, wrong, answer.ms));
    if (wrong === null) working ??= model.id;
    else if (final.has(wrong.kind)) stop = wrong;
  }
  const reason = stop ?? (working === null ? noModel : null);
  for (const [id, check] of furtherChecks) {
    checks.push(
      reason === null && working !== null
        ? await check(target, working, ask)
        : skipped(id, reason ?? noModel),
    );
  }
  return checks;
}

const noModel = { kind: 'model' } as const;

const furtherChecks: readonly [
  id: string,
  check: (target: Target, model: string, ask: Ask) => Promise<Check>,
][] = [
  ['tools', checkTools],
  ['deferred-tools', checkDeferred],
  ['token-counting', checkCounting],
];

/** What the first answer says: connection, key, model, stream and its first byte. */
function openingChecks(
  outcome: Outcome,
  problem: Problem | null,
  model: AskedModel,
  target: Target,
): Check[] {
  const { ms } = outcome;
  const { baseUrl, credential } = target;
  const id = idOf(model);
  const kind = problem?.kind ?? null;
  const rest = (reason: Pick<Problem, 'kind'>): Check[] =>
    [id, 'streaming', 'first-byte'].map((one) => skipped(one, reason));
  if (problem !== null && (kind === 'unreachable' || kind === 'address' || kind === 'redirect')) {
    return [failed('reachable', problem, ms), skipped('authenticated', problem), ...rest(problem)];
  }
  const reachable = passed('reachable', `${baseUrl} answers`, ms);
  if (problem !== null && (kind === 'key' || kind === 'forbidden')) {
    // A login is Claude Code's to send: that it is wanted is no failure.
    const wanted: Check =
      kind === 'key' && credential === 'login'
        ? {
            ...passed(
              'authenticated',
              'with a login of its own, which only its sessions send',
              null,
            ),
            ok: null,
            next: keyAdvice(target, ''),
          }
        : failed('authenticated', problem, ms);
    return [reachable, wanted, ...rest(problem)];
  }
  const accepted =
    kind === 'busy'
      ? skipped('authenticated', { kind: 'busy' })
      : passed('authenticated', acceptedText(target), ms);
  const asked = modelCheck(model, problem, ms);
  if (problem !== null) {
    return [
      reachable,
      accepted,
      asked,
      skipped('streaming', problem),
      skipped('first-byte', problem),
    ];
  }
  return [reachable, accepted, asked, ...streamChecks(outcome, target)];
}

function acceptedText({ credential, headers }: Target): string {
  if (credential === 'none') return 'without a key';
  if (credential === 'placeholder') return 'without a key of yours';
  const names = headers.map(({ name }) => name.toLowerCase());
  const ways = names.filter((name) => name === 'authorization' || name === 'x-api-key');
  return `the key is accepted${ways.length > 0 ? `, as ${ways.join(' and ')}` : ''}`;
}

function streamChecks(outcome: Outcome, target: Target): Check[] {
  if (outcome.kind === 'failure') return [];
  const { ms, firstByte, broken } = outcome;
  const { complete, error, events } = streamIn(outcome.text);
  const first: Check = passed('first-byte', `after ${firstByte ?? ms} ms`, firstByte);
  if (complete && error === null) return [passed('streaming', 'to the end', ms), first];
  const what =
    error === null
      ? events === 0
        ? 'the answer came in one piece, although a stream was asked for'
        : `the stream breaks off after ${events} event${events === 1 ? '' : 's'}${broken === null ? '' : ` (${broken})`}`
      : `the stream ends with an error: ${shown(error, target.secrets)}`;
  const next =
    error === null && events === 0
      ? 'Sessions need streams: turn them on in the gateway, or use another address'
      : 'Try again; if it stays, look for a gateway or proxy in between that ends or buffers long answers';
  return [{ id: 'streaming', ok: false, message: what, next, ms }, first];
}

/** An accepted stream that is neither events nor a message. */
function formatProblem(outcome: Outcome, target: Target): Problem | null {
  if (outcome.kind === 'failure') return null;
  const { events, error } = streamIn(outcome.text);
  if (events > 0 || (error === null && outcome.broken !== null)) return null;
  if (error !== null) {
    return {
      kind: 'refused',
      message: `${target.name} answers with an error: ${shown(error, target.secrets)}`,
      next: 'Compare the address and the models with those that the provider documents',
    };
  }
  return notAMessage(outcome, target);
}

/** What is no message of this API, whatever the status says. */
function notAMessage(outcome: Outcome, target: Target): Problem | null {
  if (outcome.kind === 'failure' || messageIn(outcome.text) !== null) return null;
  const words = shown(wordsOf(outcome.text), target.secrets);
  // Some services answer so to a key that they do not know.
  const key = /\b401\b|unauthori[sz]ed|token expired|(invalid|incorrect).{0,12}(key|token)/i;
  if (key.test(words)) {
    return {
      kind: 'key',
      message: `${target.name} does not accept the key (${outcome.status}: ${words})`,
      next: keyAdvice(target, words),
    };
  }
  return {
    kind: 'address',
    message: `${target.baseUrl} answers with something other than a message of the Messages API (${outcome.status}: ${words})`,
    next: addressAdvice(target),
  };
}

async function checkTools(target: Target, model: string, ask: Ask): Promise<Check> {
  const outcome = await ask(toolsRequest(target, model));
  const problem = problemIn(outcome, target, model) ?? notAMessage(outcome, target);
  if (problem !== null) {
    const next = 'Sessions need tools: use another model or address';
    const own = problem.kind === 'refused' ? { ...problem, next } : problem;
    return failed('tools', own, outcome.ms);
  }
  const called = outcome.kind === 'answer' && messageIn(outcome.text)?.toolUse;
  return passed('tools', called ? 'accepted, and one was called' : 'accepted', outcome.ms);
}

/** It counts only where the preset says that the service takes them: launchers send tools in full. */
async function checkDeferred(target: Target, model: string, ask: Ask): Promise<Check> {
  const id = 'deferred-tools';
  if (!target.betas) {
    const message = 'not asked, as no fields of beta features are sent';
    return { id, ok: null, message, next: null, ms: null };
  }
  const outcome = await ask(deferredRequest(target, model));
  const problem = problemIn(outcome, target, model) ?? notAMessage(outcome, target);
  if (problem === null) return passed(id, 'accepted', outcome.ms);
  const promised = target.preset?.limits.deferredTools === true && target.endpoint !== null;
  if (promised) return failed(id, problem, outcome.ms);
  const message = `not accepted, which does not matter: launchers send all tools in full ${statusOf(outcome)}`;
  return { id, ok: null, message, next: null, ms: outcome.ms };
}

/** It counts only where the preset has the address and says nothing else. */
async function checkCounting(target: Target, model: string, ask: Ask): Promise<Check> {
  const id = 'token-counting';
  const outcome = await ask(countRequest(target, model));
  const counted =
    outcome.kind === 'answer' && outcome.status === 200 && /"input_tokens"\s*:/.test(outcome.text);
  if (counted) return passed(id, 'accepted', outcome.ms);
  const { preset, endpoint } = target;
  const promised = preset?.limits.tokenCounting === true && endpoint !== null;
  const message = `not there ${statusOf(outcome)}; sessions estimate instead`;
  return {
    id,
    ok: promised ? false : null,
    message,
    next: promised ? 'Sessions work without it' : null,
    ms: outcome.ms,
  };
}

function statusOf(outcome: Outcome): string {
  return `(${outcome.kind === 'answer' ? outcome.status : outcome.code})`;
}

function modelCheck(model: AskedModel, problem: Problem | null, ms: number): Check {
  const id = idOf(model);
  if (problem !== null) return failed(id, problem, ms);
  const uses = model.assumed ? 'one of Anthropic’s, as no model is chosen' : model.uses.join(', ');
  return passed(id, `${model.id} answers (${uses})`, ms);
}

function idOf({ uses }: AskedModel): string {
  return `model-${uses[0] ?? 'default'}`;
}

function passed(id: string, message: string, ms: number | null): Check {
  return { id, ok: true, message, next: null, ms };
}

function failed(id: string, { message, next }: Problem, ms: number): Check {
  return { id, ok: false, message, next, ms };
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

function skipped(id: string, { kind }: Pick<Problem, 'kind'>): Check {
  return { id, ok: null, message: `skipped: ${reasons[kind]}`, next: null, ms: null };
}
