import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { clearedVariables } from '../../../src/claude-variables.ts';
import { launcherFiles } from '../../../src/launcher/files.ts';
import { posixScript, windowsScript } from '../../../src/launcher/run-script.ts';
import type { LauncherSpec } from '../../../src/launcher/spec.ts';
import { specOf } from './spec-of.ts';

const file = (name: string): string =>
  readFileSync(new URL(`../../fixtures/launchers/${name}`, import.meta.url), 'utf8').replaceAll(
    '\r\n',
    '\n',
  );

const text = (value: string) => ({ kind: 'text', text: value }) as const;
const variable = (name: string) => ({ kind: 'variable', text: name }) as const;

/** A script with its key and headers in files, and a task list per project. */
const files: Partial<LauncherSpec> = {
  command: { kind: 'js', node: 'C:\\node\\node.exe', script: 'C:\\v\\cli.js' },
  configDir: 'C:\\v\\config',
  env: { ANTHROPIC_BASE_URL: 'http://127.0.0.1:1', ANTHROPIC_API_KEY: '', KEPT: '1' },
  cleared: ['SWITCH'],
  keepEnv: ['KEPT', 'ANTHROPIC_API_KEY'],
  key: { kind: 'file', file: 'C:\\v\\secrets', variable: 'ANTHROPIC_API_KEY' },
  headers: { file: 'C:\\v\\headers', inFile: 2, fromShell: [] },
  taskList: 'CLAUDE_CODE_TASK_LIST_ID',
  earlierLists: ['C:\\u\\app'],
};

/** A native program with its key and headers in variables of the shell, and one task list. */
const variables: Partial<LauncherSpec> = {
  command: { kind: 'native', path: 'C:\\v\\claude.exe' },
  configDir: 'C:\\v\\config',
  env: { CLAUDE_CODE_TEAM_NAME: 'all', PATH: 'C:\\bin' },
  key: { kind: 'env', from: 'MY_KEY', variable: 'ANTHROPIC_AUTH_TOKEN' },
  headers: {
    file: 'C:\\v\\headers',
    inFile: 0,
    fromShell: [
      { name: 'A', parts: [text('Bearer '), variable('TOKEN')] },
      { name: 'B', parts: [variable('ANTHROPIC_MODEL'), variable('TOKEN')] },
    ],
  },
  taskList: 'CLAUDE_CODE_TEAM_NAME',
};

const listed = new Set<string>(clearedVariables);

/** A launcher's lines without the names that every launcher clears. */
function shown(launcher: string): string {
  const unsetting = /^unset(?: \\?\n?\s*\w+)+$/m;
  return launcher
    .replaceAll('\r\n', '\n')
    .split('\n')
    .filter((line) => !(line.startsWith('  ') && listed.has(line.trim())))
    .join('\n')
    .replace(unsetting, '');
}

/** The whole text, as a change of a line shows best in it; other tests run launchers. */
test.each([
  ['files', files],
  ['variables', variables],
])('the launchers of a variant with %s', (name, changes) => {
  const [cmd, bash] = launcherFiles(specOf(changes), 'win32');
  expect(cmd?.text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  expect(shown(cmd?.text ?? '')).toBe(file(`${name}.cmd`));
  expect(shown(bash?.text ?? '')).toBe(file(`${name}.sh`));
});

test.each([
  ['with-native', 'C:\\v\\claude.exe'],
  ['without-native', null],
])('the scripts that run a program of ours, %s', (name, native) => {
  const spec = { folder: 'C:\\v\\key', program: 'key.cjs', node: 'C:\\node\\node.exe', native };
  const cmd = windowsScript(spec, 'there is none');
  expect(cmd.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  expect(cmd.replaceAll('\r\n', '\n')).toBe(file(`${name}.cmd`));
  expect(posixScript(spec, ['exit 9'])).toBe(file(`${name}.sh`));
});
