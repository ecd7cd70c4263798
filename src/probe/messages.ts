import * as z from '../zod.ts';

const blockSchema = z.looseObject({ type: z.string(), text: z.optional(z.string()) });
const textSchema = z.union([z.string(), z.array(blockSchema)]);
const toolSchema = z.looseObject({
  name: z.string(),
  description: z.optional(z.string()),
  input_schema: z.optional(
    z.looseObject({
      properties: z.optional(z.record(z.string(), z.unknown())),
      required: z.optional(z.array(z.string())),
    }),
  ),
});

/**
 * The part of a Messages API request that cc-mirror reads; other fields are kept unchecked.
 * Source: the public API reference and requests of the builds 2.0.59 to 2.1.329. From about 2.1.160
 * on, `messages` may have the role `system`.
 */
export const messagesBodySchema = z.looseObject({
  model: z.string(),
  stream: z.optional(z.boolean()),
  system: z.optional(textSchema),
  messages: z.array(z.looseObject({ role: z.string(), content: textSchema })),
  tools: z.optional(z.array(toolSchema)),
});

export type MessagesBody = z.infer<typeof messagesBodySchema>;
export type ToolDescription = z.infer<typeof toolSchema>;

/** The loopback API's answer to one request. */
export type Reply =
  | { type: 'text'; text: string }
  | { type: 'tool_use'; calls: readonly ToolCall[]; text?: string }
  | { type: 'error'; status: number; errorType: string; message: string };

export interface ToolCall {
  name: string;
  input: Readonly<Record<string, unknown>>;
}

type Block =
  | { type: 'text'; text: string }
  | { type: 'tool_use'; id: string; name: string; input: Readonly<Record<string, unknown>> };

/** A reply as the API's message object. `id` must be unique to the request. */
export function replyMessage(reply: Exclude<Reply, { type: 'error' }>, model: string, id: string) {
  return {
    id: `msg_${id}`,
    type: 'message',
    role: 'assistant',
    model,
    content: replyBlocks(reply, id),
    stop_reason: reply.type === 'tool_use' ? 'tool_use' : 'end_turn',
    stop_sequence: null,
    usage: {
      input_tokens: 1,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      output_tokens: 1,
    },
  };
}

/** The same reply as server-sent events, in one text. */
export function replyEvents(
  reply: Exclude<Reply, { type: 'error' }>,
  model: string,
  id: string,
): string {
  const message = replyMessage(reply, model, id);
  const { content, stop_reason, stop_sequence, usage } = message;
  return [
    event('message_start', { message: { ...message, content: [], stop_reason: null } }),
    ...content.flatMap((block, index) => blockEvents(block, index)),
    event('message_delta', {
      delta: { stop_reason, stop_sequence },
      usage: { output_tokens: usage.output_tokens },
    }),
    event('message_stop', {}),
  ].join('');
}

/** The body of an API error. */
export function errorBody(errorType: string, message: string) {
  return { type: 'error', error: { type: errorType, message } };
}

function replyBlocks(reply: Exclude<Reply, { type: 'error' }>, id: string): Block[] {
  const text: Block[] = reply.text === undefined ? [] : [{ type: 'text', text: reply.text }];
  if (reply.type === 'text') return text;
  const calls = reply.calls.map(({ name, input }, index): Block => ({
    type: 'tool_use',
    id: `toolu_${id}_${index}`,
    name,
    input,
  }));
  return [...text, ...calls];
}

function blockEvents(block: Block, index: number): string[] {
  const [start, delta] =
    block.type === 'text'
      ? [
          { type: 'text', text: '' },
          { type: 'text_delta', text: block.text },
        ]
      : [
          { ...block, input: {} },
          { type: 'input_json_delta', partial_json: JSON.stringify(block.input) },
        ];
  return [
    event('content_block_start', { index, content_block: start }),
    event('content_block_delta', { index, delta }),
    event('content_block_stop', { index }),
  ];
}

function event(type: string, data: Record<string, unknown>): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
}
