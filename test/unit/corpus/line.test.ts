import { expect, test } from 'vitest';
import { formatLines, parseLines, withLine } from '../../corpus/line.ts';
import { byEdit, lineOf } from './lines.ts';

const native = { platform: 'linux-x64', kind: 'native' } as const;

test('lines are sorted by version, then platform, with their keys in one order', () => {
  const { version, ...rest } = lineOf('2.1.10', { ...native, signature: 'ok', tasks: byEdit });
  const mac = lineOf('2.1.10', { platform: 'darwin-x64' });
  const text = formatLines([{ ...rest, version }, mac, lineOf('2.1.9')]);
  const rows = text.trimEnd().split('\n');
  expect(
    rows.map((row) => /^\{"version":"([^"]+)","platform":"([^"]+)"/.exec(row)?.slice(1)),
  ).toEqual([
    ['2.1.9', 'any'],
    ['2.1.10', 'darwin-x64'],
    ['2.1.10', 'linux-x64'],
  ]);
  expect(Object.keys(JSON.parse(rows[2] ?? ''))).toEqual([
    'version',
    'platform',
    'kind',
    'layout',
    'modules',
    'tasks',
    'teams',
    'edits',
    'rebuilt',
    'signature',
    'problems',
    'date',
  ]);
});

test('what is written is read again', () => {
  const launch = { runs: 15, stockMs: 500, builtMs: 600, ratio: 1.2 };
  const lines = [lineOf('2.1.9'), lineOf('2.1.10', { ...native, launch, problems: ['x'] })];
  expect(parseLines(formatLines(lines), 'f')).toEqual(lines);
});

test.each([
  ['no JSON', '{'],
  ['an unknown key', JSON.stringify({ ...lineOf('2.1.9'), speed: 1 })],
  ['an unknown platform', JSON.stringify({ ...lineOf('2.1.9'), platform: 'beos' })],
  ['no version', JSON.stringify({ ...lineOf('2.1.9'), version: 'latest' })],
])('%s is refused with its place', (_, row) => {
  const text = `${formatLines([lineOf('2.1.8')])}${row}\n`;
  expect(() => parseLines(text, 'results.jsonl')).toThrow(
    expect.objectContaining({
      code: 'invalid-record',
      message: expect.stringMatching(/^results\.jsonl:2 /),
    }),
  );
});

test('a line takes the place of the older one of the same build only', () => {
  const old = [
    lineOf('2.1.8'),
    lineOf('2.1.9', native),
    lineOf('2.1.9', { platform: 'darwin-x64' }),
  ];
  const lines = withLine(old, lineOf('2.1.9', { ...native, modules: 5 }));
  expect(lines.map(({ platform, modules }) => [platform, modules])).toEqual([
    ['any', 1],
    ['darwin-x64', 1],
    ['linux-x64', 5],
  ]);
});

test('lines hold no code that a reason names', () => {
  const needs = (code: string): string =>
    `a flag decides; it also needs ${code}, which is not a feature flag and stays`;
  const tasks = { ...byEdit, reason: needs('if(paid("x"))return!1;return a, b') };
  const [line] = parseLines(formatLines([lineOf('1.0.0', { tasks })]), 'x');
  expect(line?.tasks.reason).toBe(needs('another check'));
});
