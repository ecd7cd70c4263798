import { execa } from 'execa';
import { expect, test } from 'vitest';

import { cmdFail, cmdQuotePath, cmdSet, shQuote } from '../../../src/launcher/quote.ts';

test('quotes any text for a POSIX shell', async () => {
  const text = String.fromCodePoint(...Array.from({ length: 0x17f }, (_, index) => index + 1));
  const { stdout } = await execa('sh', ['-c', `printf %s ${shQuote(text)}`], {
    stripFinalNewline: false,
  });
  expect(stdout).toBe(text);
});

test.each([
  ['plain', 'set "K=plain"'],
  ['', 'set "K="'],
  ['100% & (a) ^b !c!', 'set "K=100%% & (a) ^b !c!"'],
  ['say "a & b" & <c>', 'set "K=say "a ^& b" & <c>"'],
  ['"', 'set "K=""'],
  ['a"b^c|d(e)%F%', 'set "K=a"b^^c^|d^(e^)%%F%%"'],
])('sets %j in a .cmd file', (value, line) => {
  expect(cmdSet('K', value)).toBe(line);
});

test.each(['a\nb', 'a\r'])('refuses %j in a .cmd file', (value) => {
  expect(() => cmdSet('K', value)).toThrow(expect.objectContaining({ code: 'usage' }));
});

test('quotes a path for a .cmd file', () => {
  expect(cmdQuotePath('C:\\a & b (x86)\\100%\\c^d')).toBe('"C:\\a & b (x86)\\100%%\\c^d"');
  expect(() => cmdQuotePath('C:\\a"b')).toThrow('Not a Windows path');
});

test('prints a message from a .cmd file and exits', () => {
  expect(cmdFail('at C:\\a & b (x)\\100%; "run"')).toEqual([
    '>&2 echo at C:\\a ^& b ^(x^)\\100%%; ^"run^"',
    'exit /b 1',
  ]);
});
