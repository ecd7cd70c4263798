import { describe, expect, test } from 'vitest';
import { erasOf, linesFor, versionsBetween } from '../../corpus/eras.ts';
import type { Line } from '../../corpus/line.ts';
import { byEdit, lineOf } from './lines.ts';

test('lines of one machine: JavaScript and its platform', () => {
  const lines = [
    lineOf('1.0.0'),
    lineOf('1.0.1', { platform: 'darwin-x64' }),
    lineOf('1.0.1', { platform: 'linux-x64' }),
  ];
  expect(linesFor('linux-x64', lines).map(({ platform }) => platform)).toEqual([
    'any',
    'linux-x64',
  ]);
});

test.each<[string, Partial<Line>]>([
  ['the layout', { layout: 'single' }],
  ['a verdict', { tasks: byEdit }],
  ['the means', { tasks: { ...byEdit, by: 'env' } }],
  ['what was seen', { teams: { ...lineOf('1.0.0').teams, built: true } }],
])('an era ends where %s changes', (_, change) => {
  const lines = [
    lineOf('1.0.0'),
    lineOf('1.0.1', { modules: 7, date: '2026-11-21' }),
    lineOf('1.0.2', change),
    lineOf('1.0.3'),
  ];
  const spans = erasOf(lines).map(({ first, last }) => [first.version, last.version]);
  expect(spans).toEqual([
    ['1.0.0', '1.0.1'],
    ['1.0.2', '1.0.2'],
    ['1.0.3', '1.0.3'],
  ]);
});

describe('versionsBetween', () => {
  const published = Array.from({ length: 40 }, (_, index) => `1.0.${index}`);

  test('the middle of two that differ; nothing between equals or neighbours', () => {
    const lines = [
      lineOf('1.0.0'),
      lineOf('1.0.10', { tasks: byEdit }),
      lineOf('1.0.20', { tasks: byEdit }),
      lineOf('1.0.21'),
    ];
    expect(versionsBetween(lines, published)).toEqual(['1.0.5']);
  });

  test('finds every boundary exactly, in few steps', () => {
    const real = (version: string): Line => {
      const release = Number(version.split('.')[2]);
      return lineOf(version, release >= 13 && release < 31 ? { tasks: byEdit } : {});
    };
    let lines = ['1.0.0', '1.0.20', '1.0.39'].map(real);
    let steps = 0;
    for (let next = versionsBetween(lines, published); next.length > 0; steps++) {
      lines = [...lines, ...next.map(real)].sort(
        (a, b) => published.indexOf(a.version) - published.indexOf(b.version),
      );
      next = versionsBetween(lines, published);
    }
    expect(erasOf(lines).map(({ first }) => first.version)).toEqual(['1.0.0', '1.0.13', '1.0.31']);
    expect(steps).toBeLessThanOrEqual(5);
  });

  test('a line whose version is no longer published has no middle', () => {
    const lines = [lineOf('0.9.0'), lineOf('1.0.10', { tasks: byEdit })];
    expect(versionsBetween(lines, published)).toEqual([]);
  });
});
