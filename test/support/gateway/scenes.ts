import { replyEvents, replyMessage } from '../../../src/probe/messages.ts';
import type { Scene, Seen } from './gateway.ts';

/** What a good service does: it knows one key and some models, streams, and takes tools. */
export interface Service {
  key: string;
  models: readonly string[];
  /** Whether it takes `defer_loading` and `tool_reference`. */
  deferred?: boolean;
  /** Whether it counts tokens. */
  counts?: boolean;
  /** By path: JSON for a GET. */
  pages?: Readonly<Record<string, unknown>>;
}

export function service({ key, models, deferred = true, counts = true, pages }: Service): Scene {
  return (seen, response) => {
    const scene = ((): Scene => {
      if (keyIn(seen) !== key) return refuse(401, 'authentication_error', 'invalid key');
      if (pages !== undefined && Object.hasOwn(pages, seen.path))
        return json(200, pages[seen.path]);
      if (seen.path.endsWith('/v1/messages/count_tokens') && counts) {
        return json(200, { input_tokens: 3 });
      }
      if (!seen.path.endsWith('/v1/messages'))
        return refuse(404, 'not_found_error', 'no such page');
      const { model, tools, stream } = seen.body;
      if (!models.includes(model)) return refuse(404, 'not_found_error', `model: ${model}`);
      if (JSON.stringify(seen.body).includes('tool_reference') && !deferred) {
        return refuse(400, 'invalid_request_error', 'tool_reference: unknown type of block');
      }
      const reply =
        tools === undefined
          ? ({ type: 'text', text: 'ok' } as const)
          : ({ type: 'tool_use', calls: [{ name: 'Clock', input: {} }] } as const);
      return stream === true
        ? events(replyEvents(reply, model, '1'))
        : json(200, replyMessage(reply, model, '1'));
    })();
    scene(seen, response);
  };
}

function keyIn({ headers }: Seen): string {
  return headers.authorization?.replace('Bearer ', '') ?? String(headers['x-api-key']);
}

export function json(status: number, value: unknown, headers: Record<string, string> = {}): Scene {
  return answer(status, 'application/json', JSON.stringify(value), headers);
}

/** An error in the API's shape. */
export function refuse(
  status: number,
  type: string,
  message: string,
  headers: Record<string, string> = {},
): Scene {
  return json(status, { type: 'error', error: { type, message } }, headers);
}

export function answer(
  status: number,
  type: string,
  text: string,
  headers: Record<string, string> = {},
): Scene {
  return (_, response) => {
    response.writeHead(status, { 'content-type': type, ...headers });
    response.end(text);
  };
}

function events(text: string): Scene {
  return answer(200, 'text/event-stream', text);
}

/** A stream that does not come to its end: the connection is torn, closed as if all were well, or left open. */
export function brokenStream(how: 'torn' | 'closed' | 'stuck'): Scene {
  return ({ body }, response) => {
    const text = replyEvents({ type: 'text', text: 'ok' }, body.model, '1');
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const half = text.slice(0, text.indexOf('event: content_block_stop'));
    if (how === 'closed') response.end(half);
    else response.write(half, () => void (how === 'torn' && response.destroy()));
  };
}

/** A stream that ends with an error. */
export function failingStream(message: string): Scene {
  const error = { type: 'error', error: { type: 'overloaded_error', message } };
  const start = { type: 'message_start', message: {} };
  const lines = [start, error].map((one) => `event: ${one.type}\ndata: ${JSON.stringify(one)}\n\n`);
  return events(lines.join(''));
}

export function redirect(location: string, status = 307): Scene {
  return answer(status, 'text/plain', 'moved', { location });
}

/** It takes the question and never answers. */
export const silence: Scene = () => {};

/** It takes the question and hangs up. */
export const hangUp: Scene = (_, response) => void response.destroy();

/** An answer of which only the first half comes. */
export const half: Scene = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
  response.write('{"type":"mess', () => void response.destroy());
};
