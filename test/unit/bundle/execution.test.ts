import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { executionProblem } from '../../../src/bundle/execution.ts';
import { elfHeader, machHeader } from '../../support/executables/bun-executable.ts';
import { temporaryFolder } from '../../support/folder.ts';

let path: string;
beforeEach(async () => {
  path = join(temporaryFolder(), 'claude');
});

describe.skipIf(process.platform === 'win32')('a program cannot be started', () => {
  it.each([
    [
      '/nowhere/ld-linux-x86-64.so.2',
      /ld-linux-x86-64\.so\.2, which .* built for glibc$/,
      /nix-ld/,
    ],
    [
      '/nowhere/ld-musl-x86_64.so.1\0',
      /ld-musl-x86_64\.so\.1, which .* built for musl$/,
      /fetch the build/,
    ],
  ])('without its loader %j', async (loader, what, hint) => {
    await writeFile(path, elfHeader({ loader }), { mode: 0o755 });
    expect(executionProblem(path)).toEqual({
      what: expect.stringMatching(what),
      hint: expect.stringMatching(hint),
    });
  });

  it('without the permission', async () => {
    await writeFile(path, '#!/bin/sh\n', { mode: 0o644 });
    expect(executionProblem(path)).toMatchObject({
      what: 'is not executable',
      hint: `Make it executable: chmod u+x ${path}`,
    });
    await chmod(path, 0o755);
    expect(executionProblem(path)).toBeNull();
  });
});

it.each<[string, string | Buffer]>([
  ['an existing loader', elfHeader({ loader: '/bin/sh' })],
  ['no loader', machHeader()],
  ['a short file', 'x'],
  ['nothing', ''],
])('a program with %s has no problem', async (_, contents) => {
  await writeFile(path, contents, { mode: 0o755 });
  expect(executionProblem(path)).toBeNull();
});
