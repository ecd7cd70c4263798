import { clearedVariables } from '../claude-variables.ts';
import { cmdQuotePath, cmdSet, shQuote } from './quote.ts';
import { type LauncherSpec, shellVariables } from './spec.ts';

/** Names the variables that a launcher has set, for launchers of other variants within its session. */
const handedOn = 'CC_MIRROR_VARIABLES';

/**
 * The lines of a POSIX launcher that unset what another variant's launcher has set, if this one is
 * started within a session of that variant: key, models, limits, choice of tools and task list were
 * not set by the user. A session of the same variant keeps them, so that a teammate in a pane has its
 * leader's list. Programs that a session starts have CLAUDECODE and the launcher's CLAUDE_CONFIG_DIR
 * (2.1.112, 2.1.240, 2.1.332; the last does not pass CLAUDE_CODE_RESUME_HINT_COMMAND on).
 */
export function posixNested(spec: LauncherSpec): string[] {
  return [
    "# Within another variant's session these are that variant's, not the user's.",
    'case ${CLAUDECODE:+${CLAUDE_CONFIG_DIR:-}} in',
    `  '' | ${shQuote(spec.configDir)}) ;;`,
    // One per line, as doctor compares launchers by lines.
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

/** The line of a POSIX launcher that names what it has set; read-back.ts does not take it for a variable of the user's. */
export function posixHandsOn(spec: LauncherSpec): string[] {
  return [`${handedOn}=${shQuote(handsOn(spec).join(' '))}; export ${handedOn}`];
}

/** The same as `posixNested` in a `.cmd` launcher. */
export function windowsNested(spec: LauncherSpec): string[] {
  return [
    "rem Within another variant's session these are that variant's, not the user's.",
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

/** All but what no program can do without, and the list, which is unset by its name. */
function handsOn({ env, taskList }: LauncherSpec): string[] {
  const needed = /^(PATH|HOME|USERPROFILE|SHELL|TERM|TMPDIR|TEMP|TMP|SYSTEMROOT|COMSPEC|PATHEXT)$/i;
  return Object.keys(env)
    .filter((name) => name !== taskList && !needed.test(name))
    .sort();
}

/** What this launcher reads from the shell that another variant's launcher may have set. */
function notTheUsers({ keepEnv, key, headers, taskList, env }: LauncherSpec): string[] {
  const set = new Set([...clearedVariables, ...Object.keys(env)]);
  const inHeaders = shellVariables(headers).map(({ variable }) => variable);
  const taken = [...keepEnv, ...(key?.kind === 'env' ? [key.from] : []), ...inHeaders];
  const names = taken.filter((name) => set.has(name));
  return [...new Set([...names, ...(taskList === null ? [] : [taskList])])];
}
