import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { readText } from '../../../src/disk/sync-read.ts';
import { located } from '../../../src/disk/error-path.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { failure } from '../../support/failure.ts';

it('readText names the path in errors and does not wait for a pipe', async () => {
  const folder = temporaryFolder();
  const at = (path: string): string => join(folder, path);
  await writeFile(at('file'), 'text');
  await mkdir(at('folder'));
  await execa('mkfifo', [at('pipe')]);
  expect(readText(at('file'))).toBe('text');
  expect(() => readText(at('none'))).toThrow(
    expect.objectContaining({ code: 'ENOENT', path: at('none') }),
  );
  expect(() => readText(at('folder'))).toThrow(
    expect.objectContaining({
      code: 'EISDIR',
      path: at('folder'),
    }),
  );
  expect(() => readText(at('pipe'))).toThrow(
    expect.objectContaining(failure('storage', /pipe is not a regular file/)),
  );
});

it('an error of an open file names its path', async () => {
  const full = await open('/dev/full', 'w');
  const writing = located('/dev/full', () => full.writeFile('text'));
  await expect(writing).rejects.toMatchObject({ code: 'ENOSPC', path: '/dev/full' });
  await full.close();
  await expect(located('x', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
});

it('a failed writeFile names its path', async () => {
  const writing = located('/dev/full', () => writeFile('/dev/full', 'text'));
  await expect(writing).rejects.toMatchObject({ code: 'ENOSPC', path: '/dev/full' });
});
