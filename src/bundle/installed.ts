import { realpath, stat } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { CcMirrorError, systemCode } from '../errors.ts';
import { headOf } from './files.ts';
import { openBundle } from './open.ts';
import type { Bundle } from './types.ts';

/** Where to look for the user's own Claude Code. */
export interface InstalledSearch {
  path: string;
  userHome: string;
  /** Tells a launcher of ours by its text: it is no installation. */
  isOurs: (text: string) => boolean;
}

/** The outcome: the first Claude Code found, or the places that hold something else. */
export type Installed =
  | { kind: 'found'; bundle: Bundle; command: string }
  | { kind: 'none'; refused: { path: string; why: string }[] };

/**
 * Finds the Claude Code that the user's `claude` command runs: PATH in order, then the official
 * installer's place. Links are followed; npm's command files lead to the package beside them.
 * Nothing is run.
 */
export async function findInstalled({
  path,
  userHome,
  isOurs,
}: InstalledSearch): Promise<Installed> {
  const refused: { path: string; why: string }[] = [];
  const folders = [...path.split(delimiter), join(userHome, '.local', 'bin')].filter(
    (folder) => folder !== '',
  );
  const names = process.platform === 'win32' ? ['claude.exe', 'claude.cmd'] : ['claude'];
  for (const folder of new Set(folders)) {
    for (const name of names) {
      const command = join(folder, name);
      const target = await resolveLinks(command);
      if (!target || isOurs((await headOf(target)) ?? '')) continue;
      for (const candidate of [target, ...packagesBeside(command)]) {
        try {
          return { kind: 'found', bundle: await openBundle(candidate), command };
        } catch (error) {
          if (!(error instanceof CcMirrorError)) throw error;
          if (candidate === target) refused.push({ path: command, why: error.message });
        }
      }
    }
  }
  return { kind: 'none', refused };
}

/** Where npm puts a global package, seen from its command file. */
function packagesBeside(command: string): string[] {
  const folder = dirname(command);
  const parts = ['node_modules', '@anthropic-ai', 'claude-code'];
  return [join(folder, ...parts), join(folder, '..', 'lib', ...parts)];
}

/** The file behind a command; null if there is none. */
async function resolveLinks(path: string): Promise<string | null> {
  try {
    const target = await realpath(path);
    // A folder on PATH that has this name is no command.
    return (await stat(target)).isFile() ? target : null;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP'].includes(systemCode(error) ?? '')) return null;
    throw error;
  }
}
