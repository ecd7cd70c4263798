import { chmod, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { execa } from 'execa';
import { describe, expect, test } from 'vitest';

import { posixScript, windowsScript } from '../../../src/launcher/run-script.ts';
import { awkwardFolder, shells } from './shells.ts';

/** Writes an executable sh script. */
async function executable(path: string, ...lines: string[]): Promise<string> {
  await writeFile(path, ['#!/bin/sh', ...lines, ''].join('\n'));
  await chmod(path, 0o755);
  return path;
}

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('%s', (_name, shell) => {
  async function ran(tools: {
    node?: string;
    onPath?: string;
    native?: (folder: string) => Promise<string>;
  }) {
    const [folder, bin] = [await awkwardFolder(), await awkwardFolder()];
    const program = "process.stdout.write('node ' + require('fs').readFileSync(0)); ";
    await writeFile(join(folder, 'p.cjs'), `${program}process.exitCode = 3;`);
    if (tools.onPath !== undefined) await symlink(tools.onPath, join(bin, 'node'));
    const native = (await tools.native?.(folder)) ?? null;
    const spec = { folder, program: 'p.cjs', node: tools.node ?? '/gone/node', native };
    await writeFile(join(folder, 'run.sh'), posixScript(spec, ['echo nothing >&2', 'exit 9']));
    const [name = 'sh', ...switches] = shell;
    const { stdout } = await execa('sh', ['-c', `command -v ${name}`]);
    return execa(stdout, [...switches, join(folder, 'run.sh')], {
      input: 'input',
      env: { PATH: bin },
      extendEnv: false,
      reject: false,
    });
  }

  test('uses the recorded Node.js, else the one on PATH', async () => {
    const done = { stdout: 'node input', stderr: '', exitCode: 3 };
    expect(await ran({ node: process.execPath })).toMatchObject(done);
    expect(await ran({ onPath: process.execPath })).toMatchObject(done);
  });

  test('uses the native Claude Code if there is no usable Node.js', async () => {
    const native = (folder: string): Promise<string> =>
      executable(
        join(folder, 'claude'),
        'read -r input',
        'echo "bun $input $BUN_OPTIONS $*"; exit 3',
      );
    const done = { stdout: 'bun input --preload=./p.cjs --version', exitCode: 3 };
    expect(await ran({ native })).toMatchObject(done);
    const old = await executable(join(await awkwardFolder(), 'node'), 'exit 1');
    expect(await ran({ native, onPath: old })).toMatchObject(done);
  });

  test('fails if the native Claude Code only prints its version', async () => {
    const native = (folder: string): Promise<string> =>
      executable(join(folder, 'claude'), "echo '9.9.9 (Claude Code)'");
    const failed = { stdout: '', stderr: 'nothing', exitCode: 9 };
    expect(await ran({ native })).toMatchObject(failed);
    expect(await ran({})).toMatchObject(failed);
  });
});

test('is a cmd script on Windows', () => {
  const spec = { folder: 'C:\\a & 1%\\key', program: 'key.cjs', node: 'C:\\n.exe', native: null };
  const lines = windowsScript(spec, 'there is none').split('\r\n');
  expect(lines).toContain('"%ccm_node%" "C:\\a & 1%%\\key\\key.cjs"');
  expect(lines).toContain('>&2 echo there is none');
});
