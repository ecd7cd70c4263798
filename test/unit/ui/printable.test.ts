import { expect, test } from 'vitest';
import { printable } from '../../../src/ui/printable.ts';

test.each([
  ['two\nlines', 'two\nlines'],
  ['\u001b[2Jgone\u0007', '\\u001b[2Jgone\\u0007'],
  ['a\rb\u009b', 'a\\u000db\\u009b'],
  ['evil\u202egpj.exe\u2069', 'evil\\u202egpj.exe\\u2069'],
  ['é 名前 שלום 🙂', 'é 名前 שלום 🙂'],
])('%j becomes %j', (text, shown) => {
  expect(printable(text)).toBe(shown);
});
