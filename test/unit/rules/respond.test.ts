import { mkdirSync, readFileSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import type { RulesConfig } from '../../../src/rules/config.ts';
import { areRulesOff, respond } from '../../../src/rules/respond.ts';
import { type Fields, fieldsOf } from '../../../src/task/json.ts';
import { temporaryFolder } from '../../support/folder.ts';

const all = { skills: ['orchestration', 'router'] };
const rules = {
  conductor: { skills: ['orchestration'] },
  worker: all,
  report: { skills: ['orchestration'] },
  contract: { skills: ['router'], agents: ['router-planner'] },
  memory: { skills: ['router'] },
  dependencies: all,
};

let root = '';
beforeEach(() => {
  root = temporaryFolder();
  mkdirSync(join(root, 'project'));
  configure({});
});

function configure(change: Partial<Record<keyof RulesConfig, unknown>>): void {
  const config = { rules, tool: 'Agent', identity: 'agent-id', ...change };
  writeFileSync(join(root, 'rules.json'), JSON.stringify(config));
}

let later = 0;

/** The answer to a hook of this event. */
function hook(event: string, fields: object): Fields | null {
  const common = {
    session_id: 's',
    transcript_path: join(root, 's.jsonl'),
    cwd: join(root, 'project'),
  };
  const text = respond(JSON.stringify({ ...common, hook_event_name: event, ...fields }), {
    folder: root,
    env: { CLAUDE_CONFIG_DIR: join(root, 'config') },
    now: Date.now() + later,
  });
  return text === '' ? null : fieldsOf(JSON.parse(text));
}

const tool = (event: string, name: string, input: object, more: object = {}) =>
  hook(event, { tool_name: name, tool_input: input, tool_use_id: 'u', ...more });
const load = (skill: string, more: object = {}) => tool('PostToolUse', 'Skill', { skill }, more);
const type = (prompt: string) => hook('UserPromptSubmit', { prompt });
const refused = (name: string, input: object, more: object = {}): boolean =>
  JSON.stringify(tool('PreToolUse', name, input, more) ?? '').includes(
    '"permissionDecision":"deny"',
  );
const told = (answer: Fields | null): string =>
  JSON.stringify(answer?.['hookSpecificOutput'] ?? '');
const stop = (message: string, more: object = {}) =>
  hook('SubagentStop', {
    agent_id: 'a1',
    agent_type: 'general-purpose',
    last_assistant_message: message,
    ...more,
  });

const report = 'REPORT\nstatus: done\nfiles: none\nchecks: none\nopen: none';
const worker = { agent_id: 'a1', agent_type: 'general-purpose' };

it('applies to one session while the skill is active', () => {
  expect(refused('Bash', {})).toBe(false);
  load('orchestration');
  expect(refused('Bash', {})).toBe(true);
  expect(refused('Bash', {}, worker)).toBe(false);
  expect(refused('Bash', {}, { session_id: 'another' })).toBe(false);
  expect(refused('TaskCreate', {})).toBe(false);
  expect(refused('TaskCreate', {}, worker)).toBe(true);
  type('/orchestration off');
  expect(refused('Bash', {})).toBe(false);
  expect(refused('TaskCreate', {}, worker)).toBe(false);
  type('/orchestration go on');
  expect(refused('Bash', {})).toBe(true);
});

it('formats a refusal for its event', () => {
  load('orchestration');
  expect(tool('PreToolUse', 'Bash', {})).toEqual({
    hookSpecificOutput: {
      hookEventName: 'PreToolUse',
      permissionDecision: 'deny',
      permissionDecisionReason: expect.stringContaining('does not use Bash itself'),
    },
  });
});

it('is not switched on by a worker, nor by a skill without rules', () => {
  load('orchestration', worker);
  load('other');
  expect(refused('Bash', {})).toBe(false);
});

it('does not refuse the conductor if its rule is off', () => {
  const { conductor, ...others } = rules;
  configure({ rules: others });
  load(conductor.skills.join());
  expect(refused('Bash', {})).toBe(false);
  expect(refused('Agent', {}, worker)).toBe(true);
});

it('allows a call if the caller is unknown', () => {
  configure({ identity: 'transcript' });
  load('orchestration');
  expect(refused('Bash', {})).toBe(false);
  expect(refused('TaskCreate', {})).toBe(false);
  const entry = {
    type: 'assistant',
    uuid: '1',
    message: { content: [{ type: 'tool_use', id: 'u' }] },
  };
  writeFileSync(join(root, 's.jsonl'), JSON.stringify(entry));
  expect(refused('Bash', {})).toBe(true);
  expect(refused('TaskCreate', {})).toBe(false);
});

it('asks a worker once for its report, then tells the user and the conductor', () => {
  load('orchestration');
  expect(stop('done')).toEqual({
    decision: 'block',
    reason: expect.stringContaining('REPORT\nstatus: done |'),
  });
  expect(stop('done really')).toEqual({
    systemMessage: expect.stringContaining('worker a1 (general-purpose)'),
  });
  expect(tool('PostToolUse', 'TaskList', {}, worker)).toBeNull();
  expect(told(tool('PostToolUse', 'TaskList', {}))).toContain('the line REPORT');
  expect(tool('PostToolUse', 'TaskList', {})).toBeNull();
  // A worker that is started again is asked again.
  expect(stop('done')).toMatchObject({ decision: 'block' });
  expect(stop(report)).toBeNull();
  expect(type('go on')).toBeNull();
});

it('adds a pending note to the next prompt, too', () => {
  load('orchestration');
  stop('');
  stop('');
  expect(told(type('<task-notification>…'))).toContain('Check its work yourself');
});

it('asks nothing of other workers, or while the skill is not active', () => {
  expect(stop('done')).toBeNull();
  load('orchestration');
  expect(stop('done', { agent_type: 'Explore' })).toBeNull();
  expect(stop('done', { agent_type: 'router-planner' })).toBeNull();
  load('router');
  expect(stop('done', { agent_type: 'router-planner' })).toMatchObject({
    reason: expect.stringContaining('### Router Contract\nstatus:'),
  });
});

it('finds the type and the message elsewhere if a build does not send them', () => {
  load('orchestration');
  const transcript = join(root, 'agent-a1.jsonl');
  const says = (uuid: string, text: string) =>
    writeFileSync(
      transcript,
      JSON.stringify({ type: 'assistant', uuid, message: { content: [{ type: 'text', text }] } }),
    );
  const bare = {
    agent_type: undefined,
    last_assistant_message: undefined,
    agent_transcript_path: transcript,
  };
  expect(stop('', bare)).toBeNull();
  hook('SubagentStart', worker);
  expect(() => stop('', bare)).toThrow('is not in its transcript');
  says('1', 'done');
  expect(stop('', bare)).toMatchObject({ decision: 'block' });
  says('2', report);
  expect(stop('', bare)).toBeNull();
  says('3', 'done');
  expect(stop('', bare)).toMatchObject({ decision: 'block' });
  expect(stop('', bare)).toMatchObject({
    systemMessage: expect.stringContaining('the line REPORT'),
  });
});

it('creates memory files when the skill is loaded, and heals them after a change', () => {
  const memory = join(root, 'project', '.cc-mirror', 'router');
  const write = { file_path: join(memory, 'patterns.md') };
  mkdirSync(memory, { recursive: true });
  writeFileSync(write.file_path, 'mine');
  expect(tool('PostToolUse', 'Write', write)).toBeNull();
  const answer = told(type('/router build it'));
  expect(answer).toContain('context.md was created');
  expect(answer).toContain('lacked the sections Common Gotchas');
  expect(readdirSync(memory)).toEqual(['context.md', 'patterns.md', 'progress.md']);

  expect(tool('PostToolUse', 'Edit', write)).toBeNull();
  writeFileSync(write.file_path, 'mine again');
  expect(tool('PostToolUse', 'Edit', { file_path: join(memory, 'other.md') })).toBeNull();
  expect(told(tool('PostToolUse', 'Edit', write, worker))).toContain('Read it again');
  expect(readFileSync(write.file_path, 'utf8')).toBe('mine again\n\n## Common Gotchas\n\n');
});

it('creates the memory files that it can, and tells the user about the others', () => {
  const memory = join(root, 'project', '.cc-mirror', 'router');
  mkdirSync(join(memory, 'context.md'), { recursive: true });
  const answer = load('router');
  expect(told(answer)).toContain('patterns.md was created');
  expect(answer).toMatchObject({
    systemMessage: expect.stringMatching(/context\.md was not completed: it is not a file$/u),
  });
});

it('allows writing plans and the memory of Claude Code', () => {
  load('orchestration');
  const write = (...names: string[]): boolean =>
    refused('Write', { file_path: join(root, 'config', ...names) });
  expect(write('plans', 'a.md')).toBe(false);
  expect(write('projects', 'p', 'memory', 'a.md')).toBe(false);
  expect(write('settings.json')).toBe(true);
});

it('refuses a cycle with the task list, even without an active skill', () => {
  const list = join(root, 'config', 'tasks', 's');
  mkdirSync(list, { recursive: true });
  writeFileSync(join(list, '2.json'), JSON.stringify({ id: '2', blocks: [], blockedBy: ['1'] }));
  expect(told(tool('PreToolUse', 'TaskUpdate', { taskId: '1', addBlockedBy: ['2'] }))).toContain(
    '1 → 2 → 1',
  );
  expect(refused('TaskUpdate', { taskId: '3', addBlockedBy: ['2'] })).toBe(false);
});

it('refuses a cycle of concurrent calls, and forgets refused and stale ones', () => {
  const update = (id: string, on: string, callId: string): boolean =>
    refused('TaskUpdate', { taskId: id, addBlockedBy: [on] }, { tool_use_id: callId });
  expect(update('1', '2', 'u1')).toBe(false);
  expect(update('2', '1', 'u2')).toBe(true);
  expect(update('3', '3', 'u3')).toBe(true);
  later = 20_000;
  expect(update('2', '1', 'u4')).toBe(false);
  later = 0;
});

it('keeps the edges of a call until it has finished', () => {
  const waits = { taskId: '1', addBlockedBy: ['2'] };
  const back = { taskId: '2', addBlockedBy: ['1'] };
  expect(refused('TaskUpdate', waits, { tool_use_id: 'u1' })).toBe(false);
  expect(refused('TaskUpdate', back, { tool_use_id: 'u2' })).toBe(true);
  expect(tool('PostToolUse', 'TaskUpdate', waits, { tool_use_id: 'u1' })).toBeNull();
  expect(refused('TaskUpdate', back, { tool_use_id: 'u2' })).toBe(false);
});

it('ignores edges from a clock that was ahead, and invalid ones', () => {
  const update = (taskId: string, on: string, callId: string): boolean =>
    refused('TaskUpdate', { taskId, addBlockedBy: [on] }, { tool_use_id: callId });
  later = 20_000;
  expect(update('1', '2', 'u1')).toBe(false);
  const ahead = new Date(Date.now() + later);
  utimesSync(join(root, 'sessions', 's', 'edges.u1'), ahead, ahead);
  later = 0;
  writeFileSync(join(root, 'sessions', 's', 'edges.u0'), '[{"from":');
  expect(update('2', '1', 'u2')).toBe(false);
  expect(readdirSync(join(root, 'sessions', 's'))).toEqual(['edges.u2']);
});

it('does not answer other events', () => {
  expect(hook('SessionEnd', {})).toBeNull();
});

it('is switched off by its variable', () => {
  for (const value of ['off', 'OFF', '0', 'false'])
    expect(areRulesOff({ CC_MIRROR_RULES: value })).toBe(true);
  for (const value of ['', 'on', '1', undefined])
    expect(areRulesOff({ CC_MIRROR_RULES: value })).toBe(false);
});
