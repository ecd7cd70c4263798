import { expect, test } from 'vitest';

import { nearest } from '../../../src/provider/nearest.ts';

const names = ['zai', 'glm', 'minimax', 'openrouter'];

test.each([
  ['zia', 'zai'],
  ['glmm', 'glm'],
  ['minmax', 'minimax'],
  ['open-router', 'openrouter'],
  ['openruoter', 'openrouter'],
  ['minimax', 'minimax'],
])('%s is nearest to %s', (typed, expected) => {
  expect(nearest(typed, names)).toBe(expected);
});

test.each(['', 'a', 'xyz', 'bedrock'])('%j has no nearest candidate', (typed) => {
  expect(nearest(typed, names)).toBeNull();
});
