import { describe, expect, test } from 'vitest';
import { compareVersions, versionsOf } from '../../corpus/versions.ts';

const published = {
  versions: ['2.0.9', '2.0.10', '2.0.12', '2.1.0', '2.1.1', '2.1.10'],
  latest: '2.1.1',
};

test('versions are ordered by number', () => {
  expect(['2.1.0', '2.0.10', '10.0.0', '2.0.9'].sort(compareVersions)).toEqual([
    '2.0.9',
    '2.0.10',
    '2.1.0',
    '10.0.0',
  ]);
});

describe('versionsOf', () => {
  test.each([
    ['2.0.10', ['2.0.10']],
    ['latest', ['2.1.1']],
    ['2.0.10..2.1.0', ['2.0.10', '2.0.12', '2.1.0']],
    // Ends that were never published are ends all the same.
    ['2.0.11..2.0.99', ['2.0.12']],
    ['2.1.0..latest', ['2.1.0', '2.1.1']],
  ])('%s', (range, versions) => {
    expect(versionsOf(range, published)).toEqual(versions);
  });

  test.each([
    [2, ['2.0.9', '2.0.12', '2.1.1', '2.1.10']],
    [5, ['2.0.9', '2.1.10']],
    [100, ['2.0.9', '2.1.10']],
  ])('every %i-th keeps the first and the last', (every, versions) => {
    expect(versionsOf('2.0.9..2.1.10', published, every)).toEqual(versions);
  });

  test.each([
    ['2.0.11', 'no-such-version'],
    ['2.1.1..2.0.9', 'no-such-version'],
    ['2.0', 'usage'],
    ['2.0.9..', 'usage'],
    ['2.0.9..2.1.0..2.1.1', 'usage'],
    ['newest', 'usage'],
  ])('%s is refused', (range, code) => {
    expect(() => versionsOf(range, published)).toThrow(expect.objectContaining({ code }));
  });
});
