import { describe, expect, test } from 'vitest';

import { clearedVariables } from '../../../src/claude-variables.ts';
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

test('always starts with the same bytes, as cmd reads on there', () => {
  const start = [
    '@echo off',
    'rem cc-mirror launcher for variant mclaude',
    'setlocal EnableExtensions DisableDelayedExpansion',
    'goto prepare',
    ':start',
    'set "ccm_start=" & %ccm_start% %*',
    'exit /b %ERRORLEVEL%',
    ':prepare',
  ];
  expect(linesOf({}).slice(0, start.length)).toEqual(start);
  const script = { kind: 'js', node: 'C:\\node.exe', script: 'C:\\cli.js' } as const;
  const other = { command: script, configDir: 'C:\\Users\\Jörg', env: { A: '1' } };
  expect(linesOf(other).slice(0, start.length)).toEqual(start);
});

test('clears what the POSIX launcher clears before it sets anything', () => {
  const lines = linesOf({
    env: { A: '1' },
    key: { kind: 'file', file: 'C:\\k', variable: 'MY_KEY' },
  });
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

test('quotes the program', () => {
  expect(linesOf({}).slice(-2)).toEqual([`set ccm_start=${quoted}`, 'goto start']);
});

test('fails with a hint if the bundle is missing', () => {
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
    command: { kind: 'js', node: 'C:\\100% & more\\node.exe', script: `${folder}\\cli.js` },
  });
  const checked = lines.indexOf('set "ccm_node=C:\\100%% & more\\node.exe"');
  expect(lines[checked + 1]).toBe('if exist "C:\\100%% & more\\node.exe" goto has_node');
  expect(lines.slice(-4)).toEqual([
    ':has_node',
    'set ccm_start="%ccm_node%" "C:\\Users\\a & b (x86)\\100%%\\cli.js"',
    'set "ccm_node="',
    'goto start',
  ]);
});

test('reads the first line of the key file, or fails with a hint', () => {
  const key = {
    kind: 'file',
    file: `${folder}\\secrets`,
    variable: 'ANTHROPIC_AUTH_TOKEN',
  } as const;
  const text = linesOf({ key, env: { ANTHROPIC_AUTH_TOKEN: 'placeholder' } }).join('\n');
  expect(text).toContain('in ("C:\\Users\\a & b (x86)\\100%%\\secrets") do set');
  expect(text).toContain('if defined ANTHROPIC_AUTH_TOKEN goto has_key');
  expect(text).toContain('run: cc-mirror update mclaude --api-key-stdin\nexit /b 1');
  expect(text).not.toContain('placeholder');
});

test('names the task list after the project unless the shell names one', () => {
  const lines = linesOf({ taskList: 'CLAUDE_CODE_TASK_LIST_ID' });
  expect(lines).toContain('if defined CLAUDE_CODE_TASK_LIST_ID goto has_task_list');
  expect(lines).toContain('set "CLAUDE_CODE_TASK_LIST_ID=mclaude-%ccm_name%"');
  expect(lines).toContain(
    'set "CLAUDE_CODE_TASK_LIST_ID=%CLAUDE_CODE_TASK_LIST_ID:~0,128%-%ccm_sum%"',
  );
  expect(lines.join('\n')).toContain('if defined TEAM set');
});

test('lets the shell override the variant’s fixed task list', () => {
  const taskList = 'CLAUDE_CODE_TASK_LIST_ID';
  const lines = linesOf({ taskList, env: { [taskList]: 'fixed' } });
  expect(lines).toContain(`if not defined ${taskList} set "${taskList}=fixed"`);
  expect(lines).not.toContain(`set "${taskList}=fixed"`);
});

test('jumps only to labels that exist exactly once', () => {
  const lines = linesOf({
    command: { kind: 'js', node: 'C:\\node.exe', script: 'C:\\cli.js' },
    key: { kind: 'file', file: 'C:\\k', variable: 'K' },
    taskList: 'CLAUDE_CODE_TASK_LIST_ID',
  });
  const labels = lines.filter((line) => line.startsWith(':')).map((line) => line.slice(1));
  const jumps = [...lines.join('\n').matchAll(/goto (\w+)/g)].map((match) => match[1]);
  expect(new Set(labels).size).toBe(labels.length);
  expect(labels.filter((label) => !jumps.includes(label))).toEqual([]);
  expect(jumps.filter((jump) => !labels.includes(jump ?? ''))).toEqual([]);
});

test('switches to UTF-8 only if the text needs it', () => {
  const change = '"%SystemRoot%\\System32\\chcp.com" 65001 >nul';
  expect(linesOf({})).not.toContain(change);
  const lines = linesOf({ configDir: 'C:\\Users\\Jörg' });
  expect(lines.indexOf(change)).toBe(
    linesOf({}).findIndex((line) => line.startsWith('rem Within another variant')),
  );
  expect(lines.slice(0, lines.indexOf(change)).join('')).toMatch(/^[ -~]*$/);
});

describe('a key from the shell', () => {
  const variable = 'ANTHROPIC_AUTH_TOKEN';

  function textOf(from: string, keepEnv: string[] = []): string {
    const key = { kind: 'env', from, variable } as const;
    return linesOf({ key, keepEnv, env: { [variable]: 'placeholder' } }).join('\n');
  }

  test('is read unchanged, before it is cleared', () => {
    const text = textOf('ANTHROPIC_API_KEY');
    const copying = [
      `set "${variable}="`,
      'setlocal EnableDelayedExpansion',
      `if defined ANTHROPIC_API_KEY set "${variable}=!ANTHROPIC_API_KEY!"`,
      'setlocal DisableDelayedExpansion',
      `if defined ${variable} goto has_key`,
    ].join('\n');
    expect(text).toContain(copying);
    expect(text.indexOf(copying)).toBeLessThan(text.indexOf('for %%V in (\n'));
    expect(text).toContain('\n  ANTHROPIC_API_KEY\n');
    expect(text).not.toContain(`\n  ${variable}\n`);
    expect(text).not.toContain('placeholder');
  });

  test('stays in the variable itself, in any case', () => {
    for (const from of [variable, variable.toLowerCase()]) {
      const text = textOf(from);
      expect(text).toContain(`if defined ${variable} goto has_key\n>&2 echo variant mclaude: the`);
      expect(text).not.toContain('setlocal EnableDelayedExpansion');
      expect(text).not.toContain(`\n  ${variable}\n`);
    }
  });

  test('yields to the variable itself if that is kept', () => {
    expect(textOf('MY_KEY', [variable])).toContain(
      `if defined ${variable} goto has_key\nsetlocal EnableDelayedExpansion\nif defined MY_KEY set`,
    );
  });
});

test('keeps what the user wants to keep, in any case', () => {
  const lines = linesOf({
    keepEnv: ['anthropic_model', 'A', 'K'],
    cleared: ['A'],
    env: { ANTHROPIC_MODEL: 'm', B: '1' },
    key: { kind: 'file', file: 'C:\\k', variable: 'K' },
  });
  for (const name of ['ANTHROPIC_MODEL', 'A', 'K']) expect(lines).not.toContain(`  ${name}`);
  expect(lines).toContain('if not defined ANTHROPIC_MODEL set "ANTHROPIC_MODEL=m"');
  expect(lines).toContain('set "B=1"');
  expect(lines.indexOf('if defined K goto has_key')).toBeLessThan(
    lines.indexOf('if not exist "C:\\k" goto no_key'),
  );
});
