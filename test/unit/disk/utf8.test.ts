import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readToEdit } from '../../../src/disk/utf8.ts';
import { temporaryFolder } from '../../support/folder.ts';

async function fileOf(bytes: Buffer): Promise<string> {
  const folder = temporaryFolder();
  const path = join(folder, 'settings.json');
  await writeFile(path, bytes);
  return path;
}

it.each([
  ['nothing', ''],
  ['text of any script', '{"a":"é項目😀"}'],
  ['a replacement character', '{"a":"\uFFFD"}'],
  ['a byte order mark', '\uFEFF{}'],
])('reads %s', async (_, text) => {
  expect(readToEdit(await fileOf(Buffer.from(text)))).toBe(text);
});

it('knows a file that is not there', async () => {
  expect(readToEdit(join(tmpdir(), 'cc-mirror-nowhere', 'x'))).toBeNull();
});

it.each([
  ['a byte of Latin-1', Buffer.from('{"a":"caf\xE9"}', 'latin1'), /byte 0xe9 at offset 9 belongs/],
  ['one at the end', Buffer.from('{}\xFF', 'latin1'), /byte 0xff at offset 2 belongs/],
  ['a character cut off', Buffer.from('ab\xEF\xBF', 'latin1'), /byte 0xef at offset 2 belongs/],
  ['one cut off by others', Buffer.from('é\xE9\x85"', 'latin1'), /byte 0xe9 at offset 0 belongs/],
  ['one after a good one', Buffer.from('\xC3\xA9\xF0\x9F"', 'latin1'), /byte 0xf0 at offset 2 /],
  ['UTF-16', Buffer.from('\uFEFF{}', 'utf16le'), /settings\.json is not UTF-8: it is UTF-16\.$/],
])('refuses %s, and says where it is', async (_, bytes, words) => {
  const path = await fileOf(bytes);
  expect(() => readToEdit(path)).toThrow(
    expect.objectContaining({ code: 'invalid-record', message: expect.stringMatching(words) }),
  );
});
