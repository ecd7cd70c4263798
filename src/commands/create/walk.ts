import { cancelled } from '../input/answer.ts';
import type { Answer, Asked, Facts, MenuOptions, Question } from './question.ts';

/** The user goes back to the question before. */
export const back: unique symbol = Symbol('back');

/** Whoever answers: a user at a terminal, or a test. */
export interface Asker {
  /** `first`: there is nothing to go back to. Error: `interrupted`. */
  ask(asked: Asked, first: boolean): Promise<Answer | typeof back>;
  /** Whether the user, who goes back from the first question, wants to leave. */
  leaves(): Promise<boolean>;
}

/** The first question of the table that these options leave open; null if none does. */
export function nextQuestion(
  table: readonly Question[],
  options: MenuOptions,
  facts: Facts,
): { question: Question; asked: Asked } | null {
  for (const question of table) {
    const asked = question.ask(options, facts);
    if (asked !== null) return { question, asked };
  }
  return null;
}

/**
 * Asks what the given options leave open, and returns them with the answers. A question that is gone
 * back to offers its former answer. Errors: `interrupted`, `usage`.
 */
export async function walk(
  table: readonly Question[],
  given: MenuOptions,
  facts: Facts,
  asker: Asker,
): Promise<MenuOptions> {
  const steps: MenuOptions[] = [];
  const former = new Map<string, Answer>();
  for (;;) {
    const options: MenuOptions = Object.assign({}, given, ...steps);
    const next = nextQuestion(table, options, facts);
    if (next === null) return options;
    const { question, asked } = next;
    const answer = await asker.ask(
      withFormer(asked, former.get(asked.message)),
      steps.length === 0,
    );
    if (answer !== back) {
      if (asked.kind !== 'secret') former.set(asked.message, answer);
      steps.push(question.take(answer, options, facts));
    } else if (steps.pop() === undefined && (await asker.leaves())) throw cancelled();
  }
}

function withFormer(asked: Asked, answer: Answer | undefined): Asked {
  if (answer === undefined) return asked;
  if (asked.kind === 'several')
    return typeof answer === 'string' ? asked : { ...asked, initial: answer };
  return typeof answer === 'string' ? { ...asked, initial: answer } : asked;
}
