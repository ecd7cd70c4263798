import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { execa, execaSync } from 'execa';
import { afterEach } from 'vitest';

import { posixLauncher } from '../../../src/launcher/posix.ts';
import type { LauncherSpec } from '../../../src/launcher/spec.ts';
import { specOf } from './spec-of.ts';

const candidates = [
  ['sh'],
  ['dash'],
  ['bash', '--posix'],
  ['bash'],
  ['busybox', 'sh'],
  ['zsh', '--emulate', 'sh'],
  ['ksh'],
];

/** The shells of this machine that can be `/bin/sh` somewhere. */
export const shells = candidates.filter(([name]) => {
  const { exitCode } = execaSync('sh', ['-c', `command -v ${name}`], { reject: false });
  return exitCode === 0;
});

const made: string[] = [];
afterEach(async () => {
  for (const folder of made.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** Creates a folder whose path has all characters that are special in shells. */
export async function awkwardFolder(): Promise<string> {
  const plain = await mkdtemp(join(await realpath(tmpdir()), 'ccm-launcher-'));
  made.push(plain);
  const folder = join(plain, `a b'c"d$HOME\`e\\f*g\nh&(i);%j!~`);
  await mkdir(folder);
  return folder;
}

/** Writes a program that prints its arguments, environment and process ids as JSON. */
export async function fakeProgram(path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!${process.execPath}\n${reporting}`);
  await chmod(path, 0o755);
  return path;
}

const reporting = `
const { argv, env, pid } = process;
process.exitCode = Number(env.FAKE_EXIT ?? 0);
if (env.FAKE_WAIT) {
  process.on('SIGTERM', () => process.exit(42));
  setTimeout(() => process.exit(1), 20_000);
}
process.stdout.write(JSON.stringify({ argv: argv.slice(2), env, pid }));
`;

interface Launch {
  shell: string[];
  spec?: Partial<LauncherSpec>;
  write?: (spec: LauncherSpec) => string;
  args?: string[];
  env?: Record<string, string>;
  cwd?: string;
}

interface Report {
  argv: string[];
  env: Record<string, string>;
  pid: number;
}

/** Writes the launcher next to a fake program and runs it with `env` and PATH only. */
export async function launch(options: Launch) {
  const { shell, spec = {}, write = posixLauncher, args = [], env = {}, cwd } = options;
  const folder = await awkwardFolder();
  const path = await fakeProgram(join(folder, 'claude'));
  const launcher = join(folder, 'launcher');
  const text = write(specOf({ command: { kind: 'native', path }, ...spec }));
  await writeFile(launcher, text);
  const [program = 'sh', ...switches] = shell;
  const result = await execa(program, [...switches, launcher, ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    extendEnv: false,
    reject: false,
    ...(cwd === undefined ? {} : { cwd }),
  });
  const { exitCode, stdout, stderr } = result;
  const report: Report | null = stdout === '' ? null : JSON.parse(stdout);
  return { exitCode, stdout, stderr, report };
}
