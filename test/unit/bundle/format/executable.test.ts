import { expect, test } from 'vitest';
import { executableLength, executablePlatform } from '../../../../src/bundle/format/executable.ts';
import { elfHeader, machHeader, peHeader } from '../../../support/executables/bun-executable.ts';

const muslLoader = '/lib/ld-musl-x86_64.so.1';

test.each<[string | null, Buffer]>([
  ['linux-x64', elfHeader()],
  ['linux-arm64', elfHeader({ machine: 183 })],
  ['linux-x64-musl', elfHeader({ loader: muslLoader })],
  ['linux-arm64-musl', elfHeader({ machine: 183, loader: '/lib/ld-musl-aarch64.so.1' })],
  ['linux-x64', Buffer.concat([elfHeader(), Buffer.from(muslLoader)])],
  ['darwin-arm64', machHeader()],
  ['darwin-x64', machHeader({ cpu: 0x01000007 })],
  ['win32-x64', peHeader()],
  ['win32-arm64', peHeader({ machine: 0xaa64 })],
  [null, elfHeader({ machine: 3 })],
  [null, machHeader({ cpu: 7 })],
  [null, peHeader({ machine: 0x14c })],
  [null, Buffer.from('#!/bin/sh\n'.repeat(20))],
  [null, Buffer.concat([Buffer.from('MZ'), Buffer.alloc(80, 0xff)])],
  [null, Buffer.alloc(0)],
])('platform %s', (platform, head) => {
  expect(executablePlatform(head)).toBe(platform);
});

test.each([
  ['ELF', elfHeader({ length: 5000 })],
  ['Mach-O', machHeader({ length: 5000 })],
  ['PE', peHeader({ length: 5000 })],
])('%s headers tell the least length of the file', (_, head) => {
  expect(executableLength(head)).toBe(5000);
});

test('ELF counts its section headers, which are at the end', () => {
  const head = elfHeader({ length: 5000 });
  head.writeBigUInt64LE(6000n, 40);
  head.writeUInt16LE(64, 58);
  head.writeUInt16LE(3, 60);
  expect(executableLength(head)).toBe(6192);
});

test.each([elfHeader(), machHeader(), peHeader()])(
  'truncated or forged headers do not throw',
  (head) => {
    for (let length = 0; length <= head.length; length++) {
      expect(() => executablePlatform(head.subarray(0, length))).not.toThrow();
      expect(() => executableLength(head.subarray(0, length))).not.toThrow();
    }
    for (let at = 0; at < head.length; at++) {
      const forged = Buffer.from(head).fill(0xff, at, Math.min(at + 8, head.length));
      expect(() => executablePlatform(forged)).not.toThrow();
      expect(() => executableLength(forged)).not.toThrow();
    }
  },
);
