import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import {
  managedFolders,
  managedHint,
  managedSettings,
} from '../../../../src/lifecycle/prove/managed-settings.ts';

let made = '';
afterEach(() => rm(made, { recursive: true, force: true }));

async function folder(): Promise<string> {
  made = await mkdtemp(join(tmpdir(), 'managed-'));
  return made;
}

it('are one file and those of a folder, in order', async () => {
  const at = await folder();
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
  expect(managedSettings([await folder()])).toEqual([]);
  expect(managedHint([])).toBeNull();
});

it.each(['linux', 'darwin', 'win32'] as const)('have a path on %s', (platform) => {
  expect(managedFolders(platform).every((path) => /claude-?code$/i.test(path))).toBe(true);
});
