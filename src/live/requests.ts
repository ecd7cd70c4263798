import type { Target } from './target/target.ts';

/** One request, ready to be sent. */
export interface ApiRequest {
  method: 'GET' | 'POST';
  url: string;
  headers: Headers;
  body: string | null;
}

/** Enough for a word, or for the beginning of a tool call. */
const maxTokens = 16;

interface Tool {
  name: string;
  description: string;
  input_schema: object;
  defer_loading?: boolean;
}

const noInput = { type: 'object', properties: {} };
const clock: Tool = { name: 'Clock', description: 'Tells the time', input_schema: noInput };
const search: Tool = { name: 'FindTool', description: 'Finds a tool', input_schema: noInput };

/** A question, streamed as sessions ask it. */
export function streamRequest(target: Target, model: string): ApiRequest {
  return messages(target, { model, stream: true, messages: [user('Say ok.')] });
}

export function modelRequest(target: Target, model: string): ApiRequest {
  return messages(target, { model, messages: [user('Say ok.')] });
}

export function toolsRequest(target: Target, model: string): ApiRequest {
  const ask = user('What time is it? Call the tool Clock.');
  return messages(target, { model, tools: [clock], messages: [ask] });
}

/**
 * A session in which a tool that was only announced has just been fetched: `defer_loading` and
 * `tool_reference` (https://platform.claude.com/docs/en/agents-and-tools/tool-use/tool-search-tool).
 */
export function deferredRequest(target: Target, model: string): ApiRequest {
  const id = 'toolu_01ccmirror';
  const request = messages(target, {
    model,
    tools: [search, { ...clock, defer_loading: true }],
    messages: [
      user('What time is it?'),
      { role: 'assistant', content: [{ type: 'tool_use', id, name: search.name, input: {} }] },
      user([
        {
          type: 'tool_result',
          tool_use_id: id,
          content: [{ type: 'tool_reference', tool_name: clock.name }],
        },
      ]),
    ],
  });
  request.headers.append('anthropic-beta', 'advanced-tool-use-2025-11-20');
  return request;
}

export function countRequest(target: Target, model: string): ApiRequest {
  const body = { model, messages: [user('Say ok.')] };
  return post(target, '/v1/messages/count_tokens', body);
}

/** The question for a balance, on the endpoint's own host. Such paths take the key as Bearer. */
export function balanceRequest(target: Target, path: string): ApiRequest {
  const headers = headersOf(target);
  const key = headers.get('x-api-key');
  if (key !== null && !headers.has('authorization')) {
    headers.set('authorization', `Bearer ${key}`);
    headers.delete('x-api-key');
  }
  headers.delete('anthropic-version');
  return { method: 'GET', url: new URL(path, target.baseUrl).href, headers, body: null };
}

function user(content: string | object[]): object {
  return { role: 'user', content };
}

function messages(target: Target, body: Record<string, unknown>): ApiRequest {
  return post(target, '/v1/messages', { max_tokens: maxTokens, ...body });
}

function post(target: Target, path: string, body: object): ApiRequest {
  const headers = headersOf(target);
  headers.set('content-type', 'application/json');
  return {
    method: 'POST',
    // With the query of sessions (2.1.112 and 2.1.332).
    url: `${target.baseUrl}${path}?beta=true`,
    headers,
    body: JSON.stringify(body),
  };
}

/** It says who it is: a test that passes itself off as Claude Code would prove too much. */
function headersOf({ headers }: Target): Headers {
  const all = new Headers({
    accept: 'application/json',
    'anthropic-version': '2023-06-01',
    'user-agent': 'cc-mirror',
  });
  for (const { name, value } of headers) all.set(name, value);
  return all;
}
