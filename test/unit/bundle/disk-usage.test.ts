import { link, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { diskUsage } from '../../../src/bundle/disk-usage.ts';
import { temporaryFolder } from './folder.ts';

it('counts a file once, and as freed only where no other name of it stays', async () => {
  const folder = await temporaryFolder();
  const one = join(folder, 'one');
  const two = join(folder, 'two');
  const other = join(folder, 'other');
  for (const path of [one, two, other]) await mkdir(path);
  await writeFile(join(one, 'a'), Buffer.alloc(10_000, 'x'));
  await link(join(one, 'a'), join(two, 'a'));
  const { bytes } = await diskUsage([one]);
  expect(bytes).toBeGreaterThanOrEqual(10_000);
  expect(await diskUsage([one])).toEqual({ bytes, freed: 0 });
  expect(await diskUsage([one, two])).toEqual({ bytes, freed: bytes });
  await link(join(one, 'a'), join(other, 'a'));
  expect(await diskUsage([one, two])).toEqual({ bytes, freed: 0 });
});
