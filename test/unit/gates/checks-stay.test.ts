import { expect, test } from 'vitest';
import { analyze } from '../../../src/gates/analyze.ts';
import { moduleOf } from './modules.ts';

const tools = ['TaskCreate', 'TaskGet', 'TaskUpdate', 'TaskList']
  .map((name) => `{name:"${name}",isEnabled(){return gate()}}`)
  .join(',');
const around = `import{policy,P}from"x";var remote=new Map;
function flag(name,fallback){let held=remote.get(name);return held===void 0?fallback:held}`;

/** Gates with a policy beside a flag, and the code that no edit may remove. */
const gates: Record<string, [helpers: string, body: string, check: string]> = {
  'the default of a flag': ['', 'return flag("tengu_x",policy())', 'policy()'],
  'a part of the default': ['', 'return flag("tengu_x",!0&&P.allowed)', 'P.allowed'],
  'an async function': [
    'async function ask(){if(policy())throw 1}',
    'ask();return flag("tengu_x",!1)',
    'ask()',
  ],
  'an async function that may end the program': [
    'async function ask(){policy()&&process.exit(1)}',
    'ask();return flag("tengu_x",!1)',
    'ask()',
  ],
  'a proxy': [
    'var o=new Proxy({},{get(){return policy()}});',
    'if(o.isInteractive)return!1;return flag("tengu_x",!1)',
    'o.isInteractive',
  ],
  'a getter of a class': [
    'class O{static get isInteractive(){return policy()}}',
    'if(O.isInteractive)return!1;return flag("tengu_x",!1)',
    'O.isInteractive',
  ],
  'a getter of an instance': [
    'class O{get isInteractive(){return policy()}}var o=new O;',
    'if(o.isInteractive)return!1;return flag("tengu_x",!1)',
    'o.isInteractive',
  ],
  'a spread': [
    'var o={isInteractive:!0,...P};',
    'if(o.isInteractive)return!1;return flag("tengu_x",!1)',
    'o.isInteractive',
  ],
};

test.each(Object.entries(gates))('%s is a check that stays', (_, [helpers, body, check]) => {
  const text = `${around}${helpers}function gate(){${body}}var tools=[${tools}];`;
  const { verdict, flip } = analyze([moduleOf(text)]).tasks;
  expect(flip?.edit.after ?? `${verdict}: left alone, ${check}`).toContain(check);
  expect(['flip', 'unknown']).toContain(verdict);
});

test('a default decided by flags alone is part of the flag', () => {
  const body = 'return flag("tengu_x",flag("tengu_y",process.env.ENABLE_TASKS==="1"))';
  const { flip } = analyze([
    moduleOf(`${around}function gate(){${body}}var tools=[${tools}];`),
  ]).tasks;
  expect(flip?.edit.after).toMatch(/return *!0/);
});
