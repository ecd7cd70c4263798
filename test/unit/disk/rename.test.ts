import { rename, rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeEach, expect, it, vi } from 'vitest';
import { removePath, renamePath } from '../../../src/disk/rename.ts';
import { onPlatform } from '../../support/platform.ts';

vi.mock('node:fs/promises', () => ({ rename: vi.fn(), rm: vi.fn() }));
vi.mock('node:timers/promises', () => ({ setTimeout: vi.fn() }));

beforeEach(() => {
  vi.mocked(rename).mockReset();
  vi.mocked(rm).mockReset();
  vi.mocked(delay).mockReset();
});

const refusal = (code: string): Error => Object.assign(new Error(code), { code });

it.each(['EPERM', 'EACCES', 'EBUSY'])('on Windows %s is retried', async (code) => {
  onPlatform('win32');
  for (const _ of [1, 2, 3]) vi.mocked(rename).mockRejectedValueOnce(refusal(code));
  await renamePath('from', 'to');
  expect(rename).toHaveBeenCalledTimes(4);
  expect(rename).toHaveBeenLastCalledWith('from', 'to');
  expect(vi.mocked(delay).mock.calls.map(([wait]) => wait)).toEqual([10, 20, 40]);
});

it('a lasting refusal is reported as busy', async () => {
  onPlatform('win32');
  vi.mocked(rename).mockRejectedValue(refusal('EPERM'));
  await expect(renamePath('from', 'to')).rejects.toMatchObject({
    code: 'busy',
    message: expect.stringContaining('in use'),
  });
  const waited = vi.mocked(delay).mock.calls.reduce((sum, [wait]) => sum + Number(wait), 0);
  expect(waited).toBeGreaterThan(1000);
  expect(waited).toBeLessThanOrEqual(2000);
});

it.each([
  ['win32', 'ENOENT'],
  ['win32', 'ENOTEMPTY'],
  ['linux', 'EPERM'],
  ['darwin', 'EACCES'],
] as const)('on %s %s is thrown without a retry', async (platform, code) => {
  onPlatform(platform);
  vi.mocked(rename).mockRejectedValue(refusal(code));
  await expect(renamePath('from', 'to')).rejects.toThrow(code);
  expect(rename).toHaveBeenCalledOnce();
  expect(delay).not.toHaveBeenCalled();
});

it.each(['EPERM', 'EBUSY', 'ENOTEMPTY'])('a removal is retried after %s', async (code) => {
  onPlatform('win32');
  vi.mocked(rm).mockRejectedValueOnce(refusal(code));
  await removePath('folder');
  expect(rm).toHaveBeenCalledTimes(2);
  expect(rm).toHaveBeenLastCalledWith('folder', { recursive: true, force: true });
});
