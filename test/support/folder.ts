import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { lstat, mkdir, readFile, readdir, readlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder, by its real path, that is deleted after the running test. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'cc-mirror-test-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
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
