import { expect, it } from 'vitest';
import { parseInput } from '../../../src/rules/hook-input.ts';

const common = { session_id: 's', transcript_path: '/t/s.jsonl', cwd: '/p' };
const read = (fields: object) => parseInput(JSON.stringify({ ...common, ...fields }));
const session = { session: 's', transcript: '/t/s.jsonl', cwd: '/p' };

it('reads a call of the main session and one of a worker', () => {
  const fields = {
    hook_event_name: 'PreToolUse',
    tool_name: 'Bash',
    tool_input: { command: 'x' },
    tool_use_id: 'u',
  };
  const expected = {
    ...session,
    event: 'PreToolUse',
    kind: 'before-tool',
    tool: 'Bash',
    input: { command: 'x' },
    callId: 'u',
  };
  // A main session that was started as an agent has a type but no id.
  expect(read({ ...fields, agent_type: 'mine' })).toEqual({ ...expected, agentId: null });
  expect(read({ ...fields, agent_id: 'a1', agent_type: 'x' })).toEqual({
    ...expected,
    agentId: 'a1',
  });
  expect(read({ ...fields, hook_event_name: 'PostToolUse', tool_input: null })).toMatchObject({
    kind: 'after-tool',
    input: {},
  });
});

it('reads the end of a worker, without the keys that older builds lack', () => {
  const stop = { hook_event_name: 'SubagentStop', agent_id: 'a1' };
  const expected = { ...session, event: 'SubagentStop', kind: 'worker-stop', agentId: 'a1' };
  expect(read(stop)).toEqual({
    ...expected,
    agentType: null,
    agentTranscript: null,
    finalMessage: null,
  });
  expect(
    read({ ...stop, agent_type: '', agent_transcript_path: '/a', last_assistant_message: '' }),
  ).toEqual({
    ...expected,
    agentType: null,
    agentTranscript: '/a',
    finalMessage: '',
  });
});

it('reads a prompt, the start of a worker, and other events', () => {
  expect(read({ hook_event_name: 'UserPromptSubmit', prompt: 'hi' })).toMatchObject({
    kind: 'prompt',
    prompt: 'hi',
  });
  expect(
    read({ hook_event_name: 'SubagentStart', agent_id: 'a', agent_type: 'Plan' }),
  ).toMatchObject({ kind: 'worker-start', agentType: 'Plan' });
  expect(read({ hook_event_name: 'SessionEnd' })).toMatchObject({ kind: 'other' });
});

it.each([
  ['', /JSON/],
  ['[]', '"hook_event_name"'],
  ['{"hook_event_name":"Stop","cwd":"/p"}', '"session_id"'],
  [JSON.stringify({ ...common, hook_event_name: 'PreToolUse', tool_name: 1 }), '"tool_name"'],
])('refuses %j', (text, message) => {
  expect(() => parseInput(text)).toThrow(message);
});
