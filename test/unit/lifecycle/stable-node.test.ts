import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';

import { beforeEach, expect, test } from 'vitest';

import { stableNode } from '../../../src/lifecycle/stable-node.ts';
import { temporaryFolder } from '../../support/folder.ts';

let root = '';
beforeEach(() => {
  root = temporaryFolder();
});

/** A file at a path below the root, or a link to one. */
async function put(path: string, to?: string): Promise<string> {
  const file = join(root, path);
  await mkdir(dirname(file), { recursive: true });
  if (to === undefined) await writeFile(file, '');
  else await symlink(to, file);
  return file;
}

/** What is written down for `node` with the folders of these files on PATH. */
const stable = (node: string, ...files: string[]): string =>
  stableNode(node, files.map((file) => dirname(file)).join(delimiter), [join(root, 'run')]);

test('is the path itself if it has no version', async () => {
  const node = await put('usr/bin/node');
  expect(stable(node, await put('bin/node', node))).toBe(node);
});

test('is the link on PATH that leads to it', async () => {
  const node = await put('Cellar/node/22.1.0/bin/node');
  const other = await put('first/node', await put('other/node'));
  const broken = await put('second/node', join(root, 'gone'));
  const link = await put('bin/node', node);
  expect(stable(node, node, other, broken, link)).toBe(link);
});

test("is Homebrew's own link of the formula if none is on PATH", async () => {
  const node = await put('Cellar/node@22/22.1.0/bin/node');
  const link = await put('opt/node@22/bin/node', node);
  expect(stable(node)).toBe(link);
});

test('is no shim, and no link of a shell, a package or with a version', async () => {
  const node = await put('.nvm/versions/node/v22.1.0/bin/node');
  const links = await Promise.all(
    [
      'fnm_multishells/12_34/bin/node',
      'run/shell/node',
      '.npm/_npx/1/node_modules/.bin/node',
      'installs/22.1.0/node',
    ].map((path) => put(path, node)),
  );
  expect(stable(node, ...links, await put('shims/node'))).toBe(node);
});
