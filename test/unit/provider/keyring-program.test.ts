import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { keyringBinding } from '../../../src/provider/keyring.ts';
import { bindingName, keyProgram } from '../../../src/provider/keyring-names.ts';
import { keyringProgram } from '../../../src/provider/keyring-program.ts';

const account = `mclaude@/home/it's "you" \\ \${HOME}\n/.cc-mirror`;

/** A fake binding: answers with what it was asked, or fails. */
const standIn = `
require.extensions['.node'] = (module) => {
  module.exports = { Entry: class {
    constructor(...asked) { this.asked = asked; }
    getPassword() {
      if (process.env.FAILING) throw new Error('the first line\\nthe second');
      return process.env.EMPTY ? null : JSON.stringify(this.asked);
    }
  } };
};
`;

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ccm-keyring-'));
  const { program, binding } = await keyringProgram('mclaude', account);
  await writeFile(join(folder, keyProgram), program);
  await writeFile(join(folder, bindingName), binding);
  await writeFile(join(folder, 'stand-in.cjs'), standIn);
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function run(options: string[], env: Record<string, string> = {}) {
  const { exitCode, stdout, stderr } = await execa(
    process.execPath,
    [...options, join(folder, keyProgram)],
    { env, extendEnv: false, reject: false, stripFinalNewline: false },
  );
  return { exitCode, stdout, stderr };
}

async function runWithStandIn(env: Record<string, string> = {}) {
  return await run(['--require', join(folder, 'stand-in.cjs')], env);
}

test('comes with the binding of this machine', async () => {
  const binding = keyringBinding();
  expect(binding).toMatch(/keyring\..*\.node$/);
  const copy = await readFile(join(folder, 'keyring.node'));
  expect(copy.equals(await readFile(binding))).toBe(true);
});

test('prints only the key of its variant', async () => {
  const { stdout, ...rest } = await runWithStandIn();
  expect(rest).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout.endsWith('\n')).toBe(true);
  const linux = { store: 'secret-service' };
  expect(JSON.parse(stdout)).toEqual(['cc-mirror', account, { linux }]);
});

test('reports a missing entry, with a hint', async () => {
  expect(await runWithStandIn({ EMPTY: '1' })).toEqual({
    exitCode: 1,
    stdout: '',
    stderr:
      'variant mclaude: no API key in the keyring: there is no entry; ' +
      'run: cc-mirror update mclaude --key-store keyring --api-key-stdin\n',
  });
});

test('reports in one line why the keyring cannot be read', async () => {
  expect(await runWithStandIn({ FAILING: '1' })).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: 'variant mclaude: no API key in the keyring: the first line\n',
  });
});

test('fails with one line without a desktop', async () => {
  const { exitCode, stdout, stderr } = await run([]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(stderr).toMatch(/^variant mclaude: no API key in the keyring: .+\n$/);
});
