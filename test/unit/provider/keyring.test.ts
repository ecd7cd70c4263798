import { createServer } from 'node:net';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { keyScriptName, keyringAccount } from '../../../src/provider/keyring-names.ts';
import {
  keepInKeyring,
  readFromKeyring,
  removeFromKeyring,
} from '../../../src/provider/keyring.ts';
import { temporaryFolder } from '../../support/folder.ts';

test('variants share no entry, within a home or across homes', () => {
  const accounts = [
    keyringAccount('a', '/home/you/.cc-mirror'),
    keyringAccount('b', '/home/you/.cc-mirror'),
    keyringAccount('a', '/srv/.cc-mirror'),
  ];
  expect(accounts[0]).toBe('a@/home/you/.cc-mirror');
  expect(new Set(accounts).size).toBe(accounts.length);
});

test.each([
  ['linux', 'key.sh'],
  ['darwin', 'key.sh'],
  ['win32', 'key.cmd'],
] as const)('the script on %s is %s', (platform, name) => {
  expect(keyScriptName(platform)).toBe(name);
});

// On other systems there is always a keyring, and it belongs to the user.
describe.skipIf(process.platform !== 'linux')('without a usable keyring', () => {
  let folder = '';
  let socket = '';

  beforeEach(() => {
    folder = temporaryFolder();
    socket = join(folder, 'bus');
    vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', `unix:path=${socket}`);
  });

  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test.each([
    ['keeping', () => keepInKeyring('a@/h', 'sk-SECRET')],
    ['reading', () => readFromKeyring('a@/h')],
    ['removing', () => removeFromKeyring('a@/h')],
  ])('%s fails with a hint', async (_what, run) => {
    const error = await run().catch((error: unknown) => error);
    expect(error).toMatchObject({
      code: 'storage',
      message: expect.stringMatching(/^The keyring cannot be used: .*D-?Bus/i),
      hint: expect.stringMatching(/--key-store file.*--api-key-helper CMD/),
    });
    expect(JSON.stringify([error, String(error)])).not.toContain('SECRET');
  });

  test('a bus that never answers can be interrupted', async () => {
    const silent = createServer().listen(socket);
    const leaving = new AbortController();
    silent.once('connection', () => leaving.abort(new Error('left')));
    await expect(keepInKeyring('a@/h', 'sk-SECRET', leaving.signal)).rejects.toThrow('left');
    silent.close();
  });
});
