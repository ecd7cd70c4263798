import { expect, test } from 'vitest';
import { pageText } from '../../corpus/page.ts';
import { byEdit, lineOf } from './lines.ts';

const linux = { platform: 'linux-x64' } as const;
const launch = { runs: 15, stockMs: 500, builtMs: 600, ratio: 1.2 };
const lines = [
  lineOf('1.0.1', { tasks: { ...byEdit, reason: 'decided by a flag' } }),
  lineOf('1.0.2', { tasks: { ...byEdit, reason: 'decided by a flag' } }),
  lineOf('1.0.3', { date: '2026-11-22' }),
  lineOf('1.1.0', { platform: 'darwin-arm64', tasks: byEdit, signature: 'ok' }),
  lineOf('1.1.0', { ...linux, tasks: byEdit, launch }),
  lineOf('1.1.1', { platform: 'darwin-arm64', problems: ['build: it broke'] }),
  lineOf('1.1.1', { ...linux, tasks: byEdit }),
];
const page = pageText(lines);

/** The cells of a table's rows under a heading. */
function rowsUnder(heading: string): string[][] {
  const section = page.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((row) => row.startsWith('| '));
  return rows.slice(1).map((row) => row.slice(2, -2).split(' | '));
}

test('the introduction counts the builds and says when', () => {
  expect(page).toContain('7 published builds of Claude Code, examined 2026-11-20 to 2026-11-22.');
});

test('eras by shape, of what was run', () => {
  expect(rowsUnder('Eras').map((cells) => cells.slice(0, 6))).toEqual([
    ['1.0.1 to 1.0.2', '2', 'script', 'flip, by edit', 'absent', 'off → on'],
    ['1.0.3', '1', 'script', 'absent', 'absent', 'off → off'],
    ['1.1.0 to 1.1.1', '2', 'single', 'flip, by edit', 'absent', 'off → on'],
  ]);
});

test('neighbours with the same reason are told once', () => {
  expect(page).toContain('- 1.0.1 to 1.0.2: **flip**: decided by a flag.\n');
});

test('platforms are compared with the one that runs', () => {
  expect(rowsUnder('Platforms')).toEqual([
    ['darwin-arm64', '1.1.0 to 1.1.1', '2', '1 of 2', 'all', '1 of 2', '1'],
    ['linux-x64', '1.1.0 to 1.1.1', '2', '–', 'all', '–', '0'],
    ['any', '1.0.1 to 1.0.3', '3', '–', 'all', '–', '0'],
  ]);
});

test('what launches cost', () => {
  expect(rowsUnder('Cost of a launch')).toEqual([
    ['1.1.0', 'linux-x64', 'single', 'flip, by edit', 'absent', '500 ms', '600 ms', '1.20', '15'],
  ]);
});

test('what stays off, and what did not hold', () => {
  const exceptions = page.split('## Exceptions\n\n')[1];
  expect(exceptions?.trimEnd().split('\n')).toEqual([
    '- `tasks` is absent in 1.0.3: there is no such tool.',
    '- `teams` is absent in 1.0.1 to 1.1.1: there is no such tool.',
    '- 1.1.1 darwin-arm64: build: it broke.',
  ]);
});

test('no lines yet', () => {
  expect(pageText([])).toContain('None yet.');
});
