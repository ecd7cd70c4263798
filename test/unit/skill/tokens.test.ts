import { expect, test } from 'vitest';
import { countTokens } from '../../../src/skill/tokens.ts';

// Source: OpenAI's cookbook, How to count tokens with tiktoken.
test.each([
  ['', 0],
  ['2 + 2 = 4', 7],
  ['お誕生日おめでとう', 8],
  ['antidisestablishmentarianism', 6],
])('%j has %i tokens', (text, count) => {
  expect(countTokens(text)).toBe(count);
});

test('counts the name of a special token as text', () => {
  expect(countTokens('a <|endoftext|> b')).toBeGreaterThan(countTokens('a  b') + 3);
});
