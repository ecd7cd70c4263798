import { rewritten } from './marker.ts';
import { cmdQuotePath, cmdSet, shQuote } from './quote.ts';

/** One of our programs that Claude Code starts, and what can run it. */
export interface ScriptSpec {
  folder: string;
  /** Its name in the folder. */
  program: string;
  /** The Node.js that was in use when the script was written. */
  node: string;
  /** The native Claude Code, which contains Bun; null if the build is JavaScript. */
  native: string | null;
}

/**
 * A script for sh that runs the program. If the recorded Node.js is gone, for example after an
 * upgrade, it uses the one on PATH, unless that is too old or a shim without a version; else the
 * native Claude Code: its Bun first loads the file named by BUN_OPTIONS
 * (https://bun.sh/docs/runtime/bunfig; seen in 2.1.113, 2.1.200, 2.1.240 and 2.1.332, which ignore
 * BUN_BE_BUN), and the program exits there. A build that ignored BUN_OPTIONS would print its version.
 * `missing`: the lines to run if there is none of these.
 */
export function posixScript(spec: ScriptSpec, missing: readonly string[]): string {
  const { folder, program, node, native } = spec;
  return [
    '#!/bin/sh',
    `# ${rewritten}`,
    `program=${shQuote(`${folder}/${program}`)}`,
    `node=${shQuote(node)}`,
    '[ ! -x "$node" ] || exec "$node" "$program"',
    `if node -e ${shQuote(newEnough)} </dev/null >/dev/null 2>&1; then exec node "$program"; fi`,
    ...(native === null ? [] : byNative(folder, program, native)),
    ...missing,
    '',
  ].join('\n');
}

const newEnough = 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)';

/** Runs in the folder, as BUN_OPTIONS cannot quote paths. */
function byNative(folder: string, program: string, native: string): string[] {
  return [
    `if [ -x ${shQuote(native)} ] && cd ${shQuote(folder)}; then`,
    `  output=$(BUN_OPTIONS=--preload=./${program} ${shQuote(native)} --version)`,
    '  status=$?',
    '  case $output in',
    "    *'(Claude Code)'*) ;;",
    `    *) [ -z "$output" ] || printf '%s\\n' "$output"; exit "$status" ;;`,
    '  esac',
    'fi',
  ];
}

/** The same for cmd, which prints `missing` if nothing can run the program. */
export function windowsScript(
  { folder, program, node, native }: ScriptSpec,
  missing: string,
): string {
  const path = cmdQuotePath(`${folder}\\${program}`);
  return [
    '@echo off',
    'setlocal EnableExtensions DisableDelayedExpansion',
    `rem ${rewritten}`,
    cmdSet('ccm_node', node),
    `if exist ${cmdQuotePath(node)} goto run`,
    'for %%I in (node.exe) do set "ccm_node=%%~$PATH:I"',
    'if defined ccm_node goto run',
    ...(native === null
      ? []
      : [
          `if not exist ${cmdQuotePath(native)} goto missing`,
          `cd /d ${cmdQuotePath(folder)}`,
          `set "BUN_OPTIONS=--preload=./${program}"`,
          `${cmdQuotePath(native)} --version`,
          'exit /b %ERRORLEVEL%',
          ':missing',
        ]),
    `>&2 echo ${missing}`,
    'exit /b 1',
    ':run',
    `"%ccm_node%" ${path}`,
    'exit /b %ERRORLEVEL%',
    '',
  ].join('\r\n');
}
