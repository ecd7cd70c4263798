import { headersVariable } from './headers.ts';
import { posixLauncher } from './posix.ts';
import type { LauncherSpec } from './spec.ts';

/**
 * The text of the command that starts a variant from Git Bash on Windows: the POSIX launcher with
 * paths written with slashes, as bash looks for a word without one on PATH. CLAUDE_CONFIG_DIR stays
 * as the `.cmd` launcher has it.
 *
 * MSYS translates what looks like a POSIX path when it starts a program of Windows. Arguments are
 * left to that, as for any other program; the variant's own variables are exempted by name, so
 * that their values arrive as they are (https://www.msys2.org/docs/filesystem-paths/).
 */
export function gitBashLauncher(spec: LauncherSpec): string {
  const { command, key, headers } = spec;
  const exempt = 'MSYS2_ENV_CONV_EXCL';
  return posixLauncher(
    {
      ...spec,
      command:
        command.kind === 'native'
          ? { ...command, path: slashed(command.path) }
          : { ...command, node: slashed(command.node), script: slashed(command.script) },
      key: key?.kind === 'file' ? { ...key, file: slashed(key.file) } : key,
      headers: headers ? { ...headers, file: slashed(headers.file) } : null,
      earlierLists: spec.earlierLists.map(asInBash),
    },
    {
      anyCase: true,
      beforeStart: [
        '# Git Bash is not to take these for paths and translate them.',
        `export ${exempt}="\${${exempt}:+$${exempt};}${ownNames(spec).join(';')}"`,
      ],
    },
  );
}

function ownNames({ env, keepEnv, key, headers, taskList }: LauncherSpec): string[] {
  const names = new Set(['CLAUDE_CONFIG_DIR', ...Object.keys(env)]);
  for (const name of keepEnv) names.delete(name);
  if (key !== null) names.add(key.variable);
  if (headers) names.add(headersVariable);
  if (taskList !== null) names.add(taskList);
  return [...names];
}

/** As bash has it in PWD: `/c/Users` for `C:\\Users`. */
function asInBash(path: string): string {
  return slashed(path).replace(/^([A-Za-z]):/, (_, drive: string) => `/${drive.toLowerCase()}`);
}

function slashed(path: string): string {
  return path.replaceAll('\\', '/');
}
