import { delimiter, dirname, join } from 'node:path';
import { CcMirrorError } from '../../errors.ts';
import { headOf } from '../../disk/read.ts';
import { claudePackage } from '../claude-package.ts';
import { openBundle } from '../open.ts';
import type { Bundle } from '../types.ts';
import { findTarget } from './locate.ts';
import { followWrapper } from './wrapper.ts';

/** Where to look for the user's own Claude Code. */
export interface InstalledSearch {
  path: string;
  userHome: string;
  /** Whether a file's text is one of our launchers, which are not installations. */
  isOurs: (text: string) => boolean;
}

/** A command on PATH that, judging by its files, does not lead to a Claude Code. */
interface Refused {
  path: string;
  why: string;
}

/** The outcome: the first Claude Code found, if any, and the commands refused before it. */
export type Installed =
  | { kind: 'found'; bundle: Bundle; command: string; refused: Refused[] }
  | { kind: 'none'; refused: Refused[] };

/**
 * Finds the Claude Code that the user's `claude` command runs: on PATH, then where the official
 * installer puts it. Follows links, npm's command files to the package beside them, and wrappers to
 * what they start (see `followWrapper`). Runs nothing.
 */
export async function findInstalled(search: InstalledSearch): Promise<Installed> {
  const { path, userHome, isOurs } = search;
  const refused: Refused[] = [];
  const folders = [...path.split(delimiter), join(userHome, '.local', 'bin')].filter(
    (folder) => folder !== '',
  );
  const names = process.platform === 'win32' ? ['claude.exe', 'claude.cmd'] : ['claude'];
  for (const folder of new Set(folders)) {
    for (const name of names) {
      const command = join(folder, name);
      const target = findTarget(command);
      if (!target || isOurs(headOf(target) ?? '')) continue;
      const found = await openCommand(command, target, search);
      if ('why' in found) refused.push({ path: command, why: found.why });
      else return { kind: 'found', bundle: found, command, refused };
    }
  }
  return { kind: 'none', refused };
}

/** Enough for wrappers around wrappers. */
const MAX_FILES = 12;

/** The Claude Code that a command runs, or why it runs none. */
async function openCommand(
  command: string,
  target: string,
  { userHome, isOurs }: InstalledSearch,
): Promise<Bundle | { why: string }> {
  const candidates = [target, ...packagesBeside(command)];
  let why = '';
  for (let index = 0; index < Math.min(candidates.length, MAX_FILES); index++) {
    const candidate = candidates[index] ?? '';
    try {
      return await openBundle(candidate);
    } catch (error) {
      if (!(error instanceof CcMirrorError)) throw error;
      why ||= error.message;
    }
    const file = findTarget(candidate);
    if (file === null || (candidate !== target && isOurs(headOf(file) ?? ''))) continue;
    const path = candidate === target ? command : candidate;
    const lead = followWrapper({ path, target: file, userHome });
    candidates.push(...lead.paths.filter((path) => !candidates.includes(path)));
    if (lead.unclear !== null) why = `${command} ${lead.unclear}.`;
  }
  return { why };
}

/** Where npm puts a global package, relative to its command file. */
function packagesBeside(command: string): string[] {
  const path = join('node_modules', claudePackage);
  return [join(dirname(command), path), join(dirname(command), '..', 'lib', path)];
}
