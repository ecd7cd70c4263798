import { expect, it } from 'vitest';
import type { Rule } from '../../../src/rules/config.ts';
import { hookEvents } from '../../../src/rules/events.ts';
import { type RuleName, ruleNames } from '../../../src/rules/rule-names.ts';

const rule: Rule = { skills: ['orchestration'], agents: [] };
const hooks = (...names: RuleName[]): Record<string, string> =>
  Object.fromEntries(
    hookEvents(Object.fromEntries(names.map((name) => [name, rule]))).map(({ event, matcher }) => [
      event,
      matcher,
    ]),
  );

it('subscribes to the events that a rule needs, and no others', () => {
  expect(hooks()).toEqual({});
  expect(hooks('dependencies')).toEqual({ PreToolUse: 'TaskUpdate', PostToolUse: 'TaskUpdate' });
  expect(hooks('worker')).toEqual({
    PreToolUse: 'Agent|Task|TaskCreate|TaskUpdate',
    PostToolUse: 'Skill',
    UserPromptSubmit: '*',
  });
});

it('subscribes to each event once', () => {
  const all = hookEvents(Object.fromEntries(ruleNames.map((name) => [name, rule])));
  const events = all.map(({ event }) => event);
  expect([...new Set(events)]).toEqual(events);
  expect(all).toContainEqual({
    event: 'PreToolUse',
    matcher: 'Write|Edit|MultiEdit|NotebookEdit|Bash|PowerShell|Agent|Task|TaskCreate|TaskUpdate',
  });
  for (const event of ['SubagentStart', 'SubagentStop']) {
    expect(all).toContainEqual({ event, matcher: '*' });
  }
});
