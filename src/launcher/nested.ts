import { clearedVariables } from '../claude-variables.ts';
import { cmdQuotePath, shQuote } from './quote.ts';
import { cmdQuotePath, cmdSet, shQuote } from './quote.ts';
import type { LauncherSpec } from './spec.ts';

/** Names the variables that a launcher has set, for the launchers of other variants within its session. */
const handedOn = 'CC_MIRROR_VARIABLES';

/**
 * The lines of a POSIX launcher that forget what the launcher of another variant has set, within whose
 * session this one is started: its key, models, limits, choice of tools and task list are not the user's
 * own, whom the shell's variables otherwise stand for. A session of the same variant keeps them, as a
 * teammate in a pane has its leader's list. What a session starts has CLAUDECODE and the launcher's
 * CLAUDE_CONFIG_DIR (2.1.112, 2.1.240, 2.1.332; the last hands on no CLAUDE_CODE_RESUME_HINT_COMMAND).
 */
export function posixNested(spec: LauncherSpec): string[] {
  return [
    "# Within a session of another variant these are that one's, and not the user's own.",
    'case ${CLAUDECODE:+${CLAUDE_CONFIG_DIR:-}} in',
    `  '' | ${shQuote(spec.configDir)}) ;;`,
    // A line for each, by which doctor compares launchers.
    '  *)',
    ...notTheUsers(spec).map((name) => `    unset ${name}`),
    // Word by word: zsh would not split an unquoted variable.
    `    ccm_rest="\${${handedOn}:-} "`,
    '    while [ -n "$ccm_rest" ]; do',
    '      case $ccm_rest in [A-Za-z_]*) unset "${ccm_rest%%[!A-Za-z0-9_]*}" ;; esac',
    '      ccm_rest=${ccm_rest#* }',
    '    done',
    '    ;;',
    'esac',
  ];
}

/** The line by which a POSIX launcher says what it has set; read-back.ts takes it for no variable of the user's. */
export function posixHandsOn(spec: LauncherSpec): string[] {
  return [`${handedOn}=${shQuote(handsOn(spec).join(' '))}; export ${handedOn}`];
}

/** The same as `posixNested` in a `.cmd` launcher. */
export function windowsNested(spec: LauncherSpec): string[] {
  return [
    "rem Within a session of another variant these are that one's, and not the user's own.",
    'if not defined CLAUDECODE goto own_shell',
    'if not defined CLAUDE_CONFIG_DIR goto own_shell',
    `if /i "%CLAUDE_CONFIG_DIR%"==${cmdQuotePath(spec.configDir)} goto own_shell`,
    ...notTheUsers(spec).map((name) => `set "${name}="`),
    `for %%V in (%${handedOn}%) do set "%%V="`,
    ':own_shell',
  ];
}

/** The same as `posixHandsOn` in a `.cmd` launcher. */
export function windowsHandsOn(spec: LauncherSpec): string[] {
  return [cmdSet(handedOn, handsOn(spec).join(' '))];
}

/** Without what a program cannot do without, and the list, which is cleared by its name. */
function handsOn({ env, taskList }: LauncherSpec): string[] {
  const needed = /^(PATH|HOME|USERPROFILE|SHELL|TERM|TMPDIR|TEMP|TMP|SYSTEMROOT|COMSPEC|PATHEXT)$/i;
  return Object.keys(env)
    .filter((name) => name !== taskList && !needed.test(name))
    .sort();
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
