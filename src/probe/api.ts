import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import * as z from '../zod.ts';
import { readBody, type RequestBody } from './read-body.ts';
import {
  errorBody,
  messagesBodySchema,
  replyEvents,
  replyMessage,
  type MessagesBody,
  type Reply,
} from './messages.ts';

/** One `POST /v1/messages` sent by a program. */
export interface MessagesRequest {
  /** Path and query as sent: real builds ask for `/v1/messages?beta=true`. */
  url: string;
  headers: IncomingHttpHeaders;
  body: MessagesBody;
}

/** Answers one request; `index` counts `POST /v1/messages` from 0. */
export type Responder = (request: MessagesRequest, index: number) => Reply | Promise<Reply>;

export interface ApiHooks {
  /** Called once the system has the last byte of an answer to `POST /v1/messages`. */
  onAnswered?: (request: MessagesRequest) => void;
  /** Called if the responder throws, which is a bug in the caller's script; the program gets a 500. */
  onFailure?: (error: unknown) => void;
}

export interface LoopbackApi {
  /** `http://127.0.0.1:PORT`, for `ANTHROPIC_BASE_URL`. */
  url: string;
  /** Every `POST /v1/messages` so far, in order of arrival. */
  requests: readonly MessagesRequest[];
  /** Stops listening and closes all sockets. */
  close: () => Promise<void>;
}

interface Answer {
  status: number;
  type: 'application/json' | 'text/event-stream';
  text: string;
}

/**
 * Starts an Anthropic Messages API on a free port of 127.0.0.1: `POST /v1/messages`, streaming or
 * not, and `POST /v1/messages/count_tokens`. Everything else gets the API's 404, such as the
 * `HEAD /` and `HEAD /api/hello` that builds from 2.1.112 on send to warm up a connection. It refuses
 * to be a proxy, as Node.js closes the connection of a `CONNECT`. Failures have
 * `x-should-retry: false`, so that scripted sessions do not wait for retries.
 */
export async function startApi(responder: Responder, hooks: ApiHooks = {}): Promise<LoopbackApi> {
  const requests: MessagesRequest[] = [];
  const server = createServer((request, response) => {
    void serve(request, response, responder, requests, hooks);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port to listen on');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

type Result = Answer & { answered?: MessagesRequest };

/** Never rejects: failures become answers, and what the responder throws goes to a hook. */
async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  responder: Responder,
  requests: MessagesRequest[],
  hooks: ApiHooks,
): Promise<void> {
  const body = await readBody(request).catch(
    (error: unknown) => ({ type: 'broken', error }) as const,
  );
  // The program closed the connection while sending: there is nobody to answer.
  if (body.type === 'broken') return void response.destroy();
  const result = await answer(request, body, responder, requests).catch((error: unknown) => {
    hooks.onFailure?.(error);
    return failure(500, 'api_error', String(error));
  });
  send(request, response, result, hooks);
}

async function answer(
  request: IncomingMessage,
  body: RequestBody,
  responder: Responder,
  requests: MessagesRequest[],
): Promise<Result> {
  const url = request.url ?? '/';
  const route = `${request.method ?? 'GET'} ${url.split('?', 1)[0] ?? ''}`;
  if (route === 'POST /v1/messages/count_tokens') {
    return body.type === 'json' ? json(200, { input_tokens: tokensIn(body.value) }) : badBody(body);
  }
  if (route !== 'POST /v1/messages') return failure(404, 'not_found_error', `no ${route} here`);
  if (body.type !== 'json') return badBody(body);
  const parsed = messagesBodySchema.safeParse(body.value);
  if (!parsed.success) {
    return failure(400, 'invalid_request_error', z.prettifyError(parsed.error));
  }
  const captured = { url, headers: request.headers, body: parsed.data };
  const index = requests.push(captured) - 1;
  const reply = await responder(captured, index);
  return { ...render(reply, parsed.data, String(index)), answered: captured };
}

/**
 * An estimate, at four characters per token. With `ENABLE_TOOL_SEARCH=auto`, builds defer their tools
 * if this exceeds a share of the context.
 */
function tokensIn(request: unknown): number {
  return Math.ceil(JSON.stringify(request).length / 4);
}

function render(reply: Reply, { model, stream }: MessagesBody, id: string): Answer {
  if (reply.type === 'error') return failure(reply.status, reply.errorType, reply.message);
  if (stream !== true) return json(200, replyMessage(reply, model, id));
  return { status: 200, type: 'text/event-stream', text: replyEvents(reply, model, id) };
}

function badBody(body: Exclude<RequestBody, { type: 'json' }>): Answer {
  if (body.type === 'too-large') {
    return failure(413, 'request_too_large', `the body is over ${body.maxBytes} bytes`);
  }
  const reason = body.type === 'not-json' ? body.reason : `unknown encoding ${body.encoding}`;
  return failure(400, 'invalid_request_error', `the body is not JSON: ${reason}`);
}

function failure(status: number, errorType: string, message: string): Answer {
  return json(status, errorBody(errorType, message));
}

function json(status: number, value: unknown): Answer {
  return { status, type: 'application/json', text: JSON.stringify(value) };
}

function send(request: IncomingMessage, response: ServerResponse, result: Result, hooks: ApiHooks) {
  response.writeHead(result.status, {
    'content-type': result.type,
    ...(result.status >= 400 && { 'x-should-retry': 'false' }),
  });
  response.end(request.method === 'HEAD' ? undefined : result.text, () => {
    if (result.answered !== undefined) hooks.onAnswered?.(result.answered);
  });
}
