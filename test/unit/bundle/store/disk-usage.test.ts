import { rmSync } from 'node:fs';
import { link, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { diskUsage } from '../../../../src/bundle/store/disk-usage.ts';
import type * as look from '../../../../src/disk/sync-read.ts';
import { lstat } from '../../../../src/disk/sync-read.ts';
import { temporaryFolder } from '../../../support/folder.ts';

vi.mock('../../../../src/disk/sync-read.ts', async (original) => {
  const real = await original<typeof look>();
  return { ...real, lstat: vi.fn(real.lstat) };
});

it('counts a file once, and as freed only if none of its names stays', async () => {
  const folder = temporaryFolder();
  const one = join(folder, 'one');
  const two = join(folder, 'two');
  const other = join(folder, 'other');
  for (const path of [one, two, other]) await mkdir(path);
  await writeFile(join(one, 'a'), Buffer.alloc(10_000, 'x'));
  await link(join(one, 'a'), join(two, 'a'));
  const { bytes } = diskUsage([one]);
  expect(bytes).toBeGreaterThanOrEqual(10_000);
  expect(diskUsage([one])).toEqual({ bytes, freed: 0 });
  expect(diskUsage([one, two])).toEqual({ bytes, freed: bytes });
  await link(join(one, 'a'), join(other, 'a'));
  expect(diskUsage([one, two])).toEqual({ bytes, freed: 0 });
});

it('counts what is gone as nothing, as another cc-mirror may be removing files', async () => {
  const folder = temporaryFolder();
  await writeFile(join(folder, 'a'), Buffer.alloc(10_000, 'x'));
  await writeFile(join(folder, 'b'), '');
  const { bytes } = diskUsage([folder]);
  const { lstat: real } = await vi.importActual<typeof look>('../../../../src/disk/sync-read.ts');
  vi.mocked(lstat).mockImplementationOnce((path) => {
    rmSync(path);
    return real(path);
  });
  const left = diskUsage([folder]);
  expect(left.bytes).toBeLessThan(bytes);
  expect(diskUsage([join(folder, 'none')])).toEqual({ bytes: 0, freed: 0 });
});
