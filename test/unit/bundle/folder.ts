import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { ErrorCode } from '../../../src/errors.ts';

/** A folder that goes when the running test has finished. */
export async function temporaryFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'cc-mirror-bundle-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export async function writeTree(
  folder: string,
  files: Record<string, string | Buffer>,
): Promise<void> {
  for (const [path, contents] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), contents);
  }
}

/** What a failure that a user can meet looks like: its code, words of its message, and any hint. */
export function failure(code: ErrorCode, words: RegExp): object {
  return {
    name: 'CcMirrorError',
    code,
    message: expect.stringMatching(words),
    hint: expect.stringMatching(/./),
  };
}
