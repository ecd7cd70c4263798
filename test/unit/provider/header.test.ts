import { expect, it } from 'vitest';
import {
  isHeaderTemplate,
  parseHeader,
  parseHeaders,
  partsOf,
  variablesIn,
} from '../../../src/provider/header.ts';
import { readsAsSecret } from '../../../src/provider/variables.ts';

it.each([
  ['X-Title: mine', { name: 'X-Title', value: 'mine' }],
  ['a:b:c', { name: 'a', value: 'b:c' }],
  [' a :  Bearer ${T} ', { name: 'a', value: 'Bearer ${T}' }],
])('%j is a header', (text, header) => {
  expect(parseHeader(text)).toEqual(header);
});

it.each([
  'SECRET',
  ': SECRET',
  'SECRET SECRET: x',
  'a:',
  'a: SECRET\nb: c',
  'a: SECRETé',
  'a: SECRET${1x}',
  'a: SECRET${}',
])('%j is refused, and not quoted', (text) => {
  const attempt = (): unknown => parseHeader(text);
  expect(attempt).toThrow(expect.objectContaining({ code: 'usage' }));
  expect(attempt).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('SECRET') }),
  );
});

it('a variable has one header per line', () => {
  const both = [
    { name: 'a', value: 'b' },
    { name: 'c', value: 'd' },
  ];
  expect(parseHeaders('a: b\nc: d\n')).toEqual(both);
  expect(parseHeaders('a: b\\nc: d')).toEqual(both);
});

it('a value consists of texts and variables of the shell', () => {
  expect(partsOf('Bearer ${A}$B${C}')).toEqual([
    { kind: 'text', text: 'Bearer ' },
    { kind: 'variable', text: 'A' },
    { kind: 'text', text: '$B' },
    { kind: 'variable', text: 'C' },
  ]);
  expect(variablesIn('${A} ${B} ${A}')).toEqual(['A', 'B']);
});

it.each([
  ['Bearer ${CF_TOKEN}', true],
  ['Bearer', false],
  ['Bearer sk-0123456789abcdef01 ${A}', false],
  ['${1}', false],
  ['${A}\n', false],
])('%j may be in a preset: %s', (value, may) => {
  expect(isHeaderTemplate(value)).toBe(may);
});

it.each([
  ['GATEWAY_TOKEN', 'x', true],
  ['MY_API_KEY', 'x', true],
  ['apikey', 'x', true],
  ['DB_PASSWORD', 'x', true],
  ['MY_API_KEY', '', false],
  ['ANYTHING', 'Bearer sk-0123456789abcdef01', true],
  ['CLAUDE_CODE_MAX_OUTPUT_TOKENS', '64000', false],
  ['CLAUDE_CODE_API_KEY_HELPER_TTL_MS', '1000', false],
  ['ANTHROPIC_SMALL_FAST_MODEL', 'Qwen3-Coder-480B-A35B-Instruct', false],
  ['API_TIMEOUT_MS', '600000', false],
])('%s=%s looks like a secret: %s', (name, value, secret) => {
  expect(readsAsSecret(name, value)).toBe(secret);
});
