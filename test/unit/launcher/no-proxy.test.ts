import { describe, expect, test } from 'vitest';

import { localHost, windowsNoProxy } from '../../../src/launcher/no-proxy.ts';
import { launch, shells } from './shells.ts';
import { specOf } from './spec-of.ts';

const at = (url: string) => ({ env: { ANTHROPIC_BASE_URL: url } });

test.each([
  ['http://localhost:4000', 'localhost'],
  ['http://LocalHost/v1', 'localhost'],
  ['http://api.localhost', 'api.localhost'],
  ['http://127.0.0.1:8080', '127.0.0.1'],
  ['http://127.1', '127.0.0.1'],
  ['http://127.9.9.9', '127.9.9.9'],
  ['http://[::1]:1', '[::1]'],
  ['http://0.0.0.0:1', '0.0.0.0'],
  ['http://[::]:1', '[::]'],
  ['http://host.docker.internal:11434', 'host.docker.internal'],
  ['https://api.example', null],
  ['https://localhost.example', null],
  ['https://127.0.0.1.example', null],
  ['https://x127.0.0.1.example', null],
  ['https://0.0.0.0.example', null],
  ['https://host.docker.internal.example', null],
  ['http://192.168.1.2', null],
  ['http://10.0.0.1', null],
  ['not a url', null],
])('the local host of %s is %s', (url, host) => {
  expect(localHost(at(url))).toBe(host);
});

test('there is no local host without a base URL', () => {
  expect(localHost({ env: {} })).toBeNull();
});

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('%s', (_name, shell) => {
  test.each([
    ['nothing', {}, '127.0.0.1', '127.0.0.1'],
    ['one list', { NO_PROXY: 'a,b' }, 'a,b,127.0.0.1', 'a,b,127.0.0.1'],
    ['the other', { no_proxy: '.a' }, '.a,127.0.0.1', '.a,127.0.0.1'],
    ['two lists', { NO_PROXY: 'a', no_proxy: 'b' }, 'a,127.0.0.1', 'b,127.0.0.1'],
    ['all hosts', { NO_PROXY: '*' }, '*', '*'],
    ['the host', { NO_PROXY: 'a,127.0.0.1' }, 'a,127.0.0.1', 'a,127.0.0.1'],
    ['part of all hosts', { no_proxy: 'a,*' }, 'a,*,127.0.0.1', 'a,*,127.0.0.1'],
    ['one like it', { NO_PROXY: '127.0.0.10' }, '127.0.0.10,127.0.0.1', '127.0.0.10,127.0.0.1'],
  ])('adds the host to %s', async (_case, env, upper, lower) => {
    const spec = at('http://127.0.0.1:4000');
    const { report, stderr } = await launch({ shell, spec, env: { HTTP_PROXY: 'p', ...env } });
    expect(stderr).toBe('');
    expect(report?.env).toMatchObject({ NO_PROXY: upper, no_proxy: lower, HTTP_PROXY: 'p' });
  });

  test('writes IPv6 in brackets, once', async () => {
    const env = { NO_PROXY: '[::1]', no_proxy: 'a' };
    const { report } = await launch({ shell, spec: at('http://[::1]:1'), env });
    expect(report?.env).toMatchObject({ NO_PROXY: '[::1]', no_proxy: 'a,[::1]' });
  });

  test("does nothing for a remote provider, and adds to the variant's own", async () => {
    const elsewhere = await launch({ shell, spec: at('https://api.example') });
    expect(Object.keys(elsewhere.report?.env ?? {})).not.toContain('NO_PROXY');
    const env = { ANTHROPIC_BASE_URL: 'http://localhost:1', NO_PROXY: 'mine' };
    const { report } = await launch({ shell, spec: { env }, env: { NO_PROXY: 'theirs' } });
    expect(report?.env).toMatchObject({ NO_PROXY: 'mine,localhost' });
  });
});

test('a Windows launcher sets it only for a provider on this machine', () => {
  expect(windowsNoProxy(specOf(at('https://api.example')))).toEqual([]);
  const lines = windowsNoProxy(specOf(at('http://127.0.0.1:4000')));
  expect(lines).toContain('set "NO_PROXY=%NO_PROXY%,127.0.0.1"');
});
