import { expect, it } from 'vitest';
import { proxyNote } from '../../../src/live/proxy.ts';

const proxy = 'http://proxy.example:3128';

it.each([
  ['https://a.example', {}, '20.12.0', null],
  ['https://a.example', { HTTPS_PROXY: proxy }, '20.12.0', /^HTTPS_PROXY is set.*Node\.js 24/],
  [
    'https://a.example',
    { https_proxy: proxy },
    '24.1.0',
    /^HTTPS_PROXY.*set NODE_USE_ENV_PROXY=1$/,
  ],
  ['https://a.example', { ALL_PROXY: proxy }, '24.1.0', /^ALL_PROXY is set/],
  ['https://a.example', { HTTP_PROXY: proxy }, '20.12.0', null],
  ['http://a.example', { HTTP_PROXY: proxy }, '22.20.0', /^HTTP_PROXY.*Node\.js 24/],
  ['http://a.example', { HTTP_PROXY: proxy }, '22.21.0', /set NODE_USE_ENV_PROXY=1$/],
  ['https://a.example', { HTTPS_PROXY: proxy, NODE_USE_ENV_PROXY: '1' }, '24.0.0', null],
  ['https://a.example', { HTTPS_PROXY: proxy, NODE_USE_ENV_PROXY: '1' }, '20.12.0', /Node\.js 24/],
  ['https://a.example', { HTTPS_PROXY: proxy, NO_PROXY: '*' }, '20.12.0', null],
  ['https://a.example', { HTTPS_PROXY: proxy, no_proxy: 'b.example, .example' }, '20.12.0', null],
  ['https://a.example', { HTTPS_PROXY: proxy, NO_PROXY: 'b.example' }, '20.12.0', /HTTPS_PROXY/],
  ['https://a.example:8', { HTTPS_PROXY: proxy, NO_PROXY: 'a.example:8' }, '20.12.0', null],
  ['https://a.example:9', { HTTPS_PROXY: proxy, NO_PROXY: 'a.example:8' }, '20.12.0', /HTTPS/],
])('%s with %j on %s', (address, environment, node, wanted) => {
  const note = proxyNote(address, environment, node);
  expect(note ?? 'no note').toMatch(wanted ?? /^no note$/);
});
