import type { Scene } from '../../support/gateway/gateway.ts';
import { answer, half, hangUp, json, refuse } from '../../support/gateway/scenes.ts';
import { key } from './ask.ts';

export const html = '<!doctype html><title>Welcome</title>';
const later = ['model-opus', 'streaming', 'first-byte', 'model-haiku'];
const last = ['tools', 'deferred-tools', 'token-counting'];

/** What a gateway answers, and what a test of it says. */
export interface Case {
  name: string;
  scene: Scene;
  failed: string;
  message: RegExp;
  next: RegExp;
  skipped: string[];
  fields?: Record<string, unknown>;
}

export const regions = {
  regions: [
    { id: 'world', name: 'World' },
    { id: 'china', name: 'China' },
  ],
};

/** One failure each. */
export const cases: Case[] = [
  {
    name: 'a key that is not accepted',
    scene: refuse(401, 'authentication_error', `invalid key: ${key}`),
    failed: 'authenticated',
    message: /^Vendor does not accept the key \(401: invalid key: …\)$/,
    next: /^Give another key: add --api-key-stdin; get one at https:\/\/vendor\.example\/keys$/,
    skipped: [...later, ...last],
  },
  {
    name: 'a key that is not accepted, where there are other regions',
    scene: refuse(401, 'authentication_error', 'invalid key'),
    fields: regions,
    failed: 'authenticated',
    message: /does not accept the key/,
    next: /^If the key is for another region or plan: add --region china; else give another key/,
    skipped: [...later, ...last],
  },
  {
    name: 'a key that is wanted in another header',
    scene: refuse(401, 'authentication_error', 'x-api-key header is required'),
    failed: 'authenticated',
    message: /does not accept the key/,
    next: /^The service wants the key as x-api-key: add --auth api-key$/,
    skipped: [...later, ...last],
  },
  {
    name: 'a key that is not accepted, with status 200',
    scene: json(200, { code: 401, msg: 'token expired or incorrect', success: false }),
    failed: 'authenticated',
    message: /does not accept the key \(200: token expired or incorrect\)/,
    next: /another key/,
    skipped: [...later, ...last],
  },
  {
    name: 'what is forbidden',
    scene: refuse(403, 'permission_error', 'your region is not supported'),
    failed: 'authenticated',
    message: /^Vendor does not allow this \(403: your region is not supported\)$/,
    next: /^Check in the provider's console/,
    skipped: [...later, ...last],
  },
  {
    name: 'a service for known programs only',
    scene: refuse(403, 'access_terminated_error', 'only available for Coding Agents such as …'),
    failed: 'authenticated',
    message: /does not allow this/,
    next: /the test says that it is cc-mirror: start a variant itself/,
    skipped: [...later, ...last],
  },
  {
    name: 'no balance',
    scene: refuse(402, 'billing_error', 'Insufficient Balance'),
    failed: 'model-opus',
    message: /^the account at Vendor has no balance or quota left \(402: Insufficient Balance\)$/,
    next: /^Top up the account.*https:\/\/vendor\.example\/keys$/,
    skipped: [...later.slice(1), ...last],
  },
  {
    name: 'no balance, said with 429',
    scene: json(429, {
      error: { code: '1113', message: 'Insufficient balance, please recharge.' },
    }),
    failed: 'model-opus',
    message: /no balance or quota left \(429/,
    next: /^Top up/,
    skipped: [...later.slice(1), ...last],
  },
  {
    name: 'a rate limit',
    scene: refuse(429, 'rate_limit_error', 'slow down', { 'retry-after': '37' }),
    failed: 'model-opus',
    message: /^Vendor limits the rate of requests \(429: slow down\); it asks to wait 37 s$/,
    next: /^Try again after 37 s/,
    skipped: [...later.slice(1), ...last],
  },
  {
    name: 'an overloaded service',
    scene: refuse(529, 'overloaded_error', 'Overloaded'),
    failed: 'model-opus',
    message: /^Vendor is overloaded or down \(529: Overloaded\)$/,
    next: /^Try again later/,
    skipped: [...later.slice(1), ...last],
  },
  {
    name: 'an error page of a gateway',
    scene: answer(503, 'text/html', html),
    failed: 'model-opus',
    message: /^Vendor answers with an error page \(503\)$/,
    next: /^Try again later/,
    skipped: [...later.slice(1), ...last],
  },
  {
    name: 'a firewall’s page',
    scene: answer(403, 'text/html', html),
    failed: 'authenticated',
    message: /refuses with a web page \(403\)/,
    next: /^Check in the provider's console/,
    skipped: [...later, ...last],
  },
  {
    name: 'a web page',
    scene: answer(200, 'text/html', html),
    failed: 'reachable',
    message: /answers with a web page \(200\), so the address is not that of an API$/,
    next: /^Give the address that comes before \/v1\/messages/,
    skipped: ['authenticated', ...later, ...last],
  },
  {
    name: 'a page that is not there',
    scene: answer(404, 'text/plain', 'Not Found'),
    failed: 'reachable',
    message: /^there is no \/v1\/messages at http.*\/anthropic \(404: Not Found\)$/,
    next: /^Give the address/,
    skipped: ['authenticated', ...later, ...last],
  },
  {
    name: 'an empty body',
    scene: answer(200, 'application/json', ''),
    failed: 'reachable',
    message: /answers with nothing \(200, an empty body\)$/,
    next: /^Give the address/,
    skipped: ['authenticated', ...later, ...last],
  },
  {
    name: 'a body that is not JSON',
    scene: answer(200, 'application/json', 'pong\u001b[31m'),
    failed: 'reachable',
    message: /something other than a message of the Messages API \(200: pong\\u001b\[31m\)$/,
    next: /^Give the address/,
    skipped: ['authenticated', ...later, ...last],
  },
  {
    name: 'another API',
    scene: json(200, { choices: [{ message: { role: 'assistant', content: 'ok' } }] }),
    failed: 'reachable',
    message: /something other than a message of the Messages API/,
    next: /^Give the address/,
    skipped: ['authenticated', ...later, ...last],
  },
  {
    name: 'a connection that is closed without an answer',
    scene: hangUp,
    failed: 'reachable',
    message: /^127\.0\.0\.1:\d+ closes the connection without an answer \(\w+\)$/,
    next: /^Start Vendor/,
    skipped: ['authenticated', ...later, ...last],
  },
  {
    name: 'a key that is not accepted, with status 403',
    scene: refuse(403, 'forbidden', 'Invalid API key provided'),
    failed: 'authenticated',
    message: /^Vendor does not accept the key \(403/,
    next: /another key/,
    skipped: [...later, ...last],
  },
  {
    name: 'no balance, said with status 200',
    scene: json(200, { code: 1113, msg: '余额不足或无可用资源包,请充值。', success: false }),
    failed: 'model-opus',
    message: /no balance or quota left \(200: 余额不足/,
    next: /^Top up/,
    skipped: [...later.slice(1), ...last],
  },
  {
    name: 'credit that is too low, said with 400',
    scene: refuse(400, 'invalid_request_error', 'Your credit balance is too low to use the API.'),
    failed: 'model-opus',
    message: /no balance or quota left \(400/,
    next: /^Top up/,
    skipped: [...later.slice(1), ...last],
  },
  {
    name: 'an address that is refused with status 200',
    scene: json(200, { error: 'Unexpected endpoint or method. (POST /anthropic/v1/messages)' }),
    failed: 'reachable',
    message: /something other than a message of the Messages API \(200: Unexpected endpoint/,
    next: /^Give the address/,
    skipped: ['authenticated', ...later, ...last],
  },
  {
    name: 'a service that fails',
    scene: refuse(500, 'api_error', 'internal error'),
    failed: 'model-opus',
    message: /^Vendor is overloaded or down \(500: internal error\)$/,
    next: /^Try again later/,
    skipped: [...later.slice(1), ...last],
  },
  {
    name: 'a request that is answered in half',
    scene: half,
    failed: 'model-opus',
    message: /^the answer of Vendor breaks off \(\w+\)$/,
    next: /^Try again/,
    skipped: ['streaming', 'first-byte', ...last],
  },
  {
    name: 'a request that is refused for another reason',
    scene: refuse(400, 'invalid_request_error', `bad ${'x'.repeat(500)}`),
    failed: 'model-opus',
    message: /^Vendor refuses the request \(400: bad x{196}…\)$/,
    next: /^Compare the address and the models/,
    skipped: ['streaming', 'first-byte', ...last],
  },
];
