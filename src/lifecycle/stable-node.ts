import { tmpdir } from 'node:os';
import { basename, delimiter, isAbsolute, join, sep } from 'node:path';
import { realpath } from '../disk/sync-read.ts';
import { systemCode } from '../errors.ts';

/**
 * A path of the Node.js at `execPath` that survives its next upgrade, to be recorded. A program knows
 * its real path, which contains the version with Homebrew, nvm, Nix and the like. A link to it on
 * PATH, or Homebrew's link for the formula, later leads to its successor. Links that last only as
 * long as a shell or npx are no better; without a link, the result is `execPath`. Shims of asdf and
 * volta are not links: which version they start depends on the folder.
 */
export function stableNode(
  execPath: string,
  path: string,
  temporary: readonly string[] = [tmpdir(), '/tmp', '/run/user'],
): string {
  if (!hasVersion(execPath)) return execPath;
  const [, prefix, formula] = /^(.+)\/Cellar\/([^/]+)\//.exec(execPath) ?? [];
  const brewed = prefix && formula ? [join(prefix, 'opt', formula, 'bin')] : [];
  for (const folder of [...path.split(delimiter), ...brewed]) {
    const link = join(folder, basename(execPath));
    if (!isAbsolute(folder) || hasVersion(link) || isTemporary(link, temporary)) continue;
    if (leadsTo(link) === execPath) return link;
  }
  return execPath;
}

/** Whether a folder of the path looks like `22.1.0`, `v20.1` or `<hash>-nodejs-22.1.0`. */
function hasVersion(path: string): boolean {
  return path
    .split(sep)
    .slice(0, -1)
    .some((folder) => /\d+\.\d+/.test(folder));
}

function isTemporary(link: string, temporary: readonly string[]): boolean {
  return (
    link.split(sep).some((part) => part === 'node_modules' || part === 'fnm_multishells') ||
    temporary.some((folder) => link.startsWith(folder + sep))
  );
}

function leadsTo(link: string): string | null {
  try {
    return realpath(link);
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return null;
  }
}
