import { headersVariable } from './header-lines.ts';
import { posixLauncher } from './posix.ts';
import type { LauncherSpec } from './spec.ts';

/**
 * The command that starts a variant from Git Bash on Windows: the POSIX launcher with slashes in
 * paths, as bash looks up words without a slash on PATH. CLAUDE_CONFIG_DIR is as in the `.cmd`
 * launcher.
 *
 * MSYS translates what looks like a POSIX path when it starts a Windows program. That stays on for
 * arguments, as for any program; the variant's own variables are exempt
 * (https://www.msys2.org/docs/filesystem-paths/).
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
        '# Git Bash must not translate these as paths.',
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

/** As bash writes it in PWD: `/c/Users` for `C:\\Users`. */
function asInBash(path: string): string {
  return slashed(path).replace(/^([A-Za-z]):/, (_, drive: string) => `/${drive.toLowerCase()}`);
}

function slashed(path: string): string {
  return path.replaceAll('\\', '/');
}
