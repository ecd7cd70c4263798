import { type Fields, fieldsOf } from '../task/json.ts';

interface Session {
  /** Claude Code's name for it, which the answer repeats. */
  event: string;
  session: string;
  /** The main session's, even in a worker's hooks. */
  transcript: string | null;
  cwd: string;
}

export interface ToolCall extends Session {
  kind: 'before-tool' | 'after-tool';
  tool: string;
  input: Readonly<Record<string, unknown>>;
  callId: string;
  /** The worker that makes the call, if the build tells. */
  agentId: string | null;
}

interface Prompt extends Session {
  kind: 'prompt';
  prompt: string;
}

interface WorkerStart extends Session {
  kind: 'worker-start';
  agentId: string;
  agentType: string;
}

export interface WorkerStop extends Session {
  kind: 'worker-stop';
  agentId: string;
  /** Missing up to 2.1.25, where only the start has it. */
  agentType: string | null;
  agentTranscript: string | null;
  /** Missing up to 2.1.45. */
  finalMessage: string | null;
}

/** The part of a hook's standard input that the rules use. */
export type HookInput =
  | ToolCall
  | Prompt
  | WorkerStart
  | WorkerStop
  | (Session & { kind: 'other' });

/**
 * Reads a hook's input: a JSON object with `session_id`, `cwd`, `hook_event_name` and keys for the
 * event (code.claude.com/docs/en/hooks). Events that no rule needs are `other`.
 * @throws {SyntaxError | TypeError} for anything else
 */
export function parseInput(text: string): HookInput {
  const fields = fieldsOf(JSON.parse(text));
  const event = need(fields, 'hook_event_name');
  const session = {
    event,
    session: need(fields, 'session_id'),
    transcript: textOf(fields, 'transcript_path'),
    cwd: need(fields, 'cwd'),
  };
  switch (event) {
    case 'PreToolUse':
      return { ...session, ...toolOf(fields), kind: 'before-tool' };
    case 'PostToolUse':
      return { ...session, ...toolOf(fields), kind: 'after-tool' };
    case 'UserPromptSubmit':
      return { ...session, kind: 'prompt', prompt: need(fields, 'prompt') };
    case 'SubagentStart': {
      const agentId = need(fields, 'agent_id');
      return { ...session, kind: 'worker-start', agentId, agentType: need(fields, 'agent_type') };
    }
    case 'SubagentStop':
      return {
        ...session,
        kind: 'worker-stop',
        agentId: need(fields, 'agent_id'),
        agentType: textOf(fields, 'agent_type') || null,
        agentTranscript: textOf(fields, 'agent_transcript_path'),
        finalMessage: textOf(fields, 'last_assistant_message'),
      };
    default:
      return { ...session, kind: 'other' };
  }
}

function toolOf(fields: Fields): Pick<ToolCall, 'tool' | 'input' | 'callId' | 'agentId'> {
  return {
    tool: need(fields, 'tool_name'),
    input: fieldsOf(fields['tool_input']),
    callId: need(fields, 'tool_use_id'),
    agentId: textOf(fields, 'agent_id') || null,
  };
}

function need(fields: Fields, key: string): string {
  const value = fields[key];
  if (typeof value !== 'string') throw new TypeError(`the hook's input has no text "${key}"`);
  return value;
}

function textOf(fields: Fields, key: string): string | null {
  const value = fields[key];
  return typeof value === 'string' ? value : null;
}
