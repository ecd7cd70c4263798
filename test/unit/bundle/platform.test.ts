import { expect, test } from 'vitest';
import { type Host, hostPlatform } from '../../../src/bundle/platform.ts';

const host = (
  platform: string,
  arch: string,
  is: { musl?: boolean; rosetta?: boolean } = {},
): Host => ({
  platform,
  arch,
  usesMusl: () => is.musl ?? false,
  underRosetta: () => Promise.resolve(is.rosetta ?? false),
});

test.each([
  ['linux-x64', host('linux', 'x64')],
  ['linux-arm64-musl', host('linux', 'arm64', { musl: true })],
  ['darwin-arm64', host('darwin', 'arm64')],
  ['darwin-x64', host('darwin', 'x64')],
  ['darwin-arm64', host('darwin', 'x64', { rosetta: true })],
  ['freebsd-x64', host('freebsd', 'x64')],
  ['win32-x64', host('win32', 'x64', { musl: true, rosetta: true })],
])('%s', async (name, machine) => {
  expect(await hostPlatform(machine)).toBe(name);
});

test('this machine', async () => {
  expect(await hostPlatform()).toContain(process.platform);
});
