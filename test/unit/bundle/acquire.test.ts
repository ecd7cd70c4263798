import { mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import { acquireBundle, openStored, peekBundle } from '../../../src/bundle/acquire.ts';
import type { AcquireOptions } from '../../../src/bundle/bundle-source.ts';
import { Store } from '../../../src/bundle/store/store.ts';
import { writeFakeClaude } from '../../support/fake-claude.ts';
import { temporaryFolder, writeTree } from '../../support/folder.ts';
import { failure } from '../../support/failure.ts';

let root: string;
let options: AcquireOptions;
let steps: string[];

beforeEach(async () => {
  root = temporaryFolder();
  steps = [];
  await mkdir(join(root, 'store'));
  options = {
    store: new Store(join(root, 'store')),
    search: { path: join(root, 'bin'), userHome: root, isOurs: () => false },
    signal: new AbortController().signal,
    progress: { step: (text) => void steps.push(text), bytes() {}, note() {} },
    platform: 'linux-x64',
  };
});

async function installed(): Promise<string> {
  const folder = join(root, 'lib');
  await writeFakeClaude(folder);
  await mkdir(join(root, 'bin'));
  await symlink(join(folder, 'cli.js'), join(root, 'bin', 'claude'));
  return join(folder, 'cli.js');
}

it.each(['auto', 'installed'] as const)('%s uses the user’s own', async (kind) => {
  const file = await installed();
  const stored = await acquireBundle({ kind }, options);
  const bundle = await openStored(stored, options.progress);
  expect(bundle.file).toBe(join(stored.folder, 'cli.js'));
  expect(await readFile(bundle.file)).toEqual(await readFile(file));
  expect(steps).toEqual([
    'Looking for your Claude Code',
    `Copying Claude Code 2.1.16 from ${file}`,
    'Reading Claude Code 2.1.16',
  ]);
});

it('copies the bundle at a path', async () => {
  const path = await installed();
  const stored = await acquireBundle({ kind: 'path', path }, options);
  expect(stored).toMatchObject({ kind: 'js', version: '2.1.16' });
  expect(await readFile(join(stored.folder, 'cli.js'))).toEqual(await readFile(path));
});

it('uses an exact version in the store without a network', async () => {
  await writeFakeClaude(join(root, 'store', '.unpacked'));
  const known = await options.store.addPublished(join(root, 'store', '.unpacked'), 'sha512-x');
  expect(await acquireBundle({ kind: 'exact', version: '2.1.16' }, options)).toEqual(known);
  expect(steps).toEqual([]);
});

it('notes a command that is passed over', async () => {
  const notes: string[] = [];
  const onNote = (note: string): void => void notes.push(note);
  await installed();
  const other = join(root, 'other', 'claude');
  await writeTree(root, { 'other/claude': '#!/bin/sh\nexec docker run claude "$@"\n' });
  const search = { ...options.search, path: `${join(root, 'other')}:${options.search.path}` };
  await acquireBundle({ kind: 'auto' }, { ...options, search, onNote });
  expect(notes).toEqual([
    `the command ${other} does not lead to a readable Claude Code (it is a text file); using ${join(root, 'bin', 'claude')} instead. To name yours: --from PATH`,
  ]);
});

it('notes that the latest version is used instead of a command', async () => {
  const notes: string[] = [];
  await writeTree(root, { 'bin/claude': '#!/bin/sh\nexec docker run claude "$@"\n' });
  vi.stubEnv('PATH', '/nowhere');
  const found = peekBundle(
    { kind: 'auto' },
    { ...options, onNote: (note) => void notes.push(note) },
  );
  await expect(found).rejects.toMatchObject(failure('network', /npm was not found/));
  vi.unstubAllEnvs();
  expect(notes).toEqual([
    expect.stringMatching(
      /bin\/claude does not lead to .*; using the latest published version instead/,
    ),
  ]);
});

it('reports that nothing is installed, or why not', async () => {
  const attempt = (): Promise<unknown> => acquireBundle({ kind: 'installed' }, options);
  await expect(attempt()).rejects.toMatchObject(
    failure('no-installation', /no claude was found on PATH/),
  );
  await writeTree(root, { 'bin/claude': '#!/bin/sh\n' });
  await expect(attempt()).rejects.toMatchObject(
    failure('no-installation', /^No Claude Code was found: [^ ]*bin\/claude is a text file\.$/),
  );
});

it('says of a shim that it leads to nothing, and names a path once', async () => {
  await writeTree(root, { 'data/shims/claude': '#!/bin/sh\nexec asdf exec "claude" "$@"\n' });
  const search = { ...options.search, path: join(root, 'data', 'shims') };
  const told = `No Claude Code was found: ${join(root, 'data/shims/claude')} is a shim, and no Claude Code is in ${join(root, 'data')}.`;
  await expect(acquireBundle({ kind: 'installed' }, { ...options, search })).rejects.toMatchObject({
    message: told,
  });
});

it('names what a link leads to that is no Claude Code', async () => {
  await writeTree(root, { 'else/tool': 'text', 'bin/other': '' });
  await symlink(join(root, 'else', 'tool'), join(root, 'bin', 'claude'));
  await expect(acquireBundle({ kind: 'installed' }, options)).rejects.toMatchObject({
    message: `No Claude Code was found: ${join(root, 'bin/claude')} leads to none: ${join(root, 'else/tool')} is a text file.`,
  });
});
