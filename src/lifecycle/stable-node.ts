import { tmpdir } from 'node:os';
import { basename, delimiter, isAbsolute, join, sep } from 'node:path';
import { realpath } from '../disk/sync-read.ts';
import { systemCode } from '../errors.ts';

/**
 * A path of the Node.js at `execPath` that outlives its next upgrade, for what is written down: a
 * program knows itself by its real path, which for Homebrew, nvm, Nix and their like has the version
 * in it. A link to it on PATH, or Homebrew's own for the formula, leads to its successor later. Links
 * that go with a shell, or with npx, are no better than the path itself; where there is none, that.
 * Shims of asdf or volta are no links: which version they start depends on the folder.
 */
export async function stableNode(
  execPath: string,
  path: string,
  passing: readonly string[] = [tmpdir(), '/tmp', '/run/user'],
): Promise<string> {
  if (!hasVersion(execPath)) return execPath;
  const [, prefix, formula] = /^(.+)\/Cellar\/([^/]+)\//.exec(execPath) ?? [];
  const brewed = prefix && formula ? [join(prefix, 'opt', formula, 'bin')] : [];
  for (const folder of [...path.split(delimiter), ...brewed]) {
    const link = join(folder, basename(execPath));
    if (!isAbsolute(folder) || hasVersion(link) || isPassing(link, passing)) continue;
    if ((await leadsTo(link)) === execPath) return link;
  }
  return execPath;
}

/** A folder such as `22.1.0`, `v20` with more numbers, or `<hash>-nodejs-22.1.0`. */
function hasVersion(path: string): boolean {
  return path
    .split(sep)
    .slice(0, -1)
    .some((folder) => /\d+\.\d+/.test(folder));
}

function isPassing(link: string, passing: readonly string[]): boolean {
  const parts = link.split(sep);
  const kept = !parts.includes('node_modules') && !parts.includes('fnm_multishells');
  return !kept || passing.some((folder) => link.startsWith(folder + sep));
}

async function leadsTo(link: string): Promise<string | null> {
  try {
    return realpath(link);
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return null;
  }
}
