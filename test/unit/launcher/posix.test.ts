import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { execa } from 'execa';
import { describe, expect, test } from 'vitest';

import { clearedVariables } from '../../../src/claude-variables.ts';
import { posixLauncher } from '../../../src/launcher/posix.ts';
import type { LauncherSpec } from '../../../src/launcher/spec.ts';
import { awkwardFolder, fakeProgram, launch, shells } from './shells.ts';
import { specOf } from './spec-of.ts';

const awkward = ['', 'a b', "it's", '"', '$HOME `id` $(id)', '\\', 'two\nlines\n', '*', '-n', 'ü€'];

test('at least two shells are tested', () => {
  expect(shells.length).toBeGreaterThanOrEqual(2);
});

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('%s', (_name, shell) => {
  test('passes all arguments on unchanged', async () => {
    const { report, stderr } = await launch({ shell, args: awkward });
    expect(stderr).toBe('');
    expect(report?.argv).toEqual(awkward);
  });

  test("sets the variant's variables exactly", async () => {
    const env = Object.fromEntries(awkward.map((value, index) => [`V${index}`, value]));
    const { report } = await launch({ shell, spec: { env, configDir: '/c/$x\n' } });
    expect(report?.env).toMatchObject({ ...env, CLAUDE_CONFIG_DIR: '/c/$x\n' });
  });

  test("unsets only the shell's provider and account", async () => {
    const ambient = Object.fromEntries(clearedVariables.map((name) => [name, 'ambient']));
    const kept = { AWS_PROFILE: 'p', CLAUDE_CODE_ENABLE_TASKS: '0', HTTPS_PROXY: 'http://p' };
    const spec = { env: { ANTHROPIC_MODEL: 'm', ANTHROPIC_API_KEY: '' } };
    const { report } = await launch({ shell, spec, env: { ...ambient, ...kept } });
    expect(report?.env).toMatchObject({ ...kept, ANTHROPIC_MODEL: 'm', ANTHROPIC_API_KEY: '' });
    expect(Object.values(report?.env ?? {})).not.toContain('ambient');
  });

  test('leaves none of its own variables behind', async () => {
    const { report } = await launch({
      shell,
      spec: { taskList: 'CLAUDE_CODE_TASK_LIST_ID' },
      env: { ccm_project: 'the user has it', ccm_folder: 'this too' },
    });
    expect(Object.keys(report?.env ?? {}).filter((name) => name.startsWith('ccm_'))).toEqual([]);
  });

  test.each([
    ['with a line break', 'sk-1 $2\\n\n', 'sk-1 $2\\n'],
    ['without one', 'sk-1', 'sk-1'],
    ['with one of Windows', 'sk-1\r\n', 'sk-1'],
    ['first line only', 'sk-1\nsk-2\n', 'sk-1'],
  ])('reads the key %s', async (_case, content, expected) => {
    const file = join(await awkwardFolder(), 'secrets');
    await writeFile(file, content);
    const key = { kind: 'file', file, variable: 'ANTHROPIC_AUTH_TOKEN' } as const;
    const env = { ANTHROPIC_AUTH_TOKEN: 'placeholder' };
    const { report } = await launch({ shell, spec: { key, env } });
    expect(report?.env['ANTHROPIC_AUTH_TOKEN']).toBe(expected);
  });

  test.each([
    ['missing', null],
    ['empty', ''],
    ['blank', '\n'],
  ])('fails with a hint for a %s key file', async (_case, content) => {
    const file = join(await awkwardFolder(), 'secrets');
    if (content !== null) await writeFile(file, content);
    const key = { kind: 'file', file, variable: 'MY_KEY' } as const;
    const result = await launch({ shell, spec: { key }, env: { MY_KEY: 'ambient' } });
    expect(result).toMatchObject({ exitCode: 1, stdout: '' });
    expect(result.stderr).toBe(
      `variant mclaude: no API key in ${file}; run: cc-mirror update mclaude --api-key-stdin`,
    );
  });

  test('fails with a hint if the key file is a folder', async () => {
    const key = { kind: 'file', file: await awkwardFolder(), variable: 'MY_KEY' } as const;
    const { exitCode, stderr } = await launch({ shell, spec: { key } });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^variant mclaude: no API key in /);
  });

  test.each(['native', 'js'] as const)(
    'fails with a hint if the %s bundle is missing',
    async (kind) => {
      const path = join(await awkwardFolder(), 'gone');
      const command =
        kind === 'js' ? { kind, node: process.execPath, script: path } : { kind, path };
      const { exitCode, stderr } = await launch({ shell, spec: { command } });
      expect(exitCode).toBe(1);
      expect(stderr).toBe(
        `variant mclaude: its bundle is missing at ${path}; run: cc-mirror update mclaude`,
      );
    },
  );

  test.each([
    ['the recorded Node.js', process.execPath],
    ['the one on PATH where that is gone', '/nowhere/node'],
  ])('runs a script on %s', async (_case, node) => {
    const script = await fakeProgram(join(await awkwardFolder(), 'cli.js'));
    const command = { kind: 'js', node, script } as const;
    const { report } = await launch({ shell, spec: { command }, args: awkward });
    expect(report?.argv).toEqual(awkward);
  });

  test('fails with a hint if there is no Node.js', async () => {
    const script = await fakeProgram(join(await awkwardFolder(), 'cli.js'));
    const text = posixLauncher(specOf({ command: { kind: 'js', node: '/nowhere/node', script } }));
    const folder = await awkwardFolder();
    await writeFile(join(folder, 'launcher'), text);
    const [program = 'sh', ...options] = shell;
    const { stdout } = await execa('sh', ['-c', `command -v ${program}`]);
    const { exitCode, stderr } = await execa(stdout, [...options, join(folder, 'launcher')], {
      env: { PATH: folder },
      extendEnv: false,
      reject: false,
    });
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      'variant mclaude: Node.js is neither at /nowhere/node nor on PATH; ' +
        'run: cc-mirror update mclaude',
    );
  });

  test("exits with the program's status", async () => {
    const { exitCode } = await launch({ shell, env: { FAKE_EXIT: '7' } });
    expect(exitCode).toBe(7);
  });

  test('is replaced by the program, so that signals reach it', async () => {
    const folder = await awkwardFolder();
    const path = await fakeProgram(join(folder, 'claude'));
    const launcher = join(folder, 'launcher');
    await writeFile(launcher, posixLauncher(specOf({ command: { kind: 'native', path } })));
    const [program = 'sh', ...options] = shell;
    const running = execa(program, [...options, launcher], {
      env: { PATH: process.env['PATH'] ?? '', FAKE_WAIT: '1' },
      extendEnv: false,
      reject: false,
    });
    const first = await new Promise<string>((resolve) => {
      running.stdout.once('data', (data: Buffer) => resolve(data.toString()));
    });
    expect(JSON.parse(first)).toMatchObject({ pid: running.pid });
    running.kill('SIGTERM');
    expect(await running).toMatchObject({ exitCode: 42 });
  });
});

test('runs by its shebang line', async () => {
  const folder = await awkwardFolder();
  const path = await fakeProgram(join(folder, 'claude'));
  const launcher = await fakeProgram(join(folder, 'launcher'));
  await writeFile(launcher, posixLauncher(specOf({ command: { kind: 'native', path } })));
  const { stdout } = await execa(launcher, awkward);
  expect(JSON.parse(stdout)).toMatchObject({ argv: awkward });
});

test('is readable: few lines, and short ones except for paths and messages', () => {
  const text = posixLauncher(specOf({ taskList: 'CLAUDE_CODE_TASK_LIST_ID' }));
  const lines = text.split('\n');
  expect(lines.filter((line) => line.length > 100 && !line.includes('printf'))).toEqual([]);
  expect(lines.length).toBeLessThan(120);
});

test.each([
  ['a line break in the name', { variant: 'a\nrm' }],
  ['an impossible variable', { env: { 'A=B': '1' } }],
  ['a NUL character', { env: { A: '\0' } }],
  ['an empty path', { configDir: '' }],
  ['an impossible variable with the key', { key: { kind: 'env', from: 'A-B', variable: 'A' } }],
  ['an impossible variable to keep', { keepEnv: ['A B'] }],
  ['another configuration from the shell', { keepEnv: ['CLAUDE_CONFIG_DIR'] }],
] satisfies [string, Partial<LauncherSpec>][])('refuses %s', (_case, changes) => {
  expect(() => posixLauncher(specOf(changes))).toThrow(/cannot be written/);
});

const tracer = 'strace';
const traced = await execa(tracer, ['-f', '-e', 'trace=execve', 'true'], { reject: false });

test.skipIf(traced.exitCode !== 0).each(['file', 'env'] as const)(
  'starts no process before the program, with the key store %s',
  async (kind) => {
    const folder = await awkwardFolder();
    await mkdir(join(folder, '.git'));
    await writeFile(join(folder, 'key'), 'k');
    const script = await fakeProgram(join(folder, 'cli.js'));
    const variable = 'ANTHROPIC_AUTH_TOKEN';
    const text = posixLauncher(
      specOf({
        command: { kind: 'js', node: '/bin/echo', script },
        env: { A: 'b', C: 'd' },
        keepEnv: ['C'],
        key:
          kind === 'file'
            ? { kind, file: join(folder, 'key'), variable }
            : { kind, from: 'PATH', variable },
        taskList: 'CLAUDE_CODE_TASK_LIST_ID',
      }),
    );
    await writeFile(join(folder, 'launcher'), text);
    for (const shell of shells) {
      const { stderr, stdout } = await execa(
        tracer,
        ['-f', '-e', 'trace=process', ...shell, join(folder, 'launcher')],
        { cwd: folder },
      );
      expect(stdout).toContain('cli.js');
      expect(stderr).not.toMatch(/\b(?:v?fork|clone3?)\(/);
      expect(stderr.match(/execve\(.* = 0$/gm)).toHaveLength(2);
    }
  },
);
