import { breaksOffAdvice, keyAdvice } from './answer/advice.ts';
import { streamIn } from './answer/answer.ts';
import { shown } from './answer/hide.ts';
import type { Problem, ProblemKind } from './answer/problem.ts';
import { problemIn } from './answer/problem-in.ts';
import { type Ask, type Check, failed, isFinal, noted, passed, skipped } from './check.ts';
import { furtherChecks, furtherIds } from './further-checks.ts';
import { modelRequest, streamRequest } from './requests.ts';
import type { Answer, Outcome } from './send.ts';
import type { AskedModel, Target } from './target/target.ts';

/** A model's answer. */
interface Asked {
  model: AskedModel;
  outcome: Outcome;
  problem: Problem | null;
}

/**
 * Asks what a session would ask, one after the other, in a few small requests: one for each model, and one
 * each for tools, deferred tools and token counting. What cannot be known any more is skipped, and said so.
 */
export async function runChecks(target: Target, ask: Ask): Promise<Check[]> {
  const answers: Asked[] = [];
  let stop: ProblemKind | null = null;
  for (const model of target.models) {
    // The first question is streamed, as those of sessions are.
    const request = answers.length === 0 ? streamRequest : modelRequest;
    const outcome = await ask(request(target, model.id));
    const problem = problemIn(outcome, target, model.id);
    answers.push({ model, outcome, problem });
    if (problem === null || !isFinal(problem.kind)) continue;
    stop = problem.kind;
    break;
  }
  const working = answers.find(({ problem }) => problem === null);
  const rest =
    stop === null && working !== undefined
      ? await furtherChecks(target, working.model.id, ask)
      : furtherIds.map((id) => skipped(id, stop ?? 'model'));
  return [...accessChecks(answers, target), ...modelChecks(answers, stop, target), ...rest];
}

const ofAddress: readonly ProblemKind[] = ['unreachable', 'address', 'redirect'];

/** Whether there is such an API, and whether it accepts the key. */
function accessChecks(answers: readonly Asked[], target: Target): Check[] {
  const [first] = answers;
  if (first === undefined) return [];
  const { problem, outcome } = first;
  if (problem !== null && ofAddress.includes(problem.kind)) {
    return [failed('reachable', problem, outcome.ms), skipped('authenticated', problem.kind)];
  }
  return [
    passed('reachable', `${target.baseUrl} answers`, outcome.ms),
    authenticated(answers, first, target),
  ];
}

/** An answer proves the key, and so does a refusal that depends on the account. */
function authenticated(
  answers: readonly Asked[],
  { problem, outcome: { ms } }: Asked,
  target: Target,
): Check {
  const id = 'authenticated';
  const proof = answers.find(
    (one) => one.problem === null || ['balance', 'model'].includes(one.problem.kind),
  );
  if (proof !== undefined) return passed(id, acceptedText(target), proof.outcome.ms);
  if (problem === null) return noted(id, 'not known');
  // A login is Claude Code's to send: that it is wanted is no failure.
  if (problem.kind === 'key' && target.credential === 'login') {
    const login = noted(id, 'with a login of its own, which only its sessions send');
    return { ...login, next: keyAdvice(target, '') };
  }
  if (problem.kind === 'key' || problem.kind === 'forbidden') return failed(id, problem, ms);
  return noted(id, 'not known, as the service did not get so far');
}

function acceptedText({ credential, headers }: Target): string {
  if (credential === 'none' || credential === 'login') return 'without a key';
  if (credential === 'placeholder') return 'without a key of yours';
  const names = headers.map(({ name }) => name.toLowerCase());
  const ways = names.filter((name) => name === 'authorization' || name === 'x-api-key');
  return `the key is accepted${ways.length > 0 ? `, as ${ways.join(' and ')}` : ''}`;
}

const ofAccess: readonly ProblemKind[] = [...ofAddress, 'key', 'forbidden'];

/** One check for each model, and what the first one's stream says. */
function modelChecks(answers: readonly Asked[], stop: ProblemKind | null, target: Target): Check[] {
  return target.models.flatMap((model, at) => {
    const id = `model-${model.uses[0] ?? 'default'}`;
    const answer = answers[at];
    const own = answer === undefined ? skipped(id, stop ?? 'model') : modelCheck(id, answer, at);
    return at === 0 && answer !== undefined ? [own, ...streamChecks(answer, target)] : [own];
  });
}

function modelCheck(id: string, { model, outcome, problem }: Asked, at: number): Check {
  if (problem === null) {
    const uses = model.assumed
      ? 'one of Anthropic’s, as no model is chosen'
      : model.uses.join(', ');
    return passed(id, `${model.id} answers (${uses})`, outcome.ms);
  }
  // The first answer's problem with the address or the key is told there.
  return at === 0 && ofAccess.includes(problem.kind)
    ? skipped(id, problem.kind)
    : failed(id, problem, outcome.ms);
}

function streamChecks({ outcome, problem }: Asked, target: Target): Check[] {
  if (problem !== null) return ['streaming', 'first-byte'].map((id) => skipped(id, problem.kind));
  return outcome.kind === 'failure' ? [] : [streamCheck(outcome, target), firstByte(outcome)];
}

function firstByte({ firstByte: first, ms }: Answer): Check {
  return passed('first-byte', `after ${first ?? ms} ms`, first);
}

function streamCheck({ text, ms, broken }: Answer, target: Target): Check {
  const id = 'streaming';
  const { complete, error, events } = streamIn(text);
  if (complete && error === null) return passed(id, 'to the end', ms);
  if (error === null && events === 0) {
    return {
      id,
      ok: false,
      message: 'the answer came in one piece, although a stream was asked for',
      next: 'Sessions need streams: turn them on in the gateway, or use another address',
      ms,
    };
  }
  const why = broken === null ? '' : ` (${broken})`;
  return {
    id,
    ok: false,
    message:
      error === null
        ? `the stream breaks off after ${events} event${events === 1 ? '' : 's'}${why}`
        : `the stream ends with an error: ${shown(error, target.secrets)}`,
    next: breaksOffAdvice(target, broken),
    ms,
  };
}
