import { randomUUID } from 'node:crypto';
import { lstat, mkdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemCode } from '../errors.ts';
import { ifThere } from '../if-there.ts';
import { type SkillFile, sha256Of } from './files.ts';

/**
 * What stands at a path inside the skills folder. `blocked` is anything that cannot be a file of
 * ours: a link, a folder, or a path that leads through one of those; it is never read or followed.
 */
export type TargetState = { kind: 'free' } | { kind: 'file'; sha256: string } | { kind: 'blocked' };

/**
 * Looks at `<skillsFolder>/<name>/<path>` one step at a time, so that no link below the skills
 * folder is followed. The skills folder itself may be a link: that is the caller's choice. An empty
 * name stands for that folder.
 */
export async function inspectTarget(
  skillsFolder: string,
  name: string,
  path: string,
): Promise<TargetState> {
  let at = skillsFolder;
  const steps = stepsTo(name, path);
  for (const [index, step] of steps.entries()) {
    at = join(at, step);
    const kind = await kindOf(at);
    if (kind === 'nothing') return { kind: 'free' };
    const last = index === steps.length - 1;
    if (kind !== (last ? 'file' : 'folder')) return { kind: 'blocked' };
  }
  return { kind: 'file', sha256: sha256Of(await readFile(at)) };
}

function stepsTo(name: string, path: string): string[] {
  return name === '' ? path.split('/') : [name, ...path.split('/')];
}

/** What a path is, without following a link. */
export async function kindOf(path: string): Promise<'nothing' | 'file' | 'folder' | 'other'> {
  const stats = await ifThere(() => lstat(path));
  if (stats === null) return 'nothing';
  if (stats.isFile()) return 'file';
  return stats.isDirectory() ? 'folder' : 'other';
}

/** Writes a file of a skill in one step: a reader sees the old one or the new one, never half. */
export async function writeSkillFile(folder: string, file: SkillFile): Promise<void> {
  const target = join(folder, file.path);
  await mkdir(dirname(target), { recursive: true });
  const temporary = join(dirname(target), `.${randomUUID()}.tmp`);
  try {
    await writeFile(temporary, file.content, { flag: 'wx', mode: file.executable ? 0o755 : 0o644 });
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Removes the folders that a file's removal has left empty, up to and including the skill's. */
export async function pruneFolders(
  skillsFolder: string,
  name: string,
  path: string,
): Promise<void> {
  const steps = stepsTo(name, path).slice(0, -1);
  for (let length = steps.length; length > 0; length -= 1) {
    try {
      await rmdir(join(skillsFolder, ...steps.slice(0, length)));
    } catch (error) {
      if (['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(systemCode(error) ?? '')) return;
      if (systemCode(error) !== 'ENOENT') throw error;
    }
  }
}
