import { Readable } from 'node:stream';

import { expect, test } from 'vitest';

import { readKey } from '../../../src/provider/key.ts';

const key = 'sk-ant-SECRET.0_9';

function fromEnv(name: string, value?: string) {
  return readKey({ fromEnv: { name, environment: { [name]: value } } });
}

function fromStdin(...chunks: (string | Uint8Array)[]) {
  return readKey({ stdin: Readable.from(chunks) });
}

test.each([key, ` ${key}\n`, `${key}\r\n`, `\t${key}\n\n`])('trims %j', async (text) => {
  expect(await fromEnv('MY_KEY', text)).toEqual({ key, without: null });
  expect(await fromStdin(text)).toEqual({ key, without: null });
});

test('joins the chunks of standard input', async () => {
  const bytes = new TextEncoder().encode(`\uFEFF${key}\n`);
  expect(await fromStdin(...[...bytes].map((byte) => Uint8Array.of(byte)))).toEqual({
    key,
    without: null,
  });
});

test.each([undefined, '', ' \n'])('refuses an empty variable: %j', async (value) => {
  await expect(fromEnv('MY_KEY', value)).rejects.toMatchObject({
    code: 'missing-key',
    message: '--api-key-env: the variable MY_KEY is empty or not set',
  });
});

test('refuses empty standard input', async () => {
  const expected = { code: 'missing-key', message: expect.stringContaining('standard input') };
  await expect(fromStdin()).rejects.toMatchObject(expected);
  await expect(fromStdin('\n')).rejects.toMatchObject(expected);
});

test.each([
  ['lines', `${key}\nmore`, 'more than one line'],
  ['control characters', `${key}\u001b[0m`, 'a control character'],
  ['spaces', `two ${key}`, 'a space'],
  ['other scripts', `${key}é`, 'outside ASCII'],
])('refuses %s without quoting the key', async (_case, text, problem) => {
  for (const reading of [fromEnv('MY_KEY', text), fromStdin(text)]) {
    const error = await reading.catch((error: unknown) => error);
    expect(error).toMatchObject({ code: 'usage', message: expect.stringContaining(problem) });
    expect(JSON.stringify([error, String(error)])).not.toContain('SECRET');
  }
});

test.each([
  [`"${key}"\n`, 'the quotes around it'],
  [`'${key}'`, 'the quotes around it'],
  [`Bearer ${key}`, '“Bearer” before it'],
  [`Authorization: Bearer ${key}\r\n`, "the header's name before it and “Bearer” before it"],
  [`x-api-key: ${key}`, "the header's name before it"],
  [`\uFEFFZAI_API_KEY=${key}\n`, 'the name before it'],
  [`export ZAI_API_KEY="${key}"`, 'the name before it and the quotes around it'],
  [`$env:KEY = '${key}'`, 'the name before it and the quotes around it'],
])('extracts the key from %j, and says so', async (text, without) => {
  expect(await fromStdin(text)).toEqual({ key, without });
  expect(await fromEnv('MY_KEY', text)).toEqual({ key, without });
});

test.each(['QUJDRA==', 'abc=def', 'ABC=', 'bearer', '"half'])(
  'does not change the key %j',
  async (text) => {
    expect(await fromStdin(text)).toEqual({ key: text, without: null });
  },
);

test('refuses a file piped in by mistake', async () => {
  await expect(fromStdin('x'.repeat(70_000))).rejects.toMatchObject({ code: 'usage' });
});

test.each([key, 'sk_live_SECRET', 'SECRET'.repeat(20)])(
  'does not quote a key given as a name: %j',
  async (name) => {
    const reading = readKey({ fromEnv: { name, environment: {} } });
    const error = await reading.catch((error: unknown) => error);
    expect(error).toHaveProperty('code');
    expect(JSON.stringify([error, String(error)])).not.toContain('SECRET');
  },
);
