import { clearedVariables } from './cleared.ts';
import { cmdQuotePath, shQuote } from './quote.ts';
import type { LauncherSpec } from './spec.ts';

/**
 * The lines of a POSIX launcher that forget what the launcher of another variant has set, within whose
 * session this one is started: its key, choice of tools and task list are not the user's own, whom the
 * shell's variables otherwise stand for. A session of the same variant keeps them, as a teammate in a
 * pane has its leader's list. What a session starts has CLAUDECODE and the launcher's
 * CLAUDE_CONFIG_DIR (2.1.112, 2.1.240, 2.1.332; the last hands on no CLAUDE_CODE_RESUME_HINT_COMMAND).
 */
export function posixNested(spec: LauncherSpec): string[] {
  const names = notTheUsers(spec);
  if (names.length === 0) return [];
  return [
    "# Within a session of another variant these are that one's, and not the user's own.",
    'case ${CLAUDECODE:+${CLAUDE_CONFIG_DIR:-}} in',
    `  '' | ${shQuote(spec.configDir)}) ;;`,
    // A line for each, by which doctor compares launchers.
    '  *)',
    ...names.map((name) => `    unset ${name}`),
    '    ;;',
    'esac',
  ];
}

/** The same in a `.cmd` launcher. */
export function windowsNested(spec: LauncherSpec): string[] {
  const names = notTheUsers(spec);
  if (names.length === 0) return [];
  return [
    "rem Within a session of another variant these are that one's, and not the user's own.",
    'if not defined CLAUDECODE goto own_shell',
    'if not defined CLAUDE_CONFIG_DIR goto own_shell',
    `if /i "%CLAUDE_CONFIG_DIR%"==${cmdQuotePath(spec.configDir)} goto own_shell`,
    ...names.map((name) => `set "${name}="`),
    ':own_shell',
  ];
}

/** What this launcher would take from the shell although the launcher of another variant decides about it. */
function notTheUsers({ keepEnv, key, headers, taskList, env }: LauncherSpec): string[] {
  const set = new Set([...clearedVariables, ...Object.keys(env)]);
  const inHeaders = (headers?.fromShell ?? []).flatMap(({ parts }) =>
    parts.flatMap(({ kind, text }) => (kind === 'variable' ? [text] : [])),
  );
  const taken = [...keepEnv, ...(key?.kind === 'env' ? [key.from] : []), ...inHeaders];
  const names = taken.filter((name) => set.has(name));
  return [...new Set([...names, ...(taskList === null ? [] : [taskList])])];
}
