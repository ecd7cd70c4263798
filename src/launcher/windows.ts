import { clearedVariables } from '../claude-variables.ts';
import { readingHeadersWindows, savingHeadersWindows } from './header-lines.ts';
import { rewritten, windowsHead } from './marker.ts';
import { windowsNested, windowsHandsOn } from './nested.ts';
import { windowsNoProxy } from './no-proxy.ts';
import { cmdFail, cmdQuotePath, cmdSet } from './quote.ts';
import {
  assertSpec,
  bundlePath,
  missingBundle,
  missingKey,
  missingNode,
  type LauncherSpec,
} from './spec.ts';
import { windowsSum, longest } from './task-list.ts';

/**
 * The `.cmd` file that starts a variant on Windows: CRLF, UTF-8, all changes of the environment
 * within `setlocal`. It does what the POSIX launcher does, except that cmd cannot `exec`: it waits
 * for the program and exits with its code. CcMirrorError `usage` for a value with a line break.
 */
export function windowsLauncher(spec: LauncherSpec): string {
  assertSpec(spec);
  const lines = [
    ...windowsNested(spec),
    ...keyFromShell(spec),
    ...savingHeadersWindows(spec),
    ...clearing(spec),
    ...ownVariables(spec),
    ...windowsNoProxy(spec),
    ...keyFromFile(spec),
    ...readingHeadersWindows(spec),
    ...namingTaskList(spec),
    ...starting(spec),
  ];
  return `${[...running(spec.variant), ...inUtf8(lines)].join('\r\n')}\r\n`;
}

/**
 * The first lines, which must never change, byte for byte: after each line cmd reads on at the same
 * offset of the file, which an update may have replaced during the session. The user's arguments come
 * last in their line, as an unpaired quote in them affects all that follows. The line is expanded as
 * a whole, so `ccm_start` does not reach the program.
 */
function running(variant: string): string[] {
  return [
    ...windowsHead(variant),
    'setlocal EnableExtensions DisableDelayedExpansion',
    'goto prepare',
    ':start',
    'set "ccm_start=" & %ccm_start% %*',
    'exit /b %ERRORLEVEL%',
    ':prepare',
    `rem ${rewritten}`,
  ];
}

/**
 * cmd reads the file in the console's code page, so text outside ASCII needs that to be UTF-8. chcp
 * is named by its path, as cmd would look in the current folder first.
 */
function inUtf8(lines: string[]): string[] {
  if (lines.every((line) => /^[\t -~]*$/.test(line))) return lines;
  const change = String.raw`"%SystemRoot%\System32\chcp.com" 65001 >nul`;
  return [change, ...lines];
}

function clearing(spec: LauncherSpec): string[] {
  const names = new Set([...clearedVariables, ...spec.cleared]);
  // A key from the shell is already set.
  if (spec.key?.kind === 'file') names.add(spec.key.variable);
  if (spec.key?.kind === 'env') names.delete(spec.key.variable);
  return [
    "rem Unset the shell's provider, account, model and feature switches.",
    'for %%V in (',
    ...[...names].filter((name) => !isKept(name, spec)).map((name) => `  ${name}`),
    ') do set "%%V="',
  ];
}

function ownVariables(spec: LauncherSpec): string[] {
  const lines = [cmdSet('CLAUDE_CONFIG_DIR', spec.configDir)];
  for (const [name, value] of Object.entries(spec.env)) {
    if (name === spec.key?.variable || name === spec.taskList) continue;
    const unless = isKept(name, spec) ? `if not defined ${name} ` : '';
    lines.push(unless + cmdSet(name, value));
  }
  return [...lines, ...windowsHandsOn(spec)];
}

/** On Windows, case does not matter in the names of variables. */
function isKept(name: string, spec: LauncherSpec): boolean {
  return spec.keepEnv.some((kept) => sameName(kept, name));
}

function sameName(one: string, other: string): boolean {
  return one.toUpperCase() === other.toUpperCase();
}

/**
 * Delayed expansion leaves special characters in the value alone. It is on for one line only; the
 * inner `setlocal` keeps what was set.
 */
function keyFromShell(spec: LauncherSpec): string[] {
  const { variant, key } = spec;
  if (key?.kind !== 'env') return [];
  const { from, variable } = key;
  const copying = [
    ...(isKept(variable, spec) ? [`if defined ${variable} goto has_key`] : [`set "${variable}="`]),
    'setlocal EnableDelayedExpansion',
    `if defined ${from} set "${variable}=!${from}!"`,
    'setlocal DisableDelayedExpansion',
  ];
  return [
    'rem The key is in a variable of the shell, read before that is cleared.',
    ...(sameName(from, variable) ? [] : copying),
    `if defined ${variable} goto has_key`,
    ...cmdFail(missingKey(variant, key)),
    ':has_key',
  ];
}

/** Uses `for /f`, as `set /p` cuts lines at 1023 characters and signed tokens can be longer. */
function keyFromFile(spec: LauncherSpec): string[] {
  const { variant, key } = spec;
  if (key?.kind !== 'file') return [];
  const { variable } = key;
  const file = cmdQuotePath(key.file);
  return [
    'rem The key is only in this file, as its first line.',
    ...(isKept(variable, spec) ? [`if defined ${variable} goto has_key`] : []),
    `if not exist ${file} goto no_key`,
    `for /f usebackq^ delims^=^ eol^= %%K in (${file}) do set "${variable}=%%K" & goto key_read`,
    ':key_read',
    `if defined ${variable} goto has_key`,
    ':no_key',
    ...cmdFail(missingKey(variant, key)),
    ':has_key',
  ];
}

function namingTaskList({ variant, taskList, env, earlierLists }: LauncherSpec): string[] {
  if (taskList === null) return [];
  const fixed = env[taskList];
  if (fixed !== undefined) {
    return [
      'rem One task list for all projects, unless the shell names one.',
      `if not defined ${taskList} ${cmdSet(taskList, fixed)}`,
    ];
  }
  const earlier = earlierLists.map(
    (path) => `if /i "%ccm_project%"==${cmdQuotePath(path)} goto named`,
  );
  if (earlier.length > 0)
    earlier.unshift('rem Their lists were created when names had no checksum.');
  return [
    'rem One task list per project, unless the shell names one. The project is the nearest parent folder',
    'rem with .git, else the current folder; the list has its name and a checksum of its path.',
    'rem TEAM=name gives a project another list.',
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
    ...earlier,
    ...windowsSum(),
    `set "${taskList}=%${taskList}:~0,${longest}%-%ccm_sum%"`,
    ...(earlier.length > 0 ? [':named'] : []),
    `if defined TEAM set "${taskList}=%${taskList}%-%TEAM%"`,
    'for %%V in (ccm_project ccm_parent ccm_name ccm_path ccm_short ccm_sum) do set "%%V="',
    ':has_task_list',
  ];
}

function starting(spec: LauncherSpec): string[] {
  const { command, variant } = spec;
  const bundle = cmdQuotePath(bundlePath(spec));
  const checked = [
    `if exist ${bundle} goto has_bundle`,
    ...cmdFail(missingBundle(spec)),
    ':has_bundle',
  ];
  if (command.kind === 'native') return [...checked, `set ccm_start=${bundle}`, 'goto start'];
  return [
    ...checked,
    cmdSet('ccm_node', command.node),
    `if exist ${cmdQuotePath(command.node)} goto has_node`,
    'rem Search PATH only: cmd would look in the current folder first.',
    'for %%I in (node.exe) do set "ccm_node=%%~$PATH:I"',
    'if defined ccm_node goto has_node',
    ...cmdFail(missingNode(variant, command.node)),
    ':has_node',
    `set ccm_start="%ccm_node%" ${bundle}`,
    'set "ccm_node="',
    'goto start',
  ];
}
