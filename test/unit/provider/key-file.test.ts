import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { keyFileMode, keyFileText, requirePrivate } from '../../../src/provider/key-file.ts';

let folder = '';
let file = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ccm-key-'));
  file = join(folder, 'secrets');
  await writeFile(file, keyFileText('sk-SECRET'), { mode: keyFileMode });
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

test('has the key as its first line', () => {
  expect(keyFileText('sk-1')).toBe('sk-1\n');
});

test.skipIf(process.platform === 'win32')(
  'as it is written, only its owner can read it',
  async () => {
    const written = join(folder, 'written');
    await writeFile(written, keyFileText('sk-SECRET'), { mode: keyFileMode });
    expect(() => requirePrivate(written)).not.toThrow();
  },
);

test.each([0o600, 0o400, 0o700])(
  'accepts a file that only its owner can read: %o',
  async (mode) => {
    await chmod(file, mode);
    expect(() => requirePrivate(file)).not.toThrow();
  },
);

test.each([0o777, 0o644, 0o640, 0o604, 0o620, 0o601])(
  'refuses a file that others can use, with a hint: %o',
  async (mode) => {
    await chmod(file, mode);
    expect(() => requirePrivate(file, 'linux')).toThrow(
      expect.objectContaining({
        code: 'storage',
        message: expect.stringContaining(file),
        hint: expect.stringMatching(/--home DIR.*--key-store env or helper/),
      }),
    );
  },
);

test('checks nothing on Windows, which has no such modes', async () => {
  await chmod(file, 0o666);
  expect(() => requirePrivate(file, 'win32')).not.toThrow();
});
