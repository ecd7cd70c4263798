import type { ToolCall } from '../../../src/rules/hook-input.ts';

/** A tool call of the main session in /p, before it runs. */
export function call(
  tool: string,
  input: ToolCall['input'] = {},
  more: Partial<ToolCall> = {},
): ToolCall {
  return {
    kind: 'before-tool',
    event: 'PreToolUse',
    session: 's',
    transcript: null,
    cwd: '/p',
    tool,
    input,
    callId: 'toolu_1',
    agentId: null,
    ...more,
  };
}
