import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import { terminalAsker } from '../../../../src/commands/create/ask-in-terminal.ts';
import type { Asked } from '../../../../src/commands/create/question.ts';
import { type Asker, back } from '../../../../src/commands/create/walk.ts';
import { CcMirrorError } from '../../../../src/errors.ts';

const keys = { enter: '\r', down: '\x1b[B', space: ' ', interrupt: '\x03', escape: '\x1b' };

let input: PassThrough;
let output: PassThrough & { columns?: number };
let abort: AbortController;
let asker: Asker;
beforeEach(() => {
  input = new PassThrough();
  output = Object.assign(new PassThrough(), { columns: 40 });
  abort = new AbortController();
  asker = terminalAsker(abort.signal, { input, output });
});

function shownSoFar(): string {
  return stripVTControlCharacters(String(output.read() ?? ''));
}

/** Answers with these keys, each once the one before has been taken. */
async function answered(asked: Asked, presses: readonly string[], first = false): Promise<unknown> {
  const answer = Promise.allSettled([asker.ask(asked, first)]);
  // The first key is read only once the question is shown.
  await settled();
  for (const press of presses) {
    input.write(press);
    await settled();
  }
  const [ended] = await answer;
  if (ended.status === 'rejected') throw ended.reason;
  return ended.value;
}

/** What was written has been read. */
async function settled(): Promise<void> {
  for (let i = 0; i < 5; i++) await setImmediate();
}

const list: Asked = {
  kind: 'list',
  message: 'Which?',
  choices: [
    { value: 'a', label: 'First', group: 'of one kind' },
    { value: 'b', label: 'Second', group: 'of another', hint: 'the next one', words: 'alias' },
  ],
};
const several: Asked = { ...list, kind: 'several', initial: ['a'] };
const short: Asked = {
  kind: 'text',
  message: 'What is the id of what is asked for here?',
  check(value) {
    if (value === 'wrong') {
      throw new CcMirrorError('usage', 'It is wrong in more than one way', 'Give another one');
    }
  },
};
const secret: Asked = { ...short, kind: 'secret' };

describe('a question at the terminal', () => {
  it.each<[string, Asked, string[], unknown]>([
    ['a choice', list, [keys.enter], 'a'],
    ['another choice', list, [keys.down, keys.enter], 'b'],
    ['the choice to go back', list, [keys.down, keys.down, keys.enter], back],
    ['Escape', list, [keys.escape], back],
    ['a choice that a word finds', { ...list, search: true }, ['alias', keys.enter], 'b'],
    [
      'a choice whose group a word finds',
      { ...list, search: true },
      ['second anoth', keys.enter],
      'b',
    ],
    ['Escape in a search', { ...list, search: true }, ['sec', keys.escape], back],
    ['several', several, [keys.down, keys.space, keys.enter], ['a', 'b']],
    ['none of several', several, [keys.space, keys.enter], []],
    ['Escape from several', several, [keys.escape], back],
    ['a text', short, ['some text', keys.enter], 'some text'],
    ['Escape from a text', short, ['some', keys.escape], back],
    [
      'a text after one that is refused',
      short,
      ['wrong', keys.enter, ' no more', keys.enter],
      'wrong no more',
    ],
    ['a long key that is pasted', secret, ['k'.repeat(300), keys.enter], 'k'.repeat(300)],
    ['a former answer', { ...short, initial: 'former' }, [keys.enter], 'former'],
  ])('takes %s', async (_, asked, presses, expected) => {
    expect(await answered(asked, presses)).toEqual(expected);
  });

  it('says why it refuses, in lines that fit', async () => {
    await answered(short, ['wrong', keys.enter, keys.escape]);
    const shown = shownSoFar();
    expect(shown).toContain('It is wrong in more than one way.\n   → Give another one');
    expect(shown).toContain('What is the id of what is asked for\n│  here? (Esc: back)');
  });

  it('never shows a secret', async () => {
    await answered(secret, ['the-secret', keys.enter]);
    expect(shownSoFar()).not.toContain('secret');
  });

  it('does not take what nothing is found by', async () => {
    const asked = { ...list, search: true };
    expect(await answered(asked, ['nothing', keys.enter, keys.escape])).toBe(back);
    expect(shownSoFar()).toContain('Nothing is found by these words');
  });

  it('shows groups only where there is room for them', async () => {
    await answered(list, [keys.enter]);
    expect(shownSoFar()).not.toContain('of one kind');
    output.columns = 80;
    await answered(list, [keys.enter]);
    expect(shownSoFar()).toContain('First   of one kind');
  });

  it('offers no way back from the first one, and asks whether to leave', async () => {
    await answered(list, [keys.enter], true);
    expect(shownSoFar()).not.toContain('Back');
    for (const [press, leaves] of [
      [keys.enter, true],
      ['n', false],
      [keys.escape, true],
    ] as const) {
      const answer = asker.leaves();
      await settled();
      input.write(press);
      expect(await answer).toBe(leaves);
    }
  });

  it('shows a summary above, with a command in one line', async () => {
    const line = `cc-mirror ${'word '.repeat(20)}`;
    const above = { title: 'Summary', lines: ['a  line'], command: { is: 'To type', line } };
    await answered({ ...list, above }, [keys.enter]);
    expect(shownSoFar()).toContain(`To type:\n${line}\n`);
  });

  it.each([list, several, short, secret, { ...list, search: true }])(
    'ends with Ctrl-C: $kind',
    async (asked) => {
      const ended = answered(asked, [keys.interrupt]);
      await expect(ended).rejects.toMatchObject({ code: 'interrupted' });
    },
  );

  it('ends with the reason of a signal', async () => {
    const ended = answered(list, []);
    const reason = new CcMirrorError('interrupted', 'Interrupted.');
    queueMicrotask(() => abort.abort(reason));
    await expect(ended).rejects.toBe(reason);
    await expect(asker.ask(list, false)).rejects.toBe(reason);
  });

  it('ends with a failure of a check that is no refusal', async () => {
    const broken = new Error('a bug');
    const check = (): never => {
      throw broken;
    };
    await expect(answered({ ...short, check }, ['x', keys.enter])).rejects.toBe(broken);
  });
});
