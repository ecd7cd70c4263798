import { expect, test } from 'vitest';

import { clearedVariables } from '../../../src/launcher/cleared.ts';
import type { LauncherSpec } from '../../../src/launcher/spec.ts';
import { windowsLauncher } from '../../../src/launcher/windows.ts';
import { specOf } from './spec-of.ts';

const folder = 'C:\\Users\\a & b (x86)\\100%';
const native = { kind: 'native', path: `${folder}\\claude.exe` } as const;
const quoted = '"C:\\Users\\a & b (x86)\\100%%\\claude.exe"';

function linesOf(changes: Partial<LauncherSpec>): string[] {
  const text = windowsLauncher(specOf({ command: native, ...changes }));
  expect(text.endsWith('\r\n')).toBe(true);
  const lines = text.slice(0, -2).split('\r\n');
  expect(lines.filter((line) => /[\r\n]/.test(line))).toEqual([]);
  return lines;
}

test('begins quietly, in an environment of its own, without delayed expansion', () => {
  const lines = linesOf({});
  expect(lines[0]).toBe('@echo off');
  expect(lines).toContain('setlocal EnableExtensions DisableDelayedExpansion');
});

test('clears what the POSIX launcher clears, before it sets anything', () => {
  const lines = linesOf({ env: { A: '1' }, key: { file: 'C:\\k', variable: 'MY_KEY' } });
  const start = lines.indexOf('for %%V in (');
  const end = lines.indexOf(') do set "%%V="');
  const names = lines.slice(start + 1, end).map((line) => line.trim());
  expect(names).toEqual([...clearedVariables, 'MY_KEY']);
  expect(lines.indexOf('set "A=1"')).toBeGreaterThan(end);
});

test("sets the variant's variables and its folder", () => {
  const lines = linesOf({ configDir: folder, env: { A: 'x%y', B: '' } });
  expect(lines).toContain('set "CLAUDE_CONFIG_DIR=C:\\Users\\a & b (x86)\\100%%"');
  expect(lines).toContain('set "A=x%%y"');
  expect(lines).toContain('set "B="');
});

test('runs the program last, with all arguments, and hands on its exit code', () => {
  expect(linesOf({}).slice(-2)).toEqual([`${quoted} %*`, 'exit /b %ERRORLEVEL%']);
});

test('says what to do about a missing bundle', () => {
  const lines = linesOf({});
  const check = lines.indexOf(`if exist ${quoted} goto has_bundle`);
  expect(lines.slice(check + 1, check + 4)).toEqual([
    '>&2 echo variant mclaude: its bundle is missing at ' +
      'C:\\Users\\a ^& b ^(x86^)\\100%%\\claude.exe; run: cc-mirror update mclaude',
    'exit /b 1',
    ':has_bundle',
  ]);
});

test('runs a script on the recorded Node.js, else on the one on PATH', () => {
  const lines = linesOf({
    command: { kind: 'js', node: 'C:\\Program Files\\node.exe', script: `${folder}\\cli.js` },
  });
  const script = '"C:\\Users\\a & b (x86)\\100%%\\cli.js"';
  expect(lines).toContain(`"C:\\Program Files\\node.exe" ${script} %*`);
  expect(lines.slice(-2)).toEqual([`"%ccm_node%" ${script} %*`, 'exit /b %ERRORLEVEL%']);
});

test('reads the first line of the key file, or says what to do', () => {
  const key = { file: `${folder}\\secrets`, variable: 'ANTHROPIC_AUTH_TOKEN' };
  const text = linesOf({ key, env: { ANTHROPIC_AUTH_TOKEN: 'placeholder' } }).join('\n');
  expect(text).toContain('in ("C:\\Users\\a & b (x86)\\100%%\\secrets") do set');
  expect(text).toContain('if defined ANTHROPIC_AUTH_TOKEN goto has_key');
  expect(text).toContain('run: cc-mirror update mclaude --api-key-stdin\nexit /b 1');
  expect(text).not.toContain('placeholder');
});

test('names the task list after the project, unless it has a name', () => {
  const lines = linesOf({ taskList: 'CLAUDE_CODE_TASK_LIST_ID' });
  expect(lines).toContain('if defined CLAUDE_CODE_TASK_LIST_ID goto has_task_list');
  expect(lines).toContain('set "CLAUDE_CODE_TASK_LIST_ID=mclaude-%ccm_name%"');
  expect(lines.join('\n')).toContain('if defined TEAM set');
});

test('lets the shell override a task list that is fixed for the variant', () => {
  const taskList = 'CLAUDE_CODE_TASK_LIST_ID';
  const lines = linesOf({ taskList, env: { [taskList]: 'fixed' } });
  expect(lines).toContain(`if not defined ${taskList} set "${taskList}=fixed"`);
  expect(lines).not.toContain(`set "${taskList}=fixed"`);
});

test('jumps only to labels that are there, each of them once', () => {
  const lines = linesOf({
    command: { kind: 'js', node: 'C:\\node.exe', script: 'C:\\cli.js' },
    key: { file: 'C:\\k', variable: 'K' },
    taskList: 'CLAUDE_CODE_TASK_LIST_ID',
  });
  const labels = lines.filter((line) => line.startsWith(':')).map((line) => line.slice(1));
  const jumps = [...lines.join('\n').matchAll(/goto (\w+)/g)].map((match) => match[1]);
  expect(new Set(labels).size).toBe(labels.length);
  expect(labels.filter((label) => !jumps.includes(label))).toEqual([]);
  expect(jumps.filter((jump) => !labels.includes(jump ?? ''))).toEqual([]);
});

test('switches to UTF-8 only where the text needs it', () => {
  expect(linesOf({})).not.toContain('chcp 65001 >nul');
  expect(linesOf({ configDir: 'C:\\Users\\Jörg' })[2]).toBe('chcp 65001 >nul');
});
