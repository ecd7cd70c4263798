import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256Of } from '../../disk/hash.ts';
import { ifExists } from '../../disk/if-exists.ts';
import { lstat } from '../../disk/sync-read.ts';
import type { FileChanges } from '../../transaction/changes.ts';
import type { SkillFile } from './skill-files.ts';

/**
 * The state of a path inside the skills folder. `blocked` is anything that cannot be a file of ours:
 * a link, a folder, or a path through one of those; it is never read or followed.
 */
export type TargetState = { kind: 'free' } | { kind: 'file'; sha256: string } | { kind: 'blocked' };

/**
 * Inspects `<skillsFolder>/<name>/<path>` one step at a time, so that no link below the skills
 * folder is followed. The skills folder itself may be a link: that is the caller's choice. With an
 * empty name, the path starts at the skills folder. Files in `gone`, paths below the skill's folder,
 * are about to be deleted.
 */
export async function inspectTarget(
  skillsFolder: string,
  name: string,
  path: string,
  gone: ReadonlySet<string> = new Set(),
): Promise<TargetState> {
  let at = skillsFolder;
  const steps = `${name}/${path}`.split('/').filter((step) => step !== '');
  for (const [index, step] of steps.entries()) {
    at = join(at, step);
    const kind = kindOf(at);
    const below = steps.slice(name === '' ? 0 : 1, index + 1).join('/');
    if (kind === 'nothing' || (kind === 'file' && gone.has(below))) return { kind: 'free' };
    const last = index === steps.length - 1;
    if (kind !== (last ? 'file' : 'folder')) return { kind: 'blocked' };
  }
  return { kind: 'file', sha256: sha256Of(await readFile(at)) };
}

/** What kind of thing has a path. Links are not followed. */
export function kindOf(path: string): 'nothing' | 'file' | 'folder' | 'other' {
  const stats = ifExists(() => lstat(path));
  if (stats === null) return 'nothing';
  if (stats.isFile()) return 'file';
  return stats.isDirectory() ? 'folder' : 'other';
}

/** Records that a file of a skill is to be written to the skill's folder. */
export function writeSkillFile(folder: string, file: SkillFile, changes: FileChanges): void {
  changes.write(join(folder, file.path), file.content, file.executable ? 0o755 : 0o644);
}
