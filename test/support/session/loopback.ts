import type { MessagesRequest, Responder } from '../../../src/probe/api.ts';
import type { Reply, ToolCall } from '../../../src/probe/messages.ts';

/**
 * A responder that plays one session: each request with tools gets the next of the replies, `done`
 * after the last; requests without tools (titles, quota checks) get a short text.
 */
export function playScript(replies: readonly Reply[]): Responder {
  let next = 0;
  return ({ body }: MessagesRequest): Reply => {
    if ((body.tools ?? []).length === 0) return { type: 'text', text: 'ok' };
    return replies[next++] ?? { type: 'text', text: 'done' };
  };
}

/** A reply that calls tools: `callTools(['TaskCreate', { subject: 'A' }])`. */
export function callTools(...calls: [name: string, input: ToolCall['input']][]): Reply {
  return { type: 'tool_use', calls: calls.map(([name, input]) => ({ name, input })) };
}
