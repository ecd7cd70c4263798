import { clearedVariables } from './cleared.ts';
import { windowsHead } from './marker.ts';
import { cmdQuotePath, cmdSay, cmdSet } from './quote.ts';
import { assertSpec, bundlePath, missingBundle, missingKey, missingNode } from './spec.ts';
import type { LauncherSpec } from './spec.ts';

/**
 * The text of the `.cmd` file that starts a variant on Windows: CRLF line ends, UTF-8, every change
 * of the environment inside `setlocal`. It does what the POSIX launcher does, with `exit /b` where
 * that has `exec`: cmd cannot be replaced by the program, so it waits and hands on the exit code.
 * A variable's value with a line break cannot be written: CcMirrorError `usage`.
 */
export function windowsLauncher(spec: LauncherSpec): string {
  assertSpec(spec);
  const lines = [
    ...windowsHead(spec.variant),
    'rem Written anew by every "cc-mirror update"; edits here are lost.',
    'setlocal EnableExtensions DisableDelayedExpansion',
    ...clearing(spec),
    ...ownVariables(spec),
    ...readingKey(spec),
    ...namingTaskList(spec),
    ...starting(spec),
  ];
  return `${inTheirCodePage(lines).join('\r\n')}\r\n`;
}

/** cmd reads the file in the console's code page; what is not ASCII is understood only in UTF-8. */
function inTheirCodePage(lines: string[]): string[] {
  if (lines.every((line) => /^[\t -~]*$/.test(line))) return lines;
  return [...lines.slice(0, 2), 'chcp 65001 >nul', ...lines.slice(2)];
}

function clearing(spec: LauncherSpec): string[] {
  const names = new Set([...clearedVariables, ...spec.cleared]);
  if (spec.key !== null) names.add(spec.key.variable);
  return [
    "rem The shell's own provider, account, model and feature switches stay outside.",
    'for %%V in (',
    ...[...names].map((name) => `  ${name}`),
    ') do set "%%V="',
  ];
}

function ownVariables(spec: LauncherSpec): string[] {
  const lines = [cmdSet('CLAUDE_CONFIG_DIR', spec.configDir)];
  for (const [name, value] of Object.entries(spec.env)) {
    if (name === spec.key?.variable || name === spec.taskList) continue;
    lines.push(cmdSet(name, value));
  }
  return lines;
}

/** `for /f`, since `set /p` cuts a line at 1023 characters and signed tokens can be longer. */
function readingKey({ variant, key }: LauncherSpec): string[] {
  if (key === null) return [];
  const file = cmdQuotePath(key.file);
  return [
    'rem The key is in this file only, as its first line.',
    `if not exist ${file} goto no_key`,
    `for /f usebackq^ delims^=^ eol^= %%K in (${file}) do set "${key.variable}=%%K" & goto key_read`,
    ':key_read',
    `if defined ${key.variable} goto has_key`,
    ':no_key',
    ...failing(missingKey(variant, key.file)),
    ':has_key',
  ];
}

function namingTaskList({ variant, taskList, env }: LauncherSpec): string[] {
  if (taskList === null) return [];
  const fixed = env[taskList];
  if (fixed !== undefined) {
    return [
      'rem One task list for all projects, unless the shell names another.',
      `if not defined ${taskList} ${cmdSet(taskList, fixed)}`,
    ];
  }
  return [
    'rem One task list a project, unless the shell names one: the nearest folder upwards with .git,',
    'rem else the current folder. TEAM=name gives a project a further list.',
    `if defined ${taskList} goto has_task_list`,
    'set "ccm_project=%CD%"',
    ':search',
    'if exist "%ccm_project%\\.git" goto found',
    'for %%I in ("%ccm_project%\\..") do set "ccm_parent=%%~fI"',
    'if "%ccm_parent%"=="%ccm_project%" goto not_found',
    'set "ccm_project=%ccm_parent%"',
    'goto search',
    ':not_found',
    'set "ccm_project=%CD%"',
    ':found',
    'set "ccm_name="',
    'for %%I in ("%ccm_project%") do set "ccm_name=%%~nxI"',
    'if not defined ccm_name set "ccm_name=root"',
    `set "${taskList}=${variant}-%ccm_name%"`,
    `if defined TEAM set "${taskList}=%${taskList}%-%TEAM%"`,
    'for %%V in (ccm_project ccm_parent ccm_name) do set "%%V="',
    ':has_task_list',
  ];
}

function starting(spec: LauncherSpec): string[] {
  const { command, variant } = spec;
  const bundle = cmdQuotePath(bundlePath(spec));
  const checked = [
    `if exist ${bundle} goto has_bundle`,
    ...failing(missingBundle(spec)),
    ':has_bundle',
  ];
  const leaving = 'exit /b %ERRORLEVEL%';
  if (command.kind === 'native') return [...checked, `${bundle} %*`, leaving];
  const node = cmdQuotePath(command.node);
  return [
    ...checked,
    `if not exist ${node} goto other_node`,
    `${node} ${bundle} %*`,
    leaving,
    ':other_node',
    'rem Through PATH only: cmd would look in the current folder first.',
    'for %%I in (node.exe) do set "ccm_node=%%~$PATH:I"',
    'if defined ccm_node goto has_node',
    ...failing(missingNode(variant, command.node)),
    ':has_node',
    `"%ccm_node%" ${bundle} %*`,
    leaving,
  ];
}

function failing(message: string): string[] {
  return [cmdSay(message), 'exit /b 1'];
}
