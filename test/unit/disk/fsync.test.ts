import { open } from 'node:fs/promises';
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { syncFile, syncFolder } from '../../../src/disk/fsync.ts';
import { onPlatform } from '../../support/platform.ts';

const file = vi.hoisted(() => ({ sync: vi.fn(), close: vi.fn() }));
const stats = vi.hoisted(() => ({ mode: 0o644 }));
vi.mock('node:fs/promises', () => ({ open: vi.fn(() => Promise.resolve(file)) }));
vi.mock('../../../src/disk/sync-read.ts', () => ({ stat: () => stats }));

beforeEach(() => void vi.clearAllMocks());

it.each([
  ['linux', 'r'],
  ['darwin', 'r'],
  ['win32', 'r+'],
] as const)('a file is synced on %s', async (platform, flags) => {
  onPlatform(platform);
  await syncFile('path');
  expect(open).toHaveBeenCalledExactlyOnceWith('path', flags);
  expect(file.sync).toHaveBeenCalledOnce();
  expect(file.close).toHaveBeenCalledOnce();
});

it('a read-only file is left to the system on Windows', async () => {
  onPlatform('win32');
  stats.mode = 0o444;
  onTestFinished(() => void (stats.mode = 0o644));
  await syncFile('path');
  expect(open).not.toHaveBeenCalled();
});

it('a folder is synced, except on Windows', async () => {
  onPlatform('linux');
  await syncFolder('path');
  expect(file.sync).toHaveBeenCalledOnce();
  onPlatform('win32');
  await syncFolder('path');
  expect(file.sync).toHaveBeenCalledOnce();
});

it.each(['EINVAL', 'ENOTSUP', 'EBADF'])('%s for a folder is ignored', async (code) => {
  onPlatform('linux');
  file.sync.mockRejectedValueOnce(Object.assign(new Error(code), { code }));
  await syncFolder('path');
  expect(file.close).toHaveBeenCalledOnce();
  file.sync.mockRejectedValueOnce(Object.assign(new Error(code), { code }));
  await expect(syncFile('path')).rejects.toThrow(code);
});

it('a disk failure for a folder is thrown', async () => {
  onPlatform('linux');
  file.sync.mockRejectedValueOnce(Object.assign(new Error('EIO'), { code: 'EIO' }));
  await expect(syncFolder('path')).rejects.toThrow('EIO');
});

it('a file that cannot be synced is closed', async () => {
  file.sync.mockRejectedValueOnce(new Error('EIO'));
  await expect(syncFile('path')).rejects.toThrow('EIO');
  expect(file.close).toHaveBeenCalledOnce();
});
