import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { located, readText } from '../../../src/disk/look.ts';
import { failure, temporaryFolder } from '../bundle/folder.ts';

it('reads a file, says which path is none, and does not wait for a pipe', async () => {
  const folder = await temporaryFolder();
  const at = (path: string): string => join(folder, path);
  await writeFile(at('file'), 'text');
  await mkdir(at('folder'));
  await execa('mkfifo', [at('pipe')]);
  expect(await readText(at('file'))).toBe('text');
  await expect(readText(at('none'))).rejects.toMatchObject({ code: 'ENOENT', path: at('none') });
  await expect(readText(at('folder'))).rejects.toMatchObject({
    code: 'EISDIR',
    path: at('folder'),
  });
  await expect(readText(at('pipe'))).rejects.toMatchObject(failure('storage', /pipe is no file/));
});

it('an error of an open file says where', async () => {
  const full = await open('/dev/full', 'w');
  const writing = located('/dev/full', () => full.writeFile('text'));
  await expect(writing).rejects.toMatchObject({ code: 'ENOSPC', path: '/dev/full' });
  await full.close();
  await expect(located('x', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
});

it('what cannot be written in full names its file', async () => {
  const writing = located('/dev/full', () => writeFile('/dev/full', 'text'));
  await expect(writing).rejects.toMatchObject({ code: 'ENOSPC', path: '/dev/full' });
});
