import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  managedFolders,
  managedHint,
  managedSettings,
} from '../../../../src/lifecycle/prove/managed-settings.ts';
import { temporaryFolder } from '../../../support/folder.ts';

it('are one file and those of a folder, in order', async () => {
  const at = temporaryFolder();
  await mkdir(join(at, 'managed-settings.d'));
  await writeFile(join(at, 'managed-settings.json'), '{"a":1}');
  for (const name of ['20-b.json', '10-a.json', 'README']) {
    await writeFile(join(at, 'managed-settings.d', name), name);
  }
  const files = managedSettings([join(at, 'not there'), at]);
  expect(files.map(({ text }) => text)).toEqual(['{"a":1}', '10-a.json', '20-b.json']);
  expect(managedHint(files)).toContain(join(at, 'managed-settings.json'));
});

it('are usually absent, without a note', async () => {
  expect(managedSettings([temporaryFolder()])).toEqual([]);
  expect(managedHint([])).toBeNull();
});

it.each(['linux', 'darwin', 'win32'] as const)('have a path on %s', (platform) => {
  expect(managedFolders(platform).every((path) => /claude-?code$/i.test(path))).toBe(true);
});
