import { messageIn } from './answer/answer.ts';
import type { Problem, ProblemKind } from './answer/problem.ts';
import { problemIn } from './answer/problem-in.ts';
import { type Ask, type Check, failed, isFinal, noted, passed, skipped } from './check.ts';
import { countRequest, deferredRequest, toolsRequest } from './requests.ts';
import type { Outcome } from './send.ts';
import type { Target } from './target/target.ts';

/** What sessions need beside answers, asked with a model that answers. */
export async function furtherChecks(target: Target, model: string, ask: Ask): Promise<Check[]> {
  const checks: Check[] = [];
  let stop: ProblemKind | null = null;
  for (const [id, run] of steps) {
    if (stop !== null) {
      checks.push(skipped(id, stop));
      continue;
    }
    const { check, problem } = await run(id, target, model, ask);
    checks.push(check);
    // What only this question meets says nothing of the others.
    if (problem !== null && isFinal(problem.kind) && problem.kind !== 'address')
      stop = problem.kind;
  }
  return checks;
}

interface Step {
  check: Check;
  problem: Problem | null;
}

const steps: readonly (readonly [
  id: string,
  run: (id: string, target: Target, model: string, ask: Ask) => Promise<Step>,
])[] = [
  ['tools', checkTools],
  ['deferred-tools', checkDeferred],
  ['token-counting', checkCounting],
];

/** What they are called. */
export const furtherIds: readonly string[] = steps.map(([id]) => id);

async function checkTools(id: string, target: Target, model: string, ask: Ask): Promise<Step> {
  const outcome = await ask(toolsRequest(target, model));
  const problem = problemIn(outcome, target, model);
  if (problem === null) {
    const called = outcome.kind === 'answer' && messageIn(outcome.text)?.toolUse;
    const message = called ? 'accepted, and one was called' : 'accepted';
    return { check: passed(id, message, outcome.ms), problem };
  }
  const next = 'Sessions need tools: use another model or address';
  const told = problem.kind === 'refused' ? { ...problem, next } : problem;
  return { check: failed(id, told, outcome.ms), problem };
}

/** It counts only where the preset says that the service takes them: launchers send tools in full. */
async function checkDeferred(id: string, target: Target, model: string, ask: Ask): Promise<Step> {
  if (!target.betas) {
    const check = noted(id, 'not asked, as no fields of beta features are sent');
    return { check, problem: null };
  }
  const outcome = await ask(deferredRequest(target, model));
  const problem = problemIn(outcome, target, model);
  if (problem === null) return { check: passed(id, 'accepted', outcome.ms), problem };
  const promised = target.preset?.limits.deferredTools === true && target.endpoint !== null;
  const message = `not accepted, which does not matter: launchers send all tools in full (${resultOf(outcome)})`;
  const check = promised ? failed(id, problem, outcome.ms) : noted(id, message, outcome.ms);
  return { check, problem };
}

/** It counts only where the preset has the address and says nothing else. */
async function checkCounting(id: string, target: Target, model: string, ask: Ask): Promise<Step> {
  const outcome = await ask(countRequest(target, model));
  const counted =
    outcome.kind === 'answer' && outcome.status === 200 && /"input_tokens"\s*:/.test(outcome.text);
  if (counted) return { check: passed(id, 'accepted', outcome.ms), problem: null };
  const promised = target.preset?.limits.tokenCounting === true && target.endpoint !== null;
  const message = `not there (${resultOf(outcome)}); sessions estimate instead`;
  const problem: Problem = { kind: 'refused', message, next: 'Sessions work without it' };
  const check = promised ? failed(id, problem, outcome.ms) : noted(id, message, outcome.ms);
  return { check, problem };
}

function resultOf(outcome: Outcome): string {
  return String(outcome.kind === 'answer' ? outcome.status : outcome.code);
}
