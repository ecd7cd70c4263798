import { expect, it } from 'vitest';
import { keyCommand, keyReading } from '../../../src/plan/key-plan.ts';
import { variantFolder } from '../../../src/variant/layout.ts';
import type { KeyRecord } from '../../../src/variant/record.ts';

const layout = { ...variantFolder('/h/one'), keyring: '/h/one/key', launcher: '/bin/one' };
const command = (record: KeyRecord | null, platform: NodeJS.Platform) =>
  keyCommand({ record, value: null }, layout, platform);
const keyring: KeyRecord = { store: 'keyring', variable: 'ANTHROPIC_API_KEY' };
const file: KeyRecord = { store: 'file', variable: 'ANTHROPIC_API_KEY' };
const shell: KeyRecord = { store: 'env', variable: 'ANTHROPIC_API_KEY', from: 'MINE' };
const helper: KeyRecord = { store: 'helper', command: 'pass x' };

it('Claude Code asks our script for a key in the keyring, and the user’s command as it is', () => {
  expect(command(keyring, 'linux')).toBe("/bin/sh '/h/one/key/key.sh'");
  expect(command(keyring, 'win32')).toBe('"/h/one/key/key.cmd"');
  expect(command(helper, 'win32')).toBe('pass x');
  for (const record of [file, shell, null]) expect(command(record, 'linux')).toBeNull();
});

it('the launcher reads a key in a file or the shell, and no other', () => {
  expect(keyReading(file, '/f')).toEqual({ kind: 'file', file: '/f', variable: file.variable });
  expect(keyReading(shell, '/f')).toEqual({ kind: 'env', from: 'MINE', variable: shell.variable });
  for (const record of [keyring, helper, null]) expect(keyReading(record, '/f')).toBeNull();
});
