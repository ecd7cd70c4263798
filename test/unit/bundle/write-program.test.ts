import { open, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { patchesFor, writeProgram } from '../../../src/bundle/write-program.ts';
import { signaturePatches } from '../../../src/bundle/format/mach-o-signature.ts';
import { openBundle } from '../../../src/bundle/open.ts';
import type { Edit } from '../../../src/gates/types.ts';
import type { Bundle } from '../../../src/bundle/types.ts';
import { bunExecutable, claudeText } from '../../support/executables/bun-executable.ts';
import { machOHeader, signedMachO } from '../../support/executables/mach-o-executable.ts';
import { onPlatform } from '../../support/platform.ts';
import { temporaryFolder, writeTree } from '../../support/folder.ts';
import { failure } from '../../support/failure.ts';

vi.mock('execa', async (original) => ({
  ...(await original<typeof import('execa')>()),
  execa: vi.fn(),
}));

const actual = await vi.importActual<typeof import('execa')>('execa');
beforeEach(() => void vi.mocked(execa).mockReset());

const text = claudeText('2.1.329', 'export function on(){return!1&&x()}');
const gate = { before: 'return!1&&x()', after: 'return!0     ' };

function editOf(bundle: Bundle, module: string): Edit {
  const found = bundle.modules.find(({ name }) => name === module)!;
  const start = found.bytes.indexOf(Buffer.from(gate.before, found.encoding));
  const length = Buffer.byteLength(gate.before, found.encoding);
  return { module, start, end: start + length, ...gate };
}

async function nativeBundle(header?: Buffer): Promise<{ bundle: Bundle; folder: string }> {
  const folder = temporaryFolder();
  const { bytes } = bunExecutable(
    [
      { name: '/latin1', contents: text, bytecode: 300 },
      { name: '/other', contents: text, bytecode: 300 },
      { name: '/utf16', contents: Buffer.from(text, 'utf16le'), encoding: 2, bytecode: 300 },
      { name: '/plain', contents: text },
    ],
    header && { header },
  );
  await writeFile(join(folder, 'claude'), bytes, { mode: 0o555 });
  return { bundle: await openBundle(join(folder, 'claude')), folder };
}

/** The positions at which two files of the same length differ. */
async function differences(one: string, other: string): Promise<number[]> {
  const [a, b] = await Promise.all([readFile(one), readFile(other)]);
  expect(a.length).toBe(b.length);
  return [...a.keys()].filter((at) => a[at] !== b[at]);
}

test.each(['/latin1', '/utf16', '/plain'])(
  'an edit of %s changes its bytes and its bytecode pair, nothing else',
  async (name) => {
    const { bundle, folder } = await nativeBundle();
    const edit = editOf(bundle, name);
    await writeProgram(bundle, [edit], join(folder, 'out'));
    const built = join(folder, 'out');

    const { position, bytecodePair } = bundle.modules.find((module) => module.name === name)!;
    for (const at of await differences(bundle.file, built)) {
      const inEdit = at >= position + edit.start && at < position + edit.end;
      const inPair = bytecodePair !== null && at >= bytecodePair && at < bytecodePair + 8;
      expect(inEdit || inPair, `byte ${at}`).toBe(true);
    }
    expect((await stat(built)).mode & 0o777).toBe(0o555);

    const again = await openBundle(built);
    const edited = again.modules.find((module) => module.name === name)!;
    expect(edited.bytecodePair).toBeNull();
    expect(edited.bytes.toString(edited.encoding)).toBe(text.replace(gate.before, gate.after));
    const others = again.modules.filter((module) => module.name !== name);
    expect(others).toEqual(bundle.modules.filter((module) => module.name !== name));
  },
);

test('an edit of a script does not change the original', async () => {
  const folder = temporaryFolder();
  await writeTree(folder, {
    'cli.js': text,
    'package.json': '{"name":"@anthropic-ai/claude-code","version":"2.1.2"}',
  });
  const bundle = await openBundle(folder);
  await writeProgram(bundle, [editOf(bundle, 'cli.js')], join(folder, 'out'));
  const edited = text.replace(gate.before, gate.after);
  expect(await readFile(join(folder, 'out'), 'utf8')).toBe(edited);
  expect(await readFile(join(folder, 'cli.js'), 'utf8')).toBe(text);
});

test('without edits the copy is the original', async () => {
  const { bundle, folder } = await nativeBundle();
  await writeProgram(bundle, [], join(folder, 'out'));
  expect(await differences(bundle.file, join(folder, 'out'))).toEqual([]);
});

test.each<[string, Partial<Edit>]>([
  ['another module', { module: '/nothing' }],
  ['another text', { before: 'return!1&&y()' }],
  ['another length', { after: 'return!0' }],
  ['a character that the encoding lacks', { after: 'return!0    €' }],
  ['a start before the module', { start: -13 }],
  ['an end beyond the module', { end: 1_000_000 }],
  ['nothing', { start: 5, end: 5, before: '', after: '' }],
])('an edit with %s is a bug of ours', async (_, change) => {
  const { bundle } = await nativeBundle();
  const edit = { ...editOf(bundle, '/latin1'), ...change };
  expect(() => patchesFor(bundle, [edit])).toThrow(/edit/);
});

test('overlapping edits are a bug', async () => {
  const { bundle } = await nativeBundle();
  const edit = editOf(bundle, '/latin1');
  const inside = { ...edit, end: edit.start + 6, before: 'return', after: 'RETURN' };
  expect(() => patchesFor(bundle, [edit, inside])).toThrow('edits overlap');
});

/** A signed macOS program, and where its signature starts. */
async function macBundle(): Promise<{ bundle: Bundle; folder: string; signature: number }> {
  const folder = temporaryFolder();
  const { bytes } = bunExecutable([{ name: '/cli', contents: text, bytecode: 9000 }], {
    header: machOHeader(),
  });
  const seed = signedMachO(bytes);
  await writeFile(join(folder, 'claude'), seed.bytes, { mode: 0o555 });
  const bundle = await openBundle(join(folder, 'claude'));
  return { bundle, folder, signature: seed.signature };
}

/** Makes the rest of the test run as on a Mac, with the script `outcome` as codesign. */
function onMac(outcome: string): void {
  onPlatform('darwin');
  vi.mocked(execa).mockImplementationOnce(() => actual.execa(process.execPath, ['-e', outcome]));
}

test('an edited macOS program is signed on any machine and not changed otherwise', async () => {
  const { bundle, folder, signature } = await macBundle();
  const edit = editOf(bundle, '/cli');
  onMac('');
  await writeProgram(bundle, [edit], join(folder, 'out'));
  const built = join(folder, 'out');

  const bytes = await readFile(built);
  const changed = await differences(bundle.file, built);
  const outside = changed.filter((at) => at < signature);
  const [{ position, bytecodePair } = { position: 0, bytecodePair: 0 }] = bundle.modules;
  for (const at of outside) {
    const inEdit = at >= position + edit.start && at < position + edit.end;
    const inPair = bytecodePair !== null && at >= bytecodePair && at < bytecodePair + 8;
    expect(inEdit || inPair, `byte ${at}`).toBe(true);
  }
  expect(changed.length).toBeGreaterThan(outside.length);
  const file = await open(built);
  onTestFinished(() => file.close());
  const added = await signaturePatches(file, bytes.length, [
    { position, bytes: bytes.subarray(position, position + 1) },
  ]);
  // What is signed already gets the same signature again.
  expect(added).toEqual([{ position: signature, bytes: bytes.subarray(signature) }]);
  expect((await stat(built)).mode & 0o777).toBe(0o555);
  expect(execa).toHaveBeenCalledExactlyOnceWith('/usr/bin/codesign', ['--verify', built]);
});

test('without edits a macOS program keeps its vendor’s signature', async () => {
  const { bundle, folder } = await macBundle();
  onMac('process.exit(1)');
  await writeProgram(bundle, [], join(folder, 'out'));
  expect(await differences(bundle.file, join(folder, 'out'))).toEqual([]);
  expect(execa).not.toHaveBeenCalled();
});

test('a signature that macOS rejects is reported', async () => {
  const { bundle, folder } = await macBundle();
  onMac('console.error("claude: invalid signature"); process.exit(1)');
  const build = writeProgram(bundle, [editOf(bundle, '/cli')], join(folder, 'out'));
  await expect(build).rejects.toMatchObject(
    failure('unsupported-platform', /rejects the signature .*: claude: invalid signature/),
  );
});

test('a macOS program without a signature is not edited', async () => {
  const header = machOHeader();
  header.writeUInt32LE(1, 16);
  const { bundle, folder } = await nativeBundle(header);
  const build = writeProgram(bundle, [editOf(bundle, '/latin1')], join(folder, 'out'));
  await expect(build).rejects.toMatchObject(failure('invalid-bundle', /no signature/));
});
