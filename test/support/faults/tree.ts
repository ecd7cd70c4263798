import { lstat, readFile, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Everything below a folder: path → kind, mode and content. */
export type Tree = ReadonlyMap<string, string>;

/** Reads a tree; folders named in `without` (paths from the top) are left out. */
export async function treeOf(folder: string, without: readonly string[] = []): Promise<Tree> {
  const tree = new Map<string, string>();
  await read('');
  return tree;

  async function read(below: string): Promise<void> {
    for (const name of (await readdir(join(folder, below))).toSorted()) {
      const path = below === '' ? name : `${below}/${name}`;
      if (without.includes(path)) continue;
      const full = join(folder, path);
      const stats = await lstat(full);
      const mode = (stats.mode & 0o7777).toString(8);
      if (stats.isSymbolicLink()) tree.set(path, `link ${await readlink(full)}`);
      else if (stats.isDirectory()) {
        tree.set(path, `folder ${mode}`);
        await read(path);
      } else tree.set(path, `file ${mode} ${await readFile(full, 'latin1')}`);
    }
  }
}

/** The part of a tree below a path, with the path itself. */
export function partOf(tree: Tree, path: string): Tree {
  return new Map([...tree].filter(([key]) => key === path || key.startsWith(`${path}/`)));
}

/** A tree in which two runs of one command are equal: times and random names are replaced. */
export function plainTree(tree: Tree): Tree {
  return new Map([...tree].map(([path, text]) => [plainText(path), plainText(text)]));
}

function plainText(text: string): string {
  return text
    .replaceAll(/"base64":"([^"]*)"/g, (_, base64: string) => plainText(atob(base64)))
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, 'TIME')
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UUID')
    .replaceAll(/\b(\d+\.\d+\.\d+)-[0-9a-f]{6}\b/g, '$1-ID')
    .replaceAll(/(ms\\*": ?)[\d.]+/g, '$1 0');
}

/** What is different, one line a path. */
export function differences(before: Tree, after: Tree): string[] {
  const lines: string[] = [];
  for (const [path, text] of before) {
    const now = after.get(path);
    if (now === undefined) lines.push(`gone: ${path}`);
    else if (now !== text) lines.push(`changed: ${path} (${placeOf(text, now)})`);
  }
  for (const path of after.keys()) if (!before.has(path)) lines.push(`new: ${path}`);
  return lines;
}

/** Of long lists the beginning. */
export function shortened(lines: readonly string[]): readonly string[] {
  return lines.length <= 6 ? lines : [...lines.slice(0, 5), `and ${lines.length - 5} more`];
}

/** Where two texts part. */
function placeOf(before: string, after: string): string {
  let at = 0;
  while (at < before.length && before[at] === after[at]) at++;
  const piece = (text: string): string => JSON.stringify(text.slice(Math.max(0, at - 20), at + 20));
  return `${piece(before)} became ${piece(after)}`;
}
