import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { writeProgram } from '../../../src/bundle/write-program.ts';
import { openBundle } from '../../../src/bundle/open.ts';
import type { Edit } from '../../../src/gates/types.ts';
import type { Bundle } from '../../../src/bundle/types.ts';
import { rebuild } from '../../corpus/rebuild.ts';
import { bunExecutable, claudeText } from '../../support/executables/bun-executable.ts';
import { temporaryFolder, writeTree } from '../../support/folder.ts';

vi.mock('../../../src/bundle/write-program.ts', async (original) => {
  const real = await original<typeof import('../../../src/bundle/write-program.ts')>();
  return { ...real, writeProgram: vi.fn<typeof writeProgram>(real.writeProgram) };
});

let folder: string;
let bundle: Bundle;
let edit: Edit;

beforeEach(async () => {
  folder = temporaryFolder();
  const contents = claudeText('2.1.200', 'function f(){return g(1)}');
  const path = join(folder, 'claude');
  await writeFile(
    path,
    bunExecutable([{ name: '/$bunfs/root/cli', contents, bytecode: 40 }]).bytes,
  );
  bundle = await openBundle(path);
  const before = 'return g(1)';
  const start = contents.indexOf(before);
  const after = 'return!0'.padEnd(before.length);
  edit = { module: '/$bunfs/root/cli', start, end: start + before.length, before, after };
});

test('only the edit and the bytecode pair differ', async () => {
  const { problems, differences } = await rebuild(bundle, [edit], join(folder, 'built'));
  expect(problems).toEqual([]);
  // The space and `g(1)` become `!0` and spaces; of the pair, the bytes that were not zero.
  expect(differences).toMatchObject({ edit: 5, signature: 0, elsewhere: 0 });
  expect(differences.bytecode).toBeGreaterThan(0);
});

test('a package comes with its other files', async () => {
  const script = claudeText('2.1.2', 'function f(){return g(1)}');
  await writeTree(join(folder, 'package'), {
    'cli.js': script,
    'package.json': '{"name":"@anthropic-ai/claude-code","version":"2.1.2"}',
    'vendor/tool': 'tool',
  });
  const start = script.indexOf(edit.before);
  const change = { ...edit, module: 'cli.js', start, end: start + edit.before.length };
  const opened = await openBundle(join(folder, 'package'));
  const { problems } = await rebuild(opened, [change], join(folder, 'built'));
  expect(problems).toEqual([]);
  expect(await readFile(join(folder, 'built/vendor/tool'), 'utf8')).toBe('tool');
});

test('what a build does beside, and what it leaves undone, is told', async () => {
  vi.mocked(writeProgram).mockImplementationOnce(async ({ file }, _, target) => {
    const bytes = await readFile(file);
    bytes[20] = bytes.readUInt8(20) ^ 0xff;
    await writeFile(target, bytes);
  });
  const { problems } = await rebuild(bundle, [edit], join(folder, 'built'));
  expect(problems).toEqual([
    'the edit of /$bunfs/root/cli is not in the built program',
    expect.stringMatching(/^bytecode is still named at \d+$/),
    '1 bytes differ that were not to be edited, the first at 20',
  ]);
});
