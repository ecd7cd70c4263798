import { describe, expect, it } from 'vitest';
import { givenBaseUrl } from '../../../src/provider/base-url.ts';

const custom = { baseUrl: null, endpoints: [] };

describe('an address', () => {
  it.each([
    ['https://x.test', 'https://x.test'],
    [' https://x.test/anthropic/ ', 'https://x.test/anthropic/'],
    ['http://127.0.0.1:4000', 'http://127.0.0.1:4000'],
    ['https://x.test/v1/projects/messages', 'https://x.test/v1/projects/messages'],
    ['https://x.test/apiv1', 'https://x.test/apiv1'],
    ['"https://x.test"', 'https://x.test'],
  ])('%s is accepted', (given, url) => {
    expect(givenBaseUrl(given, custom)).toEqual({ url, note: null });
  });

  it.each([
    ['https://x.test/v1', 'https://x.test', '/v1'],
    ['https://x.test/v1/', 'https://x.test', '/v1'],
    ['https://x.test/v1/messages', 'https://x.test', '/v1/messages'],
    ['https://x.test/api/v1/messages//', 'https://x.test/api', '/v1/messages'],
    [
      'https://x.test/api/v1/messages/count_tokens',
      'https://x.test/api',
      '/v1/messages/count_tokens',
    ],
    ['https://x.test/v1/models', 'https://x.test', '/v1/models'],
  ])('%s is corrected, with a note', (given, url, end) => {
    const note = expect.stringMatching(`^--base-url: removed the trailing ${end}, `);
    expect(givenBaseUrl(given, custom)).toEqual({ url, note });
  });

  it('of a preset is never corrected', () => {
    const preset = {
      baseUrl: 'https://x.test/api/v1',
      endpoints: [{ region: 'eu', baseUrl: 'https://eu.x.test/v1/' }],
    };
    for (const url of ['https://x.test/api/v1', 'https://x.test/api/v1/', 'https://eu.x.test/v1']) {
      expect(givenBaseUrl(url, preset)).toEqual({ url, note: null });
    }
    expect(givenBaseUrl('https://y.test/v1', preset)).toMatchObject({ url: 'https://y.test' });
  });

  it.each([
    ['https://x.test/?key=secret-0123456789', /query/],
    ['https://x.test/v1/messages?beta=true', /query/],
    ['https://x.test/#top', /query or a fragment/],
    ['https://x.test/a b', /blank/],
    ['https://x.te\nst', /line break/],
    ['https://x.test\nhttps://y.test', /line break/],
    ['https://x.test/v1/chat/completions', /OpenAI/],
    ['x.test', /not an http or https address/],
    ['http:/x.test', /not an http or https address/],
    ['https:x.test', /not an http or https address/],
    ['https:\\\\x.test', /not an http or https address/],
    ['ftp://x.test', /not an http or https address/],
    ['', /not an http or https address/],
    ['https://me:secret-0123456789@x.test', /user name or password/],
  ])('%j is refused', (given, message) => {
    const error: unknown = expect.objectContaining({
      code: 'usage',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/./),
    });
    expect(() => givenBaseUrl(given, custom)).toThrow(error);
    expect(() => givenBaseUrl(given, custom)).not.toThrow(/secret/);
  });
});
