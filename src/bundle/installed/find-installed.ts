import { delimiter, dirname, join } from 'node:path';
import { CcMirrorError } from '../../errors.ts';
import { headOf } from '../../disk/read.ts';
import { findTarget } from './locate.ts';
import { openBundle } from '../open.ts';
import type { Bundle } from '../types.ts';
import { followWrapper } from './wrapper.ts';

/** Where to look for the user's own Claude Code. */
export interface InstalledSearch {
  path: string;
  userHome: string;
  /** Tells a launcher of ours by its text: it is no installation. */
  isOurs: (text: string) => boolean;
}

/** A command on PATH that is no Claude Code, as far as can be told without running it. */
interface Refused {
  path: string;
  why: string;
}

/** The outcome: the first Claude Code found, if any, and what stood before it. */
export type Installed =
  | { kind: 'found'; bundle: Bundle; command: string; refused: Refused[] }
  | { kind: 'none'; refused: Refused[] };

/**
 * Finds the Claude Code that the user's `claude` command runs: PATH in order, then the official
 * installer's place. Links are followed, npm's command files lead to the package beside them, and
 * wrappers to what they start (see `followWrapper`). Nothing is run.
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
      const target = await findTarget(command);
      if (!target || isOurs((await headOf(target)) ?? '')) continue;
      const found = await openCommand(command, target, search);
      if ('why' in found) refused.push({ path: command, why: found.why });
      else return { kind: 'found', bundle: found, command, refused };
    }
  }
  return { kind: 'none', refused };
}

/** Wrappers around wrappers; nobody needs more. */
const MAX_FILES = 12;

/** The Claude Code that a command runs, or why there is none. */
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
    const file = await findTarget(candidate);
    if (file === null || (candidate !== target && isOurs((await headOf(file)) ?? ''))) continue;
    const path = candidate === target ? command : candidate;
    const lead = await followWrapper({ path, target: file, userHome });
    candidates.push(...lead.paths.filter((path) => !candidates.includes(path)));
    if (lead.unclear !== null) why = `${command} ${lead.unclear}.`;
  }
  return { why };
}

/** Where npm puts a global package, seen from its command file. */
function packagesBeside(command: string): string[] {
  const folder = dirname(command);
  const parts = ['node_modules', '@anthropic-ai', 'claude-code'];
  return [join(folder, ...parts), join(folder, '..', 'lib', ...parts)];
}
