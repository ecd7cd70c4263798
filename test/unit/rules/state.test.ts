import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { sessionState } from '../../../src/rules/state.ts';
import { temporaryFolder } from '../../support/folder.ts';

let folder = '';
beforeEach(() => {
  folder = join(temporaryFolder(), 'sessions');
});

const day = 24 * 3_600_000;
const now = Date.now();
const open = (session = 's-1') => sessionState(folder, session, now);

it('keeps facts for later processes, and no other files', () => {
  expect(open().names()).toEqual([]);
  open().set('skill.a', 'one');
  open().set('skill.a', 'two');
  expect(open().read('skill.a')?.text).toBe('two');
  expect(Math.abs((open().read('skill.a')?.at ?? 0) - now)).toBeLessThan(day);
  expect(open('s-2').read('skill.a')).toBeNull();
  expect(readdirSync(join(folder, 's-1'))).toEqual(['skill.a']);
});

it('gives a claim and a taken fact to one process only', () => {
  expect(open().claim('asked.a', 'x')).toBe(true);
  expect(open().claim('asked.a', 'y')).toBe(false);
  expect(open().take('asked.a')).toBe('x');
  expect(open().take('asked.a')).toBeNull();
  expect(open().names()).toEqual([]);
});

it('fails where a file is in the place of its folder, and claims nothing', () => {
  mkdirSync(folder);
  writeFileSync(join(folder, 's-1'), '');
  expect(() => open().claim('asked.a', 'x')).toThrow('ENOTDIR');
  expect(() => open().set('skill.a', 'x')).toThrow('ENOTDIR');
});

it('turns any fact into a safe file name', () => {
  open().set('agent.../../x:y', 'z');
  expect(open().read('agent.../../x:y')?.text).toBe('z');
  expect(readdirSync(join(folder, 's-1'))).toEqual(['agent...-..-x-y']);
});

it.each(['', '..', '../x', 'a/b', 'a\\b', '.a', 'a\0', 'a'.repeat(101)])(
  'refuses the session %j',
  (session) => {
    expect(() => open(session)).toThrow('is not a session id');
  },
);

it('deletes sessions that have been unused for 30 days when a new one starts', () => {
  for (const [name, age] of [
    ['old', 31],
    ['recent', 29],
  ] as const) {
    mkdirSync(join(folder, name), { recursive: true });
    utimesSync(join(folder, name), new Date(), new Date(now - age * day));
  }
  expect(open('recent').names()).toEqual([]);
  expect(readdirSync(folder)).toEqual(['old', 'recent']);
  open().set('skill.a', '');
  expect(readdirSync(folder)).toEqual(['recent', 's-1']);
});
