import { requireHeaders } from '../../../src/provider/header.ts';
import { expect, it } from 'vitest';
import { headerReading, withoutHeaderVariable } from '../../../src/plan/headers-plan.ts';
import { provider as plain } from './input.ts';

const file = '/v/headers';

it('headers are read from a file or the shell, and nothing is read where there are none', () => {
  expect(headerReading({}, { headers: file })).toBeNull();
  expect(headerReading({ a: null, b: 'x ${B}', c: null }, { headers: file })).toEqual({
    file,
    inFile: 2,
    fromShell: [
      {
        name: 'b',
        parts: [
          { kind: 'text', text: 'x ' },
          { kind: 'variable', text: 'B' },
        ],
      },
    ],
  });
});

it('a header that the provider needs is missed by its name in any case', () => {
  const provider = {
    ...plain,
    headers: [
      { name: 'X-Free', value: '${FREE}', required: false },
      { name: 'X-Needed', value: 'Bearer ${NEEDED}', required: true },
    ],
  };
  expect(() => requireHeaders(provider, ['x-other'])).toThrow(
    expect.objectContaining({
      code: 'missing-key',
      message: 'Some needs the header X-Needed.',
      hint: "Set NEEDED in this shell, then add --header 'X-Needed: Bearer ${NEEDED}'",
    }),
  );
  expect(() => requireHeaders(provider, ['a', 'x-needed'])).not.toThrow();
});

it('headers in a variable of the launcher become headers of the variant', () => {
  const choices = { env: { A: '1', ANTHROPIC_CUSTOM_HEADERS: 'a: b\nc: d' }, x: 1 };
  expect(withoutHeaderVariable(choices)).toEqual({
    choices: { env: { A: '1' }, x: 1 },
    headers: [
      { name: 'a', value: 'b' },
      { name: 'c', value: 'd' },
    ],
  });
  const without = { env: { A: '1' } };
  expect(withoutHeaderVariable(without)).toEqual({ choices: without, headers: [] });
});
