import { expect, it } from 'vitest';
import type { Check } from '../../../src/live/check.ts';
import { testProvider } from '../../../src/live/test-provider.ts';
import { silentProgress } from '../../../src/ui/progress.ts';
import { freeAddress, startGateway } from '../../support/gateway/gateway.ts';
import {
  answer,
  brokenStream,
  failingStream,
  json,
  redirect,
  refuse,
  silence,
} from '../../support/gateway/scenes.ts';
import { selfSigned } from '../../support/gateway/certificate.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { html, regions, cases } from './failure-cases.ts';
import { ask, key, shownOf, targetAt } from './ask.ts';

/** The first check that failed, and what the others are. */
function failureIn(checks: readonly Check[]): { failed: string; message: string; next: string } {
  const wrong = checks.filter(({ ok }) => ok === false);
  expect(wrong).toHaveLength(1);
  const [{ id, message, next } = { id: '', message: '', next: null }] = wrong;
  return { failed: id, message, next: next ?? '' };
}

/** What everything after a failure is. */
function skippedIn(checks: readonly Check[]): string[] {
  return checks.filter(({ message }) => message.startsWith('skipped: ')).map(({ id }) => id);
}

it.each(cases.map((one) => [one.name, one] as const))('%s', async (name, one) => {
  const gateway = await startGateway(one.scene);
  const fields = { ...one.fields };
  if (one.fields === regions) {
    const addresses = { world: `${gateway.url}/anthropic`, china: 'https://vendor.cn' };
    fields['endpoints'] = Object.entries(addresses).map(([region, baseUrl]) => ({
      region,
      baseUrl,
    }));
  }
  const models = name.startsWith('a request that') ? { models: { opus: 'big' } } : {};
  const { checks } = await ask(targetAt(gateway.url, { ...fields, ...models }));
  expect(failureIn(checks)).toEqual({
    failed: one.failed,
    message: expect.stringMatching(one.message),
    next: expect.stringMatching(one.next),
  });
  const skipped = name.startsWith('a request that')
    ? one.skipped
    : one.skipped.filter((id) => id !== one.failed);
  expect(skippedIn(checks)).toEqual(skipped);
  expect(gateway.seen).toHaveLength(1);
  expect(shownOf(key, JSON.stringify(checks))).toEqual([]);
});

it.each([
  ['it is overloaded', refuse(529, 'overloaded_error', 'Overloaded'), null],
  ['it limits the rate', refuse(429, 'rate_limit_error', 'slow down'), null],
  ['it refuses the request', refuse(400, 'invalid_request_error', 'no'), null],
  ['there is no balance', refuse(402, 'billing_error', 'no'), true],
  ['it knows no such model', refuse(404, 'not_found_error', 'model: big'), true],
])('a key is proved by a service only if it got so far: %s', async (_, scene, ok) => {
  const gateway = await startGateway(scene);
  const { checks } = await ask(targetAt(gateway.url));
  expect(checks.find(({ id }) => id === 'authenticated')?.ok).toBe(ok);
});

it.each([
  ['model "big" is not found, try pulling it first', true],
  ['The model `big` does not exist or you do not have access to it.', true],
  ['Unknown Model, please check the model code.', true],
  ['big: max_tokens is too small', false],
  ['biggest is not a number', false],
])('a request that is refused with “%s” is about the model: %s', async (words, about) => {
  const gateway = await startGateway(refuse(400, 'invalid_request_error', words));
  const { checks } = await ask(targetAt(gateway.url, { models: { opus: 'big' } }));
  const { message } = failureIn(checks);
  expect(message.startsWith('Vendor does not serve the model big (400: ')).toBe(about);
});

it.each([301, 302, 307, 308])('never follows a redirect (%i) with the key', async (status) => {
  const elsewhere = await startGateway(json(200, {}));
  const there = `${elsewhere.url}/v1/messages`;
  const location = `${there}?key=${encodeURIComponent(key)}`;
  const gateway = await startGateway(redirect(location, status));
  const { checks } = await ask(targetAt(gateway.url));
  expect(failureIn(checks)).toEqual({
    failed: 'reachable',
    message: `${gateway.url}/anthropic redirects to ${there} (${status}); the key was not sent there`,
    next: `If that host is the provider's: add --base-url ${elsewhere.url}`,
  });
  expect(elsewhere.seen).toEqual([]);
  expect(shownOf(key, JSON.stringify(checks))).toEqual([]);
});

it('says where a redirect without an address of the API leads', async () => {
  const gateway = await startGateway(redirect('/login/', 302));
  const { checks } = await ask(targetAt(gateway.url));
  expect(failureIn(checks)).toMatchObject({
    message: expect.stringContaining(`redirects to ${gateway.url}/login/`),
    next: expect.stringMatching(/^Give the address/),
  });
});

it.each([
  ['torn', /^the stream breaks off after 3 events \(\w+\)$/, /gateway or proxy/],
  ['closed', /^the stream breaks off after 3 events$/, /gateway or proxy/],
  ['stuck', /^the stream breaks off after 3 events \(TIMEOUT\)$/, /wait longer: add --timeout/],
] as const)('a stream that is %s too early', async (how, message, next) => {
  const otherwise = refuse(400, 'invalid_request_error', 'no');
  const gateway = await startGateway((seen, response) =>
    (seen.body.stream ? brokenStream(how) : otherwise)(seen, response),
  );
  const target = targetAt(gateway.url, { models: { default: 'big' } });
  const { checks } = await ask(target, how === 'stuck' ? 3000 : 20_000);
  const found = Object.fromEntries(checks.map((one) => [one.id, one]));
  expect(found['model-default']?.ok).toBe(true);
  expect(found['streaming']).toMatchObject({
    ok: false,
    message: expect.stringMatching(message),
    next: expect.stringMatching(next),
  });
  expect(found['first-byte']?.ok).toBe(true);
});

it('a stream that ends with an error', async () => {
  const gateway = await startGateway(failingStream(`too much load for ${key}`));
  const { checks } = await ask(targetAt(gateway.url));
  expect(checks.find(({ id }) => id === 'streaming')).toMatchObject({
    ok: false,
    message: 'the stream ends with an error: too much load for …',
  });
});

it('a message in one piece, although a stream was asked for', async () => {
  const message = { type: 'message', role: 'assistant', content: [] };
  const gateway = await startGateway(json(200, message));
  const { checks } = await ask(targetAt(gateway.url));
  expect(checks.find(({ id }) => id === 'streaming')).toMatchObject({
    ok: false,
    message: 'the answer came in one piece, although a stream was asked for',
  });
});

it('waits no longer than it is told', async () => {
  const gateway = await startGateway(silence);
  const { checks } = await ask(targetAt(gateway.url), 300);
  expect(failureIn(checks)).toMatchObject({
    failed: 'reachable',
    message: expect.stringMatching(/^127\.0\.0\.1:\d+ did not answer within 0\.\d+ s$/),
    next: 'A server that loads a model first may need longer: add --timeout 300',
  });
});

it('says how to start a server that does not run', async () => {
  const url = await freeAddress();
  const { checks } = await ask(targetAt(url, { start: 'vendor serve' }));
  expect(failureIn(checks)).toEqual({
    failed: 'reachable',
    message: `nothing listens at ${new URL(url).host} (ECONNREFUSED)`,
    next: 'Start Vendor: vendor serve; or correct its address: add --base-url URL',
  });
});

it('does not trust a certificate that is signed by itself', async () => {
  const certificate = await selfSigned(temporaryFolder());
  const gateway = await startGateway(json(200, {}), certificate);
  const { checks } = await ask(targetAt(gateway.url));
  expect(failureIn(checks)).toEqual({
    failed: 'reachable',
    message: `${new URL(gateway.url).host} cannot be trusted: its certificate is signed by itself (DEPTH_ZERO_SELF_SIGNED_CERT)`,
    next: expect.stringContaining('NODE_EXTRA_CA_CERTS='),
  });
  expect(gateway.seen).toEqual([]);
});

it('TLS to a server without TLS', async () => {
  const gateway = await startGateway(json(200, {}));
  const { checks } = await ask(targetAt(gateway.url.replace('http:', 'https:')));
  expect(failureIn(checks)).toMatchObject({
    message: expect.stringMatching(/does not speak TLS as it should \(\w+\)$/),
    next: expect.stringContaining('write http:// in the address'),
  });
});

it('names the address of the preset where the typed one lacks a part of it', async () => {
  const gateway = await startGateway(answer(404, 'text/html', html));
  const { checks } = await ask(targetAt(gateway.url, {}, { key, baseUrl: gateway.url }));
  expect(failureIn(checks)).toMatchObject({
    message: `${gateway.url} answers with a web page (404), so the address is not that of an API`,
    next: `Add --base-url ${gateway.url}/anthropic`,
  });
  const other = await ask(targetAt('http://127.0.0.1:1', {}, { key, baseUrl: gateway.url }));
  expect(failureIn(other.checks).next).toContain(`often it is ${gateway.url}/anthropic: add`);
});

it('stops at once when it is interrupted', async () => {
  const stop = new AbortController();
  const reason = new Error('interrupted');
  const gateway = await startGateway(() => stop.abort(reason));
  const around = { environment: {}, signal: stop.signal, progress: silentProgress };
  await expect(testProvider(targetAt(gateway.url), around)).rejects.toBe(reason);
  expect(gateway.seen).toHaveLength(1);
});
