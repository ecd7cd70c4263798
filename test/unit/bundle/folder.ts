import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { CcMirrorError, type ErrorCode } from '../../../src/errors.ts';

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

/** Expects a failure a user can meet: its code, and words that its message and hint must have. */
export async function expectFailure(
  run: Promise<unknown>,
  code: ErrorCode,
  words: RegExp,
): Promise<void> {
  const error: unknown = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(CcMirrorError);
  if (!(error instanceof CcMirrorError)) return;
  expect(error.code).toBe(code);
  expect(error.message).toMatch(words);
  expect(error.hint).toBeTruthy();
}
