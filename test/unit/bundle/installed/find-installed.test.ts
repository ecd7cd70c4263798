import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Installed, findInstalled } from '../../../../src/bundle/installed/find-installed.ts';
import { bunExecutable, claudeText } from '../../../support/executables/bun-executable.ts';
import { writeFakeClaude } from '../../../support/fake-claude.ts';
import { temporaryFolder, writeTree } from '../../../support/folder.ts';

let root: string;
let search: (...folders: string[]) => Promise<Installed>;

beforeEach(async () => {
  root = temporaryFolder();
  search = (...folders) =>
    findInstalled({
      path: folders.map((folder) => (folder === '' ? '' : join(root, folder))).join(':'),
      userHome: join(root, 'home'),
      isOurs: (text) => text.includes('launcher of ours'),
    });
});

async function link(target: string, path: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await symlink(join(root, target), join(root, path));
}

/** A global npm installation: the package and a link to its program. */
async function npmGlobal(prefix: string, version: string): Promise<void> {
  const folder = `${prefix}/lib/node_modules/@anthropic-ai/claude-code`;
  await writeFakeClaude(join(root, folder), { version });
  await link(`${folder}/cli.js`, `${prefix}/bin/claude`);
}

/** What the official installer creates: a file per version and a link to the current one. */
async function official(version: string): Promise<void> {
  const contents = claudeText(version);
  const { bytes } = bunExecutable([{ name: '/$bunfs/root/cli.js', contents }]);
  await writeTree(root, { [`home/.local/share/claude/versions/${version}`]: bytes });
  await link(`home/.local/share/claude/versions/${version}`, 'home/.local/bin/claude');
}

describe('finds', () => {
  it('a global npm package', async () => {
    await npmGlobal('usr', '2.1.16');
    expect(await search('usr/bin')).toMatchObject({
      kind: 'found',
      command: join(root, 'usr/bin/claude'),
      bundle: {
        kind: 'js',
        version: '2.1.16',
        root: join(root, 'usr/lib/node_modules/@anthropic-ai/claude-code'),
      },
    });
  });

  it('the official installer’s program, on PATH or not', async () => {
    await official('2.1.240');
    const found = {
      kind: 'found',
      bundle: {
        kind: 'native',
        version: '2.1.240',
        file: join(root, 'home/.local/share/claude/versions/2.1.240'),
      },
    };
    expect(await search('home/.local/bin')).toMatchObject(found);
    expect(await search()).toMatchObject(found);
  });

  it('the first on PATH', async () => {
    await npmGlobal('a', '2.1.16');
    await npmGlobal('b', '2.1.17');
    await official('2.1.240');
    expect(await search('', 'b/bin', 'a/bin')).toMatchObject({ bundle: { version: '2.1.17' } });
    expect(await search('none', 'a/bin', 'b/bin')).toMatchObject({ bundle: { version: '2.1.16' } });
  });

  it('the package beside a command file that is a script', async () => {
    await writeFakeClaude(join(root, 'x/node_modules/@anthropic-ai/claude-code'), {});
    await writeTree(root, { 'x/claude': '#!/bin/sh\nexec node "$0.js"\n' });
    expect(await search('x')).toMatchObject({ kind: 'found', bundle: { version: '2.1.16' } });
  });
});

describe('passes over', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['our launcher', () => writeTree(root, { 'a/claude': '#!/bin/sh\n# launcher of ours\n' })],
    [
      'a link to our launcher',
      async () => {
        await writeTree(root, { real: '#!/bin/sh\n# launcher of ours\n' });
        await link('real', 'a/claude');
      },
    ],
    ['a dangling link', () => link('nowhere', 'a/claude')],
    ['a loop of links', () => link('a/claude', 'a/claude')],
    [
      'a folder, be it a package',
      () => writeFakeClaude(join(root, 'a/claude'), { version: '2.0.0' }),
    ],
    ['a text wrapper', () => writeTree(root, { 'a/claude': '#!/bin/sh\nexec other "$@"\n' })],
    ['an empty file', () => writeTree(root, { 'a/claude': '' })],
    ['a program of another kind', () => writeTree(root, { 'a/claude': bunExecutable([]).bytes })],
    ['a file where a folder should be', () => writeFile(join(root, 'a'), '')],
  ])('%s', async (_, make) => {
    await make();
    await npmGlobal('b', '2.1.17');
    expect(await search('a', 'b/bin')).toMatchObject({ bundle: { version: '2.1.17' } });
  });
});

describe('finds nothing', () => {
  it('and refuses nothing if there is nothing', async () => {
    expect(await search('', 'none')).toEqual({ kind: 'none', refused: [] });
  });

  it('and tells what it refused and why', async () => {
    await writeTree(root, { 'a/claude': '#!/bin/sh\nexec other "$@"\n', 'b/claude': '' });
    const path = join(root, 'a/claude');
    expect(await search('a', 'b')).toEqual({
      kind: 'none',
      refused: [
        { path, why: `${path} is a text file.` },
        { path: join(root, 'b/claude'), why: expect.stringContaining('is empty') },
      ],
    });
  });

  it('and does not count our launcher as refused', async () => {
    await writeTree(root, { 'a/claude': 'launcher of ours' });
    expect(await search('a')).toEqual({ kind: 'none', refused: [] });
  });
});
