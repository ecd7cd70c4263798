import { join } from 'node:path';
import { sha256Of } from '../../disk/hash.ts';
import { ifExists } from '../../disk/if-exists.ts';
import { lstat, readBytes } from '../../disk/sync-read.ts';

/**
 * The state of a path inside the skills folder. `blocked` is anything that cannot be a file of ours:
 * a link, a folder, or a path through one of those; it is never read or followed. `by` is the path
 * of a file, below the skill's folder, that stands where a folder would be needed.
 */
export type TargetState =
  | { kind: 'free' }
  | { kind: 'file'; sha256: string }
  | { kind: 'blocked'; by: string | null };

/** What is on disk where the files of a skill are, or will be. */
export interface Targets {
  /** Whether anything has the name of the skill's folder. */
  taken: boolean;
  /** By path below the skill's folder, with slashes. */
  files: ReadonlyMap<string, TargetState>;
}

/** The targets of a skill that is installed where nothing is yet. */
export const noTargets: Targets = { taken: false, files: new Map() };

/** Reads the state of files below `<skillsFolder>/<name>`. */
export function readTargets(skillsFolder: string, name: string, paths: readonly string[]): Targets {
  const states = paths.map((path) => [path, inspectTarget(skillsFolder, name, path)] as const);
  return { taken: kindOf(join(skillsFolder, name)) !== 'nothing', files: new Map(states) };
}

/**
 * Inspects `<skillsFolder>/<name>/<path>` one step at a time, so that no link below the skills
 * folder is followed. The skills folder itself may be a link: that is the caller's choice. With an
 * empty name, the path starts at the skills folder.
 */
export function inspectTarget(skillsFolder: string, name: string, path: string): TargetState {
  let at = skillsFolder;
  const steps = `${name}/${path}`.split('/').filter((step) => step !== '');
  for (const [index, step] of steps.entries()) {
    at = join(at, step);
    const kind = kindOf(at);
    if (kind === 'nothing') return { kind: 'free' };
    const last = index === steps.length - 1;
    if (kind === (last ? 'file' : 'folder')) continue;
    const below = steps.slice(name === '' ? 0 : 1, index + 1).join('/');
    return { kind: 'blocked', by: kind === 'file' ? below : null };
  }
  return { kind: 'file', sha256: sha256Of(readBytes(at)) };
}

/** What kind of thing has a path. Links are not followed. */
export function kindOf(path: string): 'nothing' | 'file' | 'folder' | 'other' {
  const stats = ifExists(() => lstat(path));
  if (stats === null) return 'nothing';
  if (stats.isFile()) return 'file';
  return stats.isDirectory() ? 'folder' : 'other';
}
