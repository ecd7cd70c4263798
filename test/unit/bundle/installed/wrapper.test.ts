import { mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Installed, findInstalled } from '../../../../src/bundle/installed/find-installed.ts';
import { writeFakeClaude } from '../../../support/fake-claude.ts';
import { temporaryFolder, writeTree } from '../../../support/folder.ts';

const name = '@anthropic-ai/claude-code';

let root: string;

beforeEach(async () => {
  root = temporaryFolder();
});

const find = (...folders: string[]): Promise<Installed> =>
  findInstalled({
    path: folders.map((folder) => join(root, folder)).join(':'),
    userHome: join(root, 'home'),
    isOurs: (text) => text.includes('launcher of ours'),
  });

async function installedIn(folder: string, version = '2.1.16'): Promise<string> {
  await writeFakeClaude(join(root, folder), { version });
  return join(root, folder, 'cli.js');
}

async function link(target: string, path: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await symlink(join(root, target), join(root, path));
}

const cmdShim = (target: string): string => `#!/bin/sh
basedir=$(dirname "$(echo "$0" | sed -e 's,\\\\,/,g')")

case \`uname\` in
    *CYGWIN*|*MINGW*|*MSYS*) basedir=\`cygpath -w "$basedir"\`;;
esac

if [ -z "$NODE_PATH" ]; then
  export NODE_PATH="/somewhere/node_modules"
else
  export NODE_PATH="/somewhere/node_modules:$NODE_PATH"
fi
if [ -x "$basedir/node" ]; then
  exec "$basedir/node"  "$basedir/${target}" "$@"
else
  exec node  "$basedir/${target}" "$@"
fi
`;

/** Each leads to the package in the folder \`there\`, which nothing else does. */
describe('follows to its installation', () => {
  const there = `there/node_modules/${name}`;
  const wrappers: Record<string, () => string> = {
    'a shim of pnpm': () => cmdShim(`../${there}/cli.js`),
    'a wrapper of nix': () =>
      `#! /nix/store/x-bash-5.2/bin/bash -e\nexport DISABLE_AUTOUPDATER='1'\nexec -a "$0" "${root}/${there}/cli.js"  "$@" \n`,
    'a wrapper of nix for a package that Node.js runs': () =>
      `#! /nix/store/x-bash-5.2/bin/bash -e\nexec "/nix/store/y-nodejs/bin/node"  ${root}/${there}/cli.js "$@"\n`,
    'the alias of a local installation': () => `#!/bin/bash\nexec "${root}/${there}/cli.js" "$@"\n`,
    'a script that knows its folder': () =>
      `#!/usr/bin/env bash\nset -eu\nDIR="$(cd "$(dirname "\${BASH_SOURCE[0]}")" && pwd)"\nexec "$DIR/../${there}/cli.js" "$@"\n`,
    'a script with its folder in one go': () =>
      `#!/bin/sh\nexec node "\${0%/*}/../${there}/cli.js" "$@"\n`,
    'a script that names the home': () => `#!/bin/sh\nnode "$HOME/../${there}/cli.js" "$@"\n`,
    'a script with a tilde': () => `#!/bin/sh\nexec ~/../${there}/cli.js "$@"\n`,
    'a script with a variable of its own': () =>
      `#!/bin/sh\nexport REAL='${root}/${there}'\nexec \${REAL}/cli.js "$@"\n`,
    'a script around a package folder': () => `#!/bin/sh\nexec node ${root}/${there} "$@"\n`,
  };

  it.each(Object.keys(wrappers))('%s', async (kind) => {
    const file = await installedIn(there);
    await writeTree(root, { 'bin/claude': wrappers[kind]?.() ?? '' });
    expect(await find('bin')).toMatchObject({
      kind: 'found',
      command: join(root, 'bin/claude'),
      bundle: { version: '2.1.16', file },
    });
  });

  it('a binary wrapper of nix', async () => {
    const file = await installedIn(there);
    const text = `makeCWrapper '${file}' \\\n    --inherit-argv0 \\\n    --set 'DISABLE_AUTOUPDATER' '1'\n`;
    const head = Buffer.from('7f454c46020101', 'hex');
    await writeTree(root, {
      'bin/claude': Buffer.concat([head, Buffer.alloc(200), Buffer.from(`${text}\0`)]),
    });
    expect(await find('bin')).toMatchObject({ kind: 'found', bundle: { file } });
  });

  it('a wrapper around a wrapper, both of them links', async () => {
    const file = await installedIn(there);
    await writeTree(root, {
      'opt/outer.sh': `#!/bin/sh\nexec ${root}/opt/inner "$@"\n`,
      'opt/inner.sh': `#!/bin/sh\nexec "$(dirname "$0")/../${there}/cli.js" "$@"\n`,
    });
    await link('opt/inner.sh', 'opt/inner');
    await link('opt/outer.sh', 'bin/claude');
    expect(await find('bin')).toMatchObject({ kind: 'found', bundle: { file } });
  });

  it('a shim of Volta', async () => {
    const file = await installedIn(`volta/tools/image/packages/${name}/lib/node_modules/${name}`);
    await writeTree(root, { 'usr/bin/volta-shim': Buffer.alloc(64, 1) });
    await link('usr/bin/volta-shim', 'volta/bin/claude');
    expect(await find('volta/bin')).toMatchObject({ kind: 'found', bundle: { file } });
  });

  it.each([
    ['asdf', 'installs/nodejs/22.1.0', '#!/usr/bin/env bash\nexec asdf exec "claude" "$@"\n'],
    ['mise', 'installs/npm-anthropic-ai-claude-code/2.1.16', '\x01'],
    ['nodenv', 'versions/22.1.0', '#!/usr/bin/env bash\nexec nodenv exec "$program" "$@"\n'],
  ])('a shim of %s', async (_, place, text) => {
    const package_ = `data/${place}/lib/node_modules/${name}`;
    const file = await installedIn(package_);
    await link(`${package_}/cli.js`, `data/${place}/bin/claude`);
    await link(`data/${place}`, `data/${dirname(place)}/latest`);
    await writeTree(root, { 'data/shims/claude': text });
    expect(await find('data/shims')).toMatchObject({ kind: 'found', bundle: { file } });
  });
});

describe('says what it found', () => {
  it('if a shim is for several installations', async () => {
    const places = ['20.1.0', '22.1.0'].map((version) => `data/installs/node/${version}`);
    const [a, b] = await Promise.all(
      places.map((place) => installedIn(`${place}/lib/node_modules/${name}`)),
    );
    const path = join(root, 'data/shims/claude');
    await writeTree(root, { 'data/shims/claude': '#!/bin/sh\nexec asdf exec "claude" "$@"\n' });
    expect(await find('data/shims')).toEqual({
      kind: 'none',
      refused: [{ path, why: `${path} is a shim for one of ${a}, ${b}.` }],
    });
  });

  it('before another Claude Code that it uses', async () => {
    await installedIn('b');
    await link('b/cli.js', 'b/claude');
    await writeTree(root, { 'a/claude': '#!/bin/sh\nexec docker run claude "$@"\n' });
    const path = join(root, 'a/claude');
    expect(await find('a', 'b')).toMatchObject({
      kind: 'found',
      command: join(root, 'b/claude'),
      refused: [{ path, why: `${path} is a text file.` }],
    });
  });
});

it.each([
  ['a script that ends in our launcher', '#!/bin/sh\nexec "$(dirname "$0")/ours" "$@"\n'],
  [
    'a script that starts itself',
    '#!/bin/sh\nexec "$0" "$@"\nexec "$(dirname "$0")/claude" "$@"\n',
  ],
  ['a path in a comment', '#!/bin/sh\n# exec ROOT/there/cli.js "$@"\n'],
  ['a path of another line', '#!/bin/sh\ncp ROOT/there/cli.js /tmp\nother "$@"\n'],
  ['an unknown variable', '#!/bin/sh\nexec $WHO_KNOWS/there/cli.js "$@"\n'],
  ['nothing', ''],
])('leads nowhere: %s', async (_, text) => {
  await installedIn('there');
  await writeTree(root, {
    'bin/claude': text.replaceAll('ROOT', root),
    'bin/ours': '#!/bin/sh\n# launcher of ours\nexec node "$(dirname "$0")/../there/cli.js" "$@"\n',
  });
  expect(await find('bin')).toMatchObject({ kind: 'none', refused: [{}] });
});
