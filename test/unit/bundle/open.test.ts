import { chmod, mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openBundle } from '../../../src/bundle/open.ts';
import {
  bunExecutable,
  claudeText,
  elfHeader,
  type FakeModule,
  machHeader,
  peHeader,
} from '../../support/executables/bun-executable.ts';
import { temporaryFolder, writeTree } from '../../support/folder.ts';
import { failure } from '../../support/failure.ts';

const name = '@anthropic-ai/claude-code';
const manifest = (version: string, more: object = {}): string =>
  JSON.stringify({ name, version, ...more });

function native(modules: FakeModule[] = [entry], header = elfHeader()): Buffer {
  return bunExecutable(modules, { header }).bytes;
}
const entry: FakeModule = { name: '/$bunfs/root/cli', contents: claudeText('2.1.329') };

/** A folder with these files. */
async function tree(files: Record<string, string | Buffer>): Promise<string> {
  const folder = temporaryFolder();
  await writeTree(folder, files);
  return folder;
}

test('a JavaScript package, by its folder, its parent or its cli.js', async () => {
  const folder = await tree({
    'package/cli.js': `#!/usr/bin/env node\n${claudeText('2.0.77')}`,
    'package/package.json': manifest('2.0.77'),
  });
  const root = join(folder, 'package');
  for (const path of [folder, root, join(root, 'cli.js')]) {
    const bundle = await openBundle(path);
    expect(bundle).toMatchObject({ kind: 'js', version: '2.0.77', platform: 'any', root });
    expect(bundle.file).toBe(join(root, 'cli.js'));
    expect(bundle.modules).toMatchObject([{ name: 'cli.js', encoding: 'utf8', position: 0 }]);
  }
});

test('a cli.js without a package', async () => {
  const file = join(await tree({ 'cli.js': claudeText('2.1.2') }), 'cli.js');
  expect(await openBundle(file)).toMatchObject({ version: '2.1.2', root: file, file });
});

test.each([
  ['linux-x64', elfHeader()],
  ['darwin-arm64', machHeader()],
  ['win32-x64', peHeader()],
])('a native program for %s', async (platform, header) => {
  const file = join(await tree({ 'some-name': native([entry], header) }), 'some-name');
  const bundle = await openBundle(file);
  expect(bundle).toMatchObject({ kind: 'native', version: '2.1.329', platform, root: file, file });
});

test('exposes only JavaScript modules, with format, encoding and positions', async () => {
  const { bytes, table } = bunExecutable([
    { name: '/a', contents: claudeText('2.1.113', 'é'), encoding: 1, format: 2, bytecode: 9 },
    { name: '/b', contents: Buffer.from('// €', 'utf16le'), encoding: 2, format: 1 },
    { name: '/c', contents: Buffer.from('// €'), encoding: 0, format: 0 },
    { name: '/d', contents: '' },
    { name: '/e.node', contents: 'binary', encoding: 0, loader: 10, format: 0 },
  ]);
  const bundle = await openBundle(join(await tree({ claude: bytes }), 'claude'));
  const seen = bundle.modules.map(({ name, format, encoding, bytecodePair }) => {
    return [name, format, encoding, bytecodePair];
  });
  expect(seen).toEqual([
    ['/a', 'commonjs', 'latin1', table + 24],
    ['/b', 'module', 'utf16le', null],
    ['/c', 'script', 'utf8', null],
    ['/d', 'module', 'latin1', null],
  ]);
  const texts = bundle.modules.map((module) => module.bytes.toString(module.encoding));
  expect(texts.slice(1)).toEqual(['// €', '// €', '']);
  expect(texts[0]).toMatch(/é$/);
  for (const module of bundle.modules) {
    const end = module.position + module.bytes.length;
    expect(bytes.subarray(module.position, end).equals(module.bytes)).toBe(true);
  }
});

test('the version is the entry module’s', async () => {
  const other = { name: '/other', contents: claudeText('9.9.9') };
  const { bytes } = bunExecutable([other, entry], { entry: 1 });
  expect(await openBundle(join(await tree({ claude: bytes }), 'claude'))).toMatchObject({
    version: '2.1.329',
  });
});

test('symbolic links are followed to the real files', async () => {
  const folder = await tree({
    'versions/2.1.329': native(),
    'lib/package.json': manifest('2.1.2'),
  });
  await writeFile(join(folder, 'lib/cli.js'), claudeText('2.1.2'));
  await mkdir(join(folder, 'bin'));
  await symlink('../versions/2.1.329', join(folder, 'bin/claude'));
  await symlink('../lib/cli.js', join(folder, 'bin/old'));
  const file = join(folder, 'versions/2.1.329');
  for (const path of ['bin/claude', 'bin']) {
    expect(await openBundle(join(folder, path))).toMatchObject({ root: file, file });
  }
  expect(await openBundle(join(folder, 'bin/old'))).toMatchObject({
    root: join(folder, 'lib'),
    file: join(folder, 'lib/cli.js'),
  });
});

const stub = 'echo "Error: claude native binary not installed." >&2\nexit 1\n';
const natives = { [`${name}-darwin-arm64`]: '2.1.329', [`${name}-linux-x64`]: '2.1.329' };
const stubPackage = {
  'claude-code/package.json': manifest('2.1.329', { optionalDependencies: natives }),
  'claude-code/bin/claude.exe': stub,
};
const platformManifest = (version: string): string =>
  JSON.stringify({ name: `${name}-linux-x64`, version });

test.each(['claude-code-linux-x64', `claude-code/node_modules/${name}-linux-x64`])(
  'a package whose installation did not run leads to the program in %s',
  async (place) => {
    const folder = await tree({
      ...stubPackage,
      [`${place}/package.json`]: platformManifest('2.1.329'),
      [`${place}/claude`]: native(),
    });
    for (const path of ['claude-code', 'claude-code/bin/claude.exe', place]) {
      expect(await openBundle(join(folder, path))).toMatchObject({
        kind: 'native',
        file: join(folder, place, 'claude'),
      });
    }
  },
);

test('an installer without the program, or with another version’s, is refused', async () => {
  const folder = await tree({
    ...stubPackage,
    'claude-code-linux-x64/package.json': platformManifest('2.1.328'),
    'claude-code-linux-x64/claude': native(),
  });
  await expect(openBundle(join(folder, 'claude-code'))).rejects.toMatchObject(
    failure('invalid-bundle', /only the installer of Claude Code 2\.1\.329/),
  );
});

const program = native();
const refused: [string, Record<string, string | Buffer>, string, RegExp][] = [
  ['a folder without a program', { 'README.md': 'x' }, '.', /holds no cli.js and no claude/],
  ['a text file named claude', { claude: 'hello\n' }, 'claude', /claude is a text file/],
  ['a folder with a text file named claude', { claude: 'hello\n' }, '.', /claude is a text file/],
  ['an empty file', { claude: '' }, 'claude', /is empty/],
  ['an empty cli.js', { 'cli.js': '' }, '.', /is empty/],
  ['data', { claude: Buffer.alloc(5000) }, 'claude', /neither a script nor a known executable/],
  [
    'a truncated native program',
    { claude: program.subarray(0, -40) },
    '.',
    /not a complete Claude/,
  ],
  [
    'a native program truncated after its modules',
    { claude: native([entry], elfHeader({ length: 100_000 })) },
    'claude',
    /is truncated: it has \d+ of at least 100000 bytes/,
  ],
  ['an executable without Bun', { claude: elfHeader() }, 'claude', /no Bun module graph/],
  [
    'another Bun executable',
    { tool: native([{ name: '/$bunfs/root/tool', contents: '// Version: 1.0.0\n' }]) },
    'tool',
    /none of its modules is Claude Code/,
  ],
  ['another script', { 'cli.js': '// Version: 1.2.3\nrun();' }, '.', /not Claude Code/],
  [
    'another script of the package',
    { 'sdk.mjs': 'x', 'package.json': manifest('2.0.0') },
    'sdk.mjs',
    /not Claude Code/,
  ],
  [
    'another package',
    { 'cli.js': 'x', 'package.json': JSON.stringify({ name: 'other', version: '1.0.0' }) },
    '.',
    /not Claude Code/,
  ],
  ['a damaged package.json', { 'cli.js': 'x', 'package.json': '{' }, '.', /not Claude Code/],
  [
    'UTF-16 of an odd length',
    { claude: native([entry, { name: '/odd', contents: 'abc', encoding: 2 }]) },
    'claude',
    /middle of a character: \/odd/,
  ],
];

test.each(refused)('%s is refused', async (_, files, path, words) => {
  await expect(openBundle(join(await tree(files), path))).rejects.toMatchObject(
    failure('invalid-bundle', words),
  );
});

test('a missing path', async () => {
  const folder = await tree({ file: 'x' });
  await symlink('gone', join(folder, 'broken'));
  await symlink('loop', join(folder, 'loop'));
  for (const path of ['nothing', 'file/below', 'broken', 'loop', 'n'.repeat(5000)]) {
    await expect(openBundle(join(folder, path))).rejects.toMatchObject(
      failure('no-such-path', /does not exist/),
    );
  }
});

test('a path that is neither file nor folder', async () => {
  await expect(openBundle('/dev/null')).rejects.toMatchObject(
    failure('invalid-bundle', /neither a file nor a folder/),
  );
});

test('a huge file is not read into memory', async () => {
  const folder = await tree({ 'cli.js': claudeText('2.1.2') });
  await truncate(join(folder, 'cli.js'), 3e9);
  await expect(openBundle(folder)).rejects.toMatchObject(failure('invalid-bundle', /too large/));
});

test.skipIf(process.getuid?.() === 0)('an unreadable file', async () => {
  const folder = await tree({ 'cli.js': claudeText('2.1.2'), 'closed/cli.js': 'x' });
  await chmod(join(folder, 'cli.js'), 0);
  await chmod(join(folder, 'closed'), 0);
  await expect(openBundle(folder)).rejects.toMatchObject(
    failure('invalid-bundle', /permission denied/),
  );
  await expect(openBundle(join(folder, 'closed'))).rejects.toMatchObject(
    failure('invalid-bundle', /permission denied/),
  );
  await chmod(join(folder, 'closed'), 0o700);
});
