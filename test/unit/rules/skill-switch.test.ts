import { expect, it } from 'vitest';
import { skillSwitch } from '../../../src/rules/skill-switch.ts';
import { call } from './calls.ts';

const skills = new Set(['orchestration']);
const typed = (prompt: string) =>
  skillSwitch(
    {
      kind: 'prompt',
      event: 'UserPromptSubmit',
      session: 's',
      transcript: null,
      cwd: '/p',
      prompt,
    },
    skills,
  );

it.each([
  '/orchestration',
  '/orchestration build it\nand test it',
  ' /orchestration offline mode',
  '/orchestration off by one',
])('%j switches it on', (prompt) => {
  expect(typed(prompt)).toEqual({ skill: 'orchestration', on: true });
});

it.each(['/orchestration off', '/orchestration  OFF \n'])('%j switches it off', (prompt) => {
  expect(typed(prompt)).toEqual({ skill: 'orchestration', on: false });
});

it.each([
  'orchestration off',
  'use /orchestration',
  '/orchestrationx',
  '/other',
  '<task-notification>\n/orchestration off',
  '',
])('%j changes nothing', (prompt) => {
  expect(typed(prompt)).toBeNull();
});

it('is switched on by the Skill tool after that has run, and never off', () => {
  const load = (input: object) =>
    skillSwitch(call('Skill', { ...input }, { kind: 'after-tool' }), skills);
  expect(load({ skill: 'orchestration' })).toEqual({ skill: 'orchestration', on: true });
  expect(load({ skill: '/orchestration', args: 'offline mode' })).toEqual({
    skill: 'orchestration',
    on: true,
  });
  expect(load({ skill: 'orchestration', args: 'off' })).toBeNull();
  expect(load({ skill: 'orchestration', args: ' OFF\n' })).toBeNull();
  expect(load({ skill: 'other' })).toBeNull();
  expect(load({})).toBeNull();
  expect(skillSwitch(call('Skill', { skill: 'orchestration' }), skills)).toBeNull();
});
