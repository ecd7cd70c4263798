import { expect, it } from 'vitest';
import { shown } from '../../../../src/live/answer/hide.ts';

const key = 'sk-Ab12"Cd34\\Ef56Gh78';

it.each([
  ['whole', `key ${key}.`, 'key ….'],
  ['twice', `${key} is not ${key}`, '… is not …'],
  ['its beginning', `key ${key.slice(0, 11)}***`, 'key …***'],
  ['its end', `ends in ${key.slice(-9)}`, 'ends in …'],
  ['in capitals', `key ${key.toUpperCase()}!`, 'key …!'],
  ['as JSON', `{"key":${JSON.stringify(key)}}`, '{"key":"…"}'],
  ['as a URL', `?key=${encodeURIComponent(key)}&x`, '?key=…&x'],
  ['as Base64', `Basic ${Buffer.from(key).toString('base64')}`, 'Basic …'],
  ['not at all', 'the last four are Gh78', 'the last four are Gh78'],
])('a key that is echoed %s', (_, text, wanted) => {
  expect(shown(text, [key])).toBe(wanted);
});

it('a short key, only whole', () => {
  expect(shown('secret1 and secret2', ['secret1'])).toBe('… and secret2');
  expect(shown('nothing', [''])).toBe('nothing');
});

it('brings a text on one line, printable and short', () => {
  expect(shown('a\n  b\u001b[2J', [])).toBe(String.raw`a b\u001b[2J`);
  expect(shown('x'.repeat(300), [])).toBe(`${'x'.repeat(200)}…`);
  expect(shown(`${'x'.repeat(199)}😀😀`, [])).toBe(`${'x'.repeat(199)}…`);
});
