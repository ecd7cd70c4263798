import { once } from 'node:events';
import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, it, vi } from 'vitest';
import { startApi, type LoopbackApi, type Responder } from '../../../src/probe/api.ts';

const body = { model: 'm-1', max_tokens: 5, messages: [{ role: 'user', content: 'hi' }] };
const sayHello: Responder = () => ({ type: 'text', text: 'hello' });
let api: LoopbackApi;

afterEach(() => api.close());

function post(value: unknown, path = '/v1/messages?beta=true', init: RequestInit = {}) {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return fetch(api.url + path, { method: 'POST', body: text, ...init });
}

function eventsOf(text: string) {
  const events = text.trim().split('\n\n');
  return events.map((event) => {
    const [name, data] = event.split('\n');
    const value = JSON.parse(data!.slice('data: '.length));
    expect(name).toBe(`event: ${value.type}`);
    return value;
  });
}

it('answers with one message unless a stream is asked for, and keeps the request', async () => {
  api = await startApi(sayHello);
  const response = await post(body, '/v1/messages', { headers: { 'user-agent': 'test/1' } });
  expect(await response.json()).toMatchObject({
    type: 'message',
    role: 'assistant',
    model: 'm-1',
    content: [{ type: 'text', text: 'hello' }],
    stop_reason: 'end_turn',
  });
  expect(api.requests).toHaveLength(1);
  expect(api.requests[0]).toMatchObject({ url: '/v1/messages', body });
  expect(api.requests[0]?.headers['user-agent']).toBe('test/1');
});

it('streams the events of a text in the order of the protocol', async () => {
  api = await startApi(sayHello);
  const response = await post({ ...body, stream: true });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const events = eventsOf(await response.text());
  expect(events.map(({ type }) => type)).toEqual([
    'message_start',
    'content_block_start',
    'content_block_delta',
    'content_block_stop',
    'message_delta',
    'message_stop',
  ]);
  expect(events[0].message).toMatchObject({ model: 'm-1', content: [], stop_reason: null });
  expect(events[2].delta).toEqual({ type: 'text_delta', text: 'hello' });
  expect(events[4].delta).toEqual({ stop_reason: 'end_turn', stop_sequence: null });
});

it('streams tool calls after their text, each input as JSON', async () => {
  const calls = [
    { name: 'TaskCreate', input: { subject: 'A' } },
    { name: 'TaskList', input: {} },
  ];
  api = await startApi(() => ({ type: 'tool_use', text: 'first', calls }));
  const events = eventsOf(await (await post({ ...body, stream: true })).text());
  const starts = events.filter(({ type }) => type === 'content_block_start');
  const deltas = events.filter(({ type }) => type === 'content_block_delta');
  expect(starts.map(({ index, content_block: block }) => [index, block.type, block.name])).toEqual([
    [0, 'text', undefined],
    [1, 'tool_use', 'TaskCreate'],
    [2, 'tool_use', 'TaskList'],
  ]);
  expect(starts[1].content_block.input).toEqual({});
  expect(new Set(starts.map(({ content_block: block }) => block.id)).size).toBe(3);
  expect(JSON.parse(deltas[1].delta.partial_json)).toEqual({ subject: 'A' });
  expect(events.at(-2).delta.stop_reason).toBe('tool_use');
});

it('gives the responder each request with its index', async () => {
  api = await startApi(({ body }, index) => ({ type: 'text', text: `${body.model} ${index}` }));
  await post(body);
  const second = await (await post({ ...body, model: 'm-2' })).json();
  expect(second).toMatchObject({ id: 'msg_1', content: [{ text: 'm-2 1' }] });
});

it('sends errors with a header against retries', async () => {
  const message = 'come back later';
  api = await startApi(() => ({
    type: 'error',
    status: 529,
    errorType: 'overloaded_error',
    message,
  }));
  const response = await post({ ...body, stream: true });
  expect(response.status).toBe(529);
  expect(response.headers.get('x-should-retry')).toBe('false');
  expect(await response.json()).toEqual({
    type: 'error',
    error: { type: 'overloaded_error', message },
  });
});

it('counts tokens without keeping the request', async () => {
  api = await startApi(sayHello);
  const response = await post(body, '/v1/messages/count_tokens?beta=true');
  expect(await response.json()).toEqual({ input_tokens: 19 });
  expect(api.requests).toHaveLength(0);
});

it.each([
  ['not JSON', 'hi there'],
  ['JSON of another shape', { model: 1 }],
])('refuses %s', async (_, value) => {
  api = await startApi(sayHello);
  const response = await post(value);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    type: 'error',
    error: { type: 'invalid_request_error' },
  });
  expect(api.requests).toHaveLength(0);
});

it('reads a compressed body, and refuses an encoding it does not know', async () => {
  api = await startApi(sayHello);
  const send = (encoding: string) =>
    fetch(`${api.url}/v1/messages`, {
      method: 'POST',
      body: gzipSync(JSON.stringify(body)),
      headers: { 'content-encoding': encoding },
    });
  expect((await send('gzip')).status).toBe(200);
  expect((await send('br')).status).toBe(400);
  expect((await send('other')).status).toBe(400);
  expect(api.requests[0]?.body).toEqual(body);
});

it.each([
  ['HEAD', '/'],
  ['HEAD', '/api/hello'],
  ['GET', '/v1/models'],
  ['GET', '/v1/messages'],
  ['PUT', '/anything'],
])('answers %s %s as not found', async (method, path) => {
  api = await startApi(sayHello);
  const response = await fetch(api.url + path, { method });
  expect(response.status).toBe(404);
  if (method === 'HEAD') return;
  expect(await response.json()).toMatchObject({ error: { type: 'not_found_error' } });
});

it('answers 500 and reports it if the responder throws', async () => {
  const failures: unknown[] = [];
  const bug = new Error('a bug in the script');
  api = await startApi(() => Promise.reject(bug), { onFailure: (error) => failures.push(error) });
  expect((await post(body)).status).toBe(500);
  expect(failures).toEqual([bug]);
});

it('closes open connections when it closes', async () => {
  api = await startApi(() => new Promise(() => {}));
  const pending = post(body).then(
    () => 'answered',
    (error: unknown) => String(error),
  );
  await vi.waitFor(() => expect(api.requests).toHaveLength(1));
  await api.close();
  expect(await pending).toContain('fetch failed');
  api = await startApi(sayHello);
});

it('refuses to be a proxy', async () => {
  api = await startApi(sayHello);
  const connect = request(api.url, { method: 'CONNECT', path: 'elsewhere.example:443' });
  const outcome = new Promise((resolve) => {
    connect.once('connect', () => resolve('connected'));
    connect.once('error', () => resolve('refused'));
  });
  connect.end();
  expect(await outcome).toBe('refused');
  const absolute = request(api.url, { path: 'http://elsewhere.example/v1/messages' }).end();
  const [response] = await once(absolute, 'response');
  expect(response.statusCode).toBe(404);
  response.resume();
});
