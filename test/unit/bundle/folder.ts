import {
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  readlink,
  realpath,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { ErrorCode } from '../../../src/errors.ts';

/** A folder that is removed after the running test. */
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

/** Everything below a folder: path → kind, mode and content. */
export async function treeOf(folder: string, below = ''): Promise<Record<string, string>> {
  const tree: Record<string, string> = {};
  for (const name of await readdir(join(folder, below))) {
    const path = below === '' ? name : `${below}/${name}`;
    const full = join(folder, path);
    const stats = await lstat(full);
    const mode = (stats.mode & 0o777).toString(8);
    if (stats.isSymbolicLink()) tree[path] = `link ${await readlink(full)}`;
    else if (stats.isDirectory()) {
      tree[path] = `folder ${mode}`;
      Object.assign(tree, await treeOf(folder, path));
    } else tree[path] = `file ${mode} ${await readFile(full, 'latin1')}`;
  }
  return tree;
}

/** Matches a CcMirrorError with this code, a message that matches and any hint. */
export function failure(code: ErrorCode, words: RegExp): object {
  return {
    name: 'CcMirrorError',
    code,
    message: expect.stringMatching(words),
    hint: expect.stringMatching(/./),
  };
}
