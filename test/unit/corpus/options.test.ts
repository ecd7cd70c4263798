import { describe, expect, test } from 'vitest';
import { platforms } from '../../corpus/line.ts';
import { parseOptions } from '../../corpus/options.ts';

describe('parseOptions', () => {
  test('defaults', () => {
    const options = parseOptions(['2.1.0', 'latest']);
    expect(options).toMatchObject({
      ranges: ['2.1.0', 'latest'],
      boundaries: false,
      every: 1,
      platforms: ['linux-x64'],
      launch: false,
      again: false,
    });
    expect(options.results).toMatch(/docs[\\/]compatibility\.jsonl$/);
  });

  test('platforms, by name or all', () => {
    expect(parseOptions(['latest', '--platform', 'win32-x64,linux-x64']).platforms).toEqual([
      'win32-x64',
      'linux-x64',
    ]);
    expect(parseOptions(['latest', '--platform', 'all']).platforms).toEqual(platforms);
  });

  test('boundaries and the page are no ranges', () => {
    expect(parseOptions(['boundaries'])).toMatchObject({ ranges: [], boundaries: true });
    expect(parseOptions(['page'])).toMatchObject({ ranges: [], boundaries: false });
  });

  test.each([
    [[], /No version/],
    [['latest', '--every', '0'], /--every/],
    [['latest', '--every', 'x'], /--every/],
    [['latest', '--platform', 'beos'], /beos/],
    [['latest', '--results', 'x.json'], /\.jsonl/],
    [['latest', '--unknown'], /--unknown/],
  ])('%j is refused', (argv, message) => {
    expect(() => parseOptions(argv)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringMatching(message) }),
    );
  });
});
