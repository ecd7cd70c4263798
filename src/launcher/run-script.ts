import { cmdQuotePath, cmdSet, shQuote } from './quote.ts';

/** A program of ours that Claude Code starts: by the Node.js that made it, else by what there is. */
export interface ScriptSpec {
  /** The folder of the program, and its name there. */
  folder: string;
  program: string;
  /** The Node.js that was in use. */
  node: string;
  /** A native Claude Code, which has Bun in it; null where the build is JavaScript. */
  native: string | null;
}

/**
 * A text for sh that runs the program. Where the recorded Node.js is gone, as after an upgrade of it,
 * it takes the one on PATH, if that is no shim without a version and not too old; else the native
 * Claude Code itself: Bun loads the file that BUN_OPTIONS names before anything else
 * (https://bun.sh/docs/runtime/bunfig; seen in 2.1.113, 2.1.200, 2.1.240 and 2.1.332, which know
 * nothing of BUN_BE_BUN), and the program ends there. Should a build come that does not, it prints
 * its version. `missing` are the lines for when there is nothing to run it.
 */
export function posixScript(spec: ScriptSpec, missing: readonly string[]): string {
  const { folder, program, node, native } = spec;
  return [
    '#!/bin/sh',
    '# Written anew by every `cc-mirror update`; edits here are lost.',
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

/** From within the folder, as BUN_OPTIONS has no quotes. */
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

/** The same for cmd, where a message is all that is left to do. */
export function windowsScript(
  { folder, program, node, native }: ScriptSpec,
  missing: string,
): string {
  const path = cmdQuotePath(`${folder}\\${program}`);
  return [
    '@echo off',
    'setlocal EnableExtensions DisableDelayedExpansion',
    'rem Written anew by every "cc-mirror update"; edits here are lost.',
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
