import { expect, it } from 'vitest';
import { demandOf } from '../../../../src/rules/checks/demands.ts';

const contract = { skills: ['router'], agents: ['router-planner'] };
const report = { skills: ['orchestration'], agents: [] };

it.each([
  ['general-purpose', 'report'],
  ['router-planner', 'contract'],
  ['Explore', undefined],
])('a worker of the type %s owes by the rule %s', (type, rule) => {
  expect(demandOf(type, { contract, report })?.rule).toBe(rule);
});

it('nothing is owed where the rule is off', () => {
  expect(demandOf('general-purpose', { contract })).toBeNull();
  expect(demandOf('router-planner', { report })).toBeNull();
});

it('a worker is told what is missing, and the form', () => {
  const asked = demandOf('general-purpose', { report })?.ask(['one', 'two']) ?? '';
  expect(asked).toContain('Missing or wrong: one; two.');
  expect(asked).toContain('filled in');
});
