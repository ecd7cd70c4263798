import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';

/** Characters that a terminal acts on, but for the ends of lines. */
export const controls = /[^\P{Cc}\n]/u;

/** Runs the tests of a file in a new, empty folder, which is what a relative path starts from. */
export function useOwnFolder(): () => string {
  const before = process.cwd();
  let folder = '';
  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'cc-mirror-folder-')));
    process.chdir(folder);
  });
  afterAll(async () => {
    process.chdir(before);
    await rm(folder, { recursive: true, force: true });
  });
  return () => folder;
}
