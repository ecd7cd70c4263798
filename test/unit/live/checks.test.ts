import { expect, it } from 'vitest';
import type { Check } from '../../../src/live/check.ts';
import { startGateway } from '../../support/gateway/gateway.ts';
import { json, refuse, service } from '../../support/gateway/scenes.ts';
import { ask, key, targetAt } from './ask.ts';

const models = ['big', 'small'];
const results = (checks: readonly Check[]) => checks.map(({ id, ok }) => [id, ok]);
const named = (checks: readonly Check[], id: string) => checks.find((one) => one.id === id);

it('asks a good service one question for each model, and one each for the rest', async () => {
  const gateway = await startGateway(service({ key, models }));
  const { checks } = await ask(targetAt(gateway.url));
  expect(results(checks)).toEqual([
    ['reachable', true],
    ['authenticated', true],
    ['model-opus', true],
    ['streaming', true],
    ['first-byte', true],
    ['model-haiku', true],
    ['tools', true],
    ['deferred-tools', true],
    ['token-counting', true],
  ]);
  expect(named(checks, 'model-opus')?.message).toBe('big answers (opus, sonnet)');
  expect(named(checks, 'tools')?.message).toBe('accepted, and one was called');
  expect(checks.every(({ ms, next }) => ms !== null && next === null)).toBe(true);
  expect(gateway.seen.map(({ path }) => path)).toEqual([
    ...Array.from({ length: 4 }, () => '/anthropic/v1/messages'),
    '/anthropic/v1/messages/count_tokens',
  ]);
});

it('asks as Claude Code does, with the key in one header and [1m] taken off', async () => {
  const gateway = await startGateway(service({ key, models }));
  await ask(targetAt(gateway.url, {}, { key, headers: [{ name: 'X-Team', value: 'mine' }] }));
  for (const { method, query, headers, body } of gateway.seen) {
    expect([method, query]).toEqual(['POST', 'beta=true']);
    expect(headers).toMatchObject({
      authorization: `Bearer ${key}`,
      'anthropic-version': '2023-06-01',
      'content-type': 'application/json',
      'user-agent': 'cc-mirror',
      'x-team': 'mine',
    });
    expect(headers).not.toHaveProperty('x-api-key');
    expect(models).toContain(body.model);
    expect(body.max_tokens ?? 16).toBeLessThanOrEqual(16);
  }
  expect(gateway.seen.map(({ body }) => body.stream === true)).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
});

it('sends the key as x-api-key and nowhere else where the preset says so', async () => {
  const gateway = await startGateway(service({ key, models }));
  const { checks } = await ask(targetAt(gateway.url, { auth: { type: 'api-key' } }));
  expect(named(checks, 'authenticated')).toMatchObject({
    ok: true,
    message: 'the key is accepted, as x-api-key',
  });
  expect(gateway.seen.every(({ headers }) => headers.authorization === undefined)).toBe(true);
});

it('names the model that is not served, and goes on with one that is', async () => {
  const gateway = await startGateway(service({ key, models: ['small'] }));
  const { checks } = await ask(targetAt(gateway.url));
  expect(results(checks)).toEqual([
    ['reachable', true],
    ['authenticated', true],
    ['model-opus', false],
    ['streaming', null],
    ['first-byte', null],
    ['model-haiku', true],
    ['tools', true],
    ['deferred-tools', true],
    ['token-counting', true],
  ]);
  expect(named(checks, 'model-opus')).toMatchObject({
    message: 'Vendor does not serve the model big (404: model: big)',
    next: 'Add --model-opus ID with a model that it serves',
  });
});

it('skips what needs a model where none is served', async () => {
  const gateway = await startGateway(service({ key, models: [] }));
  const { checks } = await ask(targetAt(gateway.url));
  expect(named(checks, 'tools')).toMatchObject({ ok: null, message: 'skipped: no model answered' });
  expect(gateway.seen).toHaveLength(2);
});

const limited = { deferred: false, counts: false };

it.each([
  ['the preset promises them', {}, {}, [false, false]],
  [
    'the preset does not',
    { limits: { deferredTools: false, tokenCounting: false } },
    {},
    [null, null],
  ],
  ['the address is the user’s own', {}, { baseUrl: 'here' }, [null, null]],
])(
  'a service without deferred tools and token counting, where %s',
  async (_, fields, own, wanted) => {
    const gateway = await startGateway(service({ key, models, ...limited }));
    const given = { key, ...('baseUrl' in own && { baseUrl: `${gateway.url}/own` }) };
    const { checks } = await ask(targetAt(gateway.url, fields, given));
    expect(['deferred-tools', 'token-counting'].map((id) => named(checks, id)?.ok)).toEqual(wanted);
    expect(named(checks, 'deferred-tools')?.message).toContain('400');
    expect(named(checks, 'token-counting')?.message).toBe(
      'not there (404); sessions estimate instead',
    );
  },
);

it('does not ask for deferred tools where no beta fields are sent', async () => {
  const gateway = await startGateway(service({ key, models }));
  const { checks } = await ask(targetAt(gateway.url, { limits: { betas: false } }));
  expect(named(checks, 'deferred-tools')).toMatchObject({ ok: null, ms: null });
  expect(JSON.stringify(gateway.seen)).not.toContain('defer_loading');
});

it('says that tools are refused', async () => {
  const good = service({ key, models });
  const gateway = await startGateway((seen, response) =>
    (seen.body.tools ? refuse(400, 'invalid_request_error', 'tools are not supported') : good)(
      seen,
      response,
    ),
  );
  const { checks } = await ask(targetAt(gateway.url));
  expect(named(checks, 'tools')).toMatchObject({
    ok: false,
    message: 'Vendor refuses the request (400: tools are not supported)',
    next: 'Sessions need tools: use another model or address',
  });
});

it('asks for a model of Claude Code’s own where none is chosen', async () => {
  const gateway = await startGateway(service({ key, models: ['claude-haiku-4-5'] }));
  const { checks } = await ask(targetAt(gateway.url, { models: {}, anthropicIds: true }));
  expect(named(checks, 'model-haiku')?.message).toBe(
    'claude-haiku-4-5 answers (one of Anthropic’s, as no model is chosen)',
  );
});

it('takes a login for what it is: nothing that can be tested', async () => {
  const gateway = await startGateway(refuse(401, 'authentication_error', 'x-api-key is required'));
  const fields = { auth: { type: 'login' }, models: {} };
  const { checks, balance } = await ask(targetAt(gateway.url, fields, {}));
  expect(results(checks).slice(0, 3)).toEqual([
    ['reachable', true],
    ['authenticated', null],
    ['model-haiku', null],
  ]);
  expect(balance).toBeNull();
  expect(gateway.seen).toHaveLength(1);
});

it('asks for the balance after the checks, with the key as Bearer, on the same host', async () => {
  const pages = { '/v1/users/me/balance': 0 as unknown };
  pages['/v1/users/me/balance'] = {
    data: { available_balance: 12.5, voucher_balance: 2.5, cash_balance: 10 },
  };
  const gateway = await startGateway(service({ key, models, pages }));
  const balance = { path: '/v1/users/me/balance', kind: 'moonshot' };
  const result = await ask(targetAt(gateway.url, { balance, auth: { type: 'api-key' } }));
  expect(result.balance).toEqual({
    kind: 'known',
    message: '12.5 left (vouchers 2.5, cash 10)',
  });
  expect(gateway.seen.at(-1)).toMatchObject({
    method: 'GET',
    headers: { authorization: `Bearer ${key}` },
  });
});

it.each([
  ['another shape', json(200, { balance: 3 }), /has a shape that cc-mirror does not know/],
  ['an error', refuse(403, 'forbidden', `not for ${key}`), /it answers with 403/],
])('a balance with %s cannot be read', async (_, page, wanted) => {
  const good = service({ key, models });
  const gateway = await startGateway((seen, response) =>
    (seen.method === 'GET' ? page : good)(seen, response),
  );
  const balance = { path: '/user/balance', kind: 'deepseek' };
  const result = await ask(targetAt(gateway.url, { balance }));
  expect(result.balance).toMatchObject({ kind: 'unread', message: expect.stringMatching(wanted) });
  expect(JSON.stringify(result)).not.toContain(key);
});
