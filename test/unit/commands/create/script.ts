import { expect } from 'vitest';
import { factsOf } from '../../../../src/commands/create/facts.ts';
import type { Answer, Asked, Facts } from '../../../../src/commands/create/question.ts';
import { type Asker, back } from '../../../../src/commands/create/walk.ts';
import type { World } from '../../variant/world.ts';

/** What is asked, and what the user answers. */
export type Line = readonly [message: RegExp, answer: Answer | typeof back];

/** A key of zai's, for tests. */
export const key = 'zai.dummy-key-of-a-test';
/** The answers to what is asked last, whatever was asked before. */
export const rest: Line[] = [
  [/tools/, ['tasks', 'teams']],
  [/packs/, ['orchestration']],
  [/Create it/, 'create'],
];

/** A user who answers these questions, in this order. `asked` has them as they were shown. */
export function scripted(
  lines: readonly Line[],
  leaves = false,
): Asker & { asked: Asked[]; left: Line[] } {
  const left = [...lines];
  const asked: Asked[] = [];
  return {
    asked,
    left,
    async ask(question) {
      asked.push(question);
      const line = left.shift();
      if (line === undefined) throw new Error(`nobody answers: ${question.message}`);
      const [message, answer] = line;
      expect(question.message).toMatch(message);
      if (answer !== back) await accept(question, answer);
      return answer;
    },
    leaves: () => Promise.resolve(leaves),
  };
}

/** An answer that the terminal would let pass. */
async function accept(question: Asked, answer: Answer): Promise<void> {
  if ('choices' in question) {
    const values = question.choices.map(({ value }) => value);
    expect(values).toEqual(expect.arrayContaining([answer].flat()));
  } else await question.check(String(answer));
}

/** What the questions look up in a world of the test's own. */
export function factsIn(
  { around: { layout } }: World,
  environment: Record<string, string> = {},
  force = false,
): Promise<Facts> {
  return factsOf({ layout, environment }, force);
}
