import { clearedVariables } from '../claude-variables.ts';
import { readingHeaders, savingHeaders } from './header-lines.ts';
import { posixHead, rewritten } from './marker.ts';
import { posixNested, posixHandsOn } from './nested.ts';
import { posixNoProxy } from './no-proxy.ts';
import { shFail, shQuote } from './quote.ts';
import {
  assertSpec,
  bundlePath,
  missingBundle,
  missingKey,
  missingNode,
  type LauncherSpec,
} from './spec.ts';
import { posixTaskList, posixTaskListNames } from './task-list.ts';

/**
 * The command that starts a variant on Linux and macOS, in POSIX `sh`. It uses builtins only, so no
 * process but the shell runs before `exec`; arguments, signals and exit status are the program's. If
 * the bundle, the key or Node.js is missing, it prints one line on standard error and exits with 1.
 * Its own variables start with `ccm_` and are not exported. For other systems: `anyCase` if case does
 * not matter in paths, and `beforeStart` for further lines.
 */
export function posixLauncher(
  spec: LauncherSpec,
  {
    beforeStart = [],
    anyCase = false,
  }: { beforeStart?: readonly string[]; anyCase?: boolean } = {},
): string {
  assertSpec(spec);
  const blocks = [
    [...posixHead(spec.variant), `# ${rewritten}`],
    posixNested(spec),
    savingKey(spec),
    savingHeaders(spec),
    clearing(spec),
    ownVariables(spec),
    posixNoProxy(spec),
    readingKey(spec),
    readingHeaders(spec),
    posixTaskList(spec, anyCase),
    beforeStart,
    starting(spec),
  ];
  const texts = blocks.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${texts.join('\n\n')}\n`;
}

/** `unset` comes first: a variable from the environment would stay exported. */
function savingKey({ key }: LauncherSpec): string[] {
  if (key?.kind !== 'env') return [];
  return [
    '# The key is in a variable of the shell, read before that is cleared.',
    'unset ccm_key',
    `ccm_key=\${${key.from}:-}`,
  ];
}

function clearing(spec: LauncherSpec): string[] {
  const names = new Set([...clearedVariables, ...spec.cleared, ...posixTaskListNames, 'ccm_node']);
  if (spec.key !== null) names.add(spec.key.variable);
  for (const name of spec.keepEnv) names.delete(name);
  const lines: string[] = [];
  let line = 'unset';
  for (const name of names) {
    if (line.length + name.length > 94) {
      lines.push(`${line} \\`);
      line = ' ';
    }
    line += ` ${name}`;
  }
  return ["# Unset the shell's provider, account, model and feature switches.", ...lines, line];
}

function ownVariables(spec: LauncherSpec): string[] {
  const lines = [`export CLAUDE_CONFIG_DIR=${shQuote(spec.configDir)}`];
  for (const [name, value] of Object.entries(spec.env)) {
    if (name === spec.key?.variable || name === spec.taskList) continue;
    const unless = spec.keepEnv.includes(name) ? `[ -n "\${${name}:-}" ] || ` : '';
    lines.push(`${unless}export ${name}=${shQuote(value)}`);
  }
  return [...lines, ...posixHandsOn(spec)];
}

function readingKey({ variant, key, keepEnv }: LauncherSpec): string[] {
  if (key === null) return [];
  const { variable } = key;
  const kept = keepEnv.includes(variable);
  return [
    ...(key.kind === 'file' ? fromFile(key, kept) : fromShell(variable, kept)),
    `if [ -z "\${${variable}:-}" ]; then`,
    ...shFail(missingKey(variant, key)),
    'fi',
    `export ${variable}`,
  ];
}

/** A Windows line end would leave a carriage return at the end. */
function fromFile({ file, variable }: { file: string; variable: string }, kept: boolean): string[] {
  const path = shQuote(file);
  const unless = kept ? `[ -z "\${${variable}:-}" ] && ` : '';
  return [
    '# The key is only in this file: one line, with or without a line break.',
    `if ${unless}[ -f ${path} ] && [ -r ${path} ]; then`,
    `  IFS= read -r ${variable} <${path}`,
    `  ${variable}=\${${variable}%[[:cntrl:]]}`,
    'fi',
  ];
}

function fromShell(variable: string, kept: boolean): string[] {
  const unless = kept ? `[ -n "\${${variable}:-}" ] || ` : '';
  return [`${unless}${variable}=$ccm_key`, 'unset ccm_key'];
}

function starting(spec: LauncherSpec): string[] {
  const { command, variant } = spec;
  const test = command.kind === 'native' ? '-x' : '-e';
  const bundle = shQuote(bundlePath(spec));
  const checked = [`if [ ! ${test} ${bundle} ]; then`, ...shFail(missingBundle(spec)), 'fi'];
  if (command.kind === 'native') return [...checked, `exec ${bundle} "$@"`];
  return [
    ...checked,
    `ccm_node=${shQuote(command.node)}`,
    '[ -x "$ccm_node" ] || ccm_node=node',
    'if ! command -v "$ccm_node" >/dev/null; then',
    ...shFail(missingNode(variant, command.node)),
    'fi',
    `exec "$ccm_node" ${bundle} "$@"`,
  ];
}
