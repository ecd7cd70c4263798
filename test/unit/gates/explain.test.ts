import { expect, test } from 'vitest';
import { analyze } from '../../../src/gates/analyze.ts';
import { cut, list } from '../../../src/gates/explain.ts';
import type { CapabilityAnalysis } from '../../../src/gates/types.ts';
import { applyEdit, moduleOf } from './modules.ts';

const helpers = `import{policy,P}from"x";var remote=new Map,state={isInteractive:!1};
function flag(n,d){let v=remote.get(n);return v===void 0?d:v}`;

const textWith = (gate: string, last: string): string => {
  const tools = ['TaskCreate', 'TaskGet', 'TaskUpdate'].map(
    (name) => `{name:"${name}",isEnabled(){return gate()}}`,
  );
  return `${helpers}function gate(){${gate}}var tools=[${tools.join()},{name:"TaskList",${last}}];`;
};
const tasksOf = (gate: string, last = 'isEnabled(){return gate()}'): CapabilityAnalysis =>
  analyze([moduleOf(textWith(gate, last))]).tasks;

test.each([
  ['return!0', 'the gate is a constant true, as published or by an earlier edit'],
  ['return!1', 'switched off by a constant'],
  [
    'return flag("tengu_x",!0)',
    'on by default; depends on the remote flag tengu_x, as long as the remote flag tengu_x keeps its default',
  ],
  [
    'return flag("tengu_x",!1)',
    'depends on the remote flag tengu_x; no environment variable reliably turns it on',
  ],
  ['return!!process.env.ENABLE_TASKS', 'depends on ENABLE_TASKS; ENABLE_TASKS=1 turns it on'],
  [
    'return!!process.env.ENABLE_TASKS&&!!process.env.ENABLE_TODOS&&flag("tengu_x",!0)',
    'depends on ENABLE_TASKS, ENABLE_TODOS and the remote flag tengu_x; ' +
      'ENABLE_TASKS=1 and ENABLE_TODOS=1 turns it on, as long as the remote flag tengu_x keeps its default',
  ],
  [
    'return!!process.env.ENABLE_TASKS||state.isInteractive||process.argv.includes("--x")',
    'depends on ENABLE_TASKS, the option --x and whether the session is interactive; ENABLE_TASKS=1 turns it on',
  ],
  [
    'return P.allowed',
    'depends on other conditions; neither an environment variable nor a safe edit was found',
  ],
  [
    'return P.allowed&&flag("tengu_x",!1)',
    'depends on the remote flag tengu_x and other conditions; no environment variable reliably turns it on; ' +
      'it also needs P.allowed, which is not a feature flag and stays as it is',
  ],
  [
    `return P.allowed.${'a'.repeat(200)}&&flag("tengu_x",!1)`,
    'depends on the remote flag tengu_x and other conditions; no environment variable reliably turns it on; ' +
      `it also needs P.allowed.${'a'.repeat(190)}…, which is not a feature flag and stays as it is`,
  ],
])('%s: %s', (gate, reason) => {
  expect(tasksOf(gate).reason).toBe(reason);
});

test('the conditions of a tool besides the gate', () => {
  const reasonOf = (last: string): string => tasksOf('return flag("tengu_x",!1)', last).reason;
  const decided = reasonOf('isEnabled(){return gate()}');
  expect(decided).not.toContain('the tool');
  expect(reasonOf('isEnabled(){return gate()&&!0}')).toBe(decided);
  expect(reasonOf('isEnabled(){return gate()&&P.a&&P.b}')).toContain(
    'it also needs P.a and P.b, which',
  );
  expect(reasonOf('isEnabled(){return gate()||P.a}')).not.toContain('the tool');
});

test('an edit of ours, and of another tool', () => {
  const modules = [moduleOf(textWith('return flag("tengu_x",!1)', 'isEnabled(){return gate()}'))];
  const edited = applyEdit(modules, analyze(modules).tasks.flip!.edit);
  expect(analyze(edited).tasks).toMatchObject({
    verdict: 'on',
    reason: 'already edited by cc-mirror',
    env: {},
    flip: null,
  });
  expect(tasksOf('return!0;return!1').reason).toBe('already edited by another tool');
  expect(tasksOf('return!0         ').reason).toBe('already edited by cc-mirror or another tool');
});

test('lists, and code that is cut', () => {
  expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(list)).toEqual([
    '',
    'a',
    'a and b',
    'a, b and c',
  ]);
  expect([cut('abc', 3), cut('abcd', 3)]).toEqual(['abc', 'abc…']);
});

test('no edit of one capability changes what decides the other', () => {
  const gate = 'function gate(){return!!process.env.CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS&&!!P.on}';
  const names = ['TaskCreate', 'TaskGet', 'TaskUpdate', 'TaskList', 'TeamCreate'];
  const tools = names.map((name) => `{name:"${name}",isEnabled(){return gate()}}`);
  const { tasks, teams } = analyze([moduleOf(`${helpers}${gate}var tools=[${tools.join()}];`)]);
  expect(tasks.verdict).toBe('flip');
  expect(teams).toMatchObject({ verdict: 'unknown', flip: null });
  expect(teams.reason).toMatch(/; the function to edit also decides about tasks$/);
});
