import { open } from 'node:fs/promises';
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { syncFile, syncFolder } from '../../../src/disk/sync.ts';

const file = vi.hoisted(() => ({ sync: vi.fn(), close: vi.fn() }));
const stats = vi.hoisted(() => ({ mode: 0o644 }));
vi.mock('node:fs/promises', () => ({
  open: vi.fn(() => Promise.resolve(file)),
  stat: vi.fn(() => Promise.resolve(stats)),
}));

beforeEach(() => void vi.clearAllMocks());

function onPlatform(value: NodeJS.Platform): void {
  const { platform } = process;
  Object.defineProperty(process, 'platform', { value });
  onTestFinished(() => void Object.defineProperty(process, 'platform', { value: platform }));
}

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

it('a folder is synced where that can be', async () => {
  onPlatform('linux');
  await syncFolder('path');
  expect(file.sync).toHaveBeenCalledOnce();
  onPlatform('win32');
  await syncFolder('path');
  expect(file.sync).toHaveBeenCalledOnce();
});

it.each(['EINVAL', 'ENOTSUP', 'EBADF'])(
  'a folder that answers %s is left to its file system',
  async (code) => {
    onPlatform('linux');
    file.sync.mockRejectedValueOnce(Object.assign(new Error(code), { code }));
    await syncFolder('path');
    expect(file.close).toHaveBeenCalledOnce();
    file.sync.mockRejectedValueOnce(Object.assign(new Error(code), { code }));
    await expect(syncFile('path')).rejects.toThrow(code);
  },
);

it('a folder that the disk fails for is told', async () => {
  onPlatform('linux');
  file.sync.mockRejectedValueOnce(Object.assign(new Error('EIO'), { code: 'EIO' }));
  await expect(syncFolder('path')).rejects.toThrow('EIO');
});

it('what cannot be synced is closed, and told', async () => {
  file.sync.mockRejectedValueOnce(new Error('EIO'));
  await expect(syncFile('path')).rejects.toThrow('EIO');
  expect(file.close).toHaveBeenCalledOnce();
});
