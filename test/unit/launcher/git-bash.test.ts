import { describe, expect, test } from 'vitest';

import { gitBashLauncher } from '../../../src/launcher/git-bash.ts';
import { posixLauncher } from '../../../src/launcher/posix.ts';
import type { LauncherSpec } from '../../../src/launcher/spec.ts';
import { launch, shells } from './shells.ts';
import { specOf } from './spec-of.ts';

/** The test's folder has a backslash in its name, which is not a separator here. */
const write = (spec: LauncherSpec): string => gitBashLauncher(spec).replaceAll('/f*g', '\\f*g');

const exempt = 'MSYS2_ENV_CONV_EXCL';

test('writes paths that bash uses with slashes, and the configuration folder with backslashes', () => {
  const lines = gitBashLauncher(
    specOf({
      command: { kind: 'js', node: 'C:\\Program Files\\node.exe', script: 'C:\\v\\cli.js' },
      configDir: 'C:\\v\\config',
      key: { kind: 'file', file: 'C:\\v\\secrets', variable: 'K' },
    }),
  ).split('\n');
  expect(lines).toContain("if [ ! -e 'C:/v/cli.js' ]; then");
  expect(lines).toContain("ccm_node='C:/Program Files/node.exe'");
  expect(lines).toContain(`exec "$ccm_node" 'C:/v/cli.js' "$@"`);
  expect(lines).toContain("  IFS= read -r K <'C:/v/secrets'");
  expect(lines).toContain("export CLAUDE_CONFIG_DIR='C:\\v\\config'");
});

test('names projects with earlier lists, and the file of headers, as bash does', () => {
  const lines = gitBashLauncher(
    specOf({
      taskList: 'CLAUDE_CODE_TASK_LIST_ID',
      earlierLists: ['C:\\Users\\me'],
      headers: { file: 'C:\\v\\headers', inFile: 1, fromShell: [] },
    }),
  ).split('\n');
  expect(lines).toContain("    '/c/Users/me') ;;");
  expect(lines).toContain("done <'C:/v/headers'");
  expect(lines).toContainEqual(expect.stringMatching(/ANTHROPIC_CUSTOM_HEADERS;CLAUDE_CODE_TASK/));
});

test('adds only the exemption from translation to a POSIX launcher without case in paths', () => {
  const spec = specOf({ env: { A: '1' }, taskList: 'CLAUDE_CODE_TASK_LIST_ID' });
  const posix = posixLauncher(spec).split('\n');
  const more = gitBashLauncher(spec).split('\n');
  expect(more.filter((line) => !posix.includes(line))).toHaveLength(3);
});

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('%s', (_name, shell) => {
  test('starts the program, with its own variables exempt from translation', async () => {
    const { report, stderr } = await launch({
      shell,
      write,
      spec: {
        key: { kind: 'env', from: 'MY_KEY', variable: 'K' },
        env: { ANTHROPIC_MODEL: '/models/one', MINE: '/v' },
        keepEnv: ['MINE'],
        taskList: 'CLAUDE_CODE_TASK_LIST_ID',
      },
      env: { MY_KEY: '/key/', [exempt]: 'THEIRS' },
      args: ['/help'],
    });
    expect(stderr).toBe('');
    expect(report?.argv).toEqual(['/help']);
    expect(report?.env).toMatchObject({ K: '/key/', ANTHROPIC_MODEL: '/models/one' });
    expect(report?.env[exempt]).toBe(
      'THEIRS;CLAUDE_CONFIG_DIR;ANTHROPIC_MODEL;K;CLAUDE_CODE_TASK_LIST_ID',
    );
  });

  test('starts the list of exempt variables if there is none', async () => {
    const { report } = await launch({
      shell,
      write,
    });
    expect(report?.env[exempt]).toBe('CLAUDE_CONFIG_DIR');
  });
});
