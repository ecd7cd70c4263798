import { expect, test } from 'vitest';
import { checkMentions } from '../../../../src/skill/text/mentions.ts';
import { assumedTools } from '../../../../src/skill/tools.ts';

const messages = (text: string, tasks = true): string[] =>
  checkMentions(text, assumedTools(tasks)).map(({ line, message }) => `${line}: ${message}`);

test.each([
  ['Start `Agent` with `run_in_background`, then `TaskUpdate` its `addBlockedBy`.', []],
  [
    'Use `Glob`.\n\nAnd `Grep`; again `Glob`.',
    ['1: Glob is not offered', '3: Grep is not offered'],
  ],
  ['Leave a comment with `addComment`.', ['1: no tool has a parameter addComment']],
  ['Ask with `AskUserQuestion`, which only a user at the keyboard has.', []],
  ['A word such as `owner`, a `file_path`, a `snake_case` of yours, Glob without ticks.', []],
  ['```\n`Glob`\n```', []],
])('finds names that the build does not offer: %j', (text, expected) => {
  expect(messages(text)).toEqual(expected);
});

test('finds task tools and their parameters for a build without them', () => {
  expect(messages('`TaskList` and `activeForm`', false)).toEqual([
    '1: TaskList is not offered',
    '1: no tool has a parameter activeForm',
  ]);
});
