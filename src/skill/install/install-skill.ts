import { join } from 'node:path';
import { CcMirrorError } from '../../errors.ts';
import type { FileChanges } from '../../transaction/changes.ts';
import type { InstalledSkill } from './installed-skill.ts';
import type { SkillFile } from './skill-files.ts';
import { inspectTarget, kindOf, writeSkillFile } from './target.ts';

export interface SkillSource {
  /** The name of its folder in the configuration. */
  name: string;
  files: readonly SkillFile[];
  /** The `skills` folder of a configuration. */
  into: string;
}

/**
 * Copies a skill into a skills folder, through `changes`. A folder with these very files counts as
 * installed.
 * @throws {CcMirrorError} `name-taken` if something else has that name
 */
export async function installSkill(
  { name, files, into }: SkillSource,
  changes: FileChanges,
): Promise<InstalledSkill> {
  const target = join(into, name);
  if (kindOf(target) !== 'nothing' && !(await holdsAll(into, name, files))) {
    throw new CcMirrorError(
      'name-taken',
      `${target} exists and is not a skill that cc-mirror installed`,
      'Rename or remove it, or leave its pack out (--skills PACKS installs others, --no-skills none), then run the command again.',
    );
  }
  for (const file of files) writeSkillFile(target, file, changes);
  return { name, files: files.map(({ path, sha256 }) => ({ path, sha256 })) };
}

async function holdsAll(into: string, name: string, files: readonly SkillFile[]): Promise<boolean> {
  for (const file of files) {
    const state = await inspectTarget(into, name, file.path);
    if (state.kind !== 'file' || state.sha256 !== file.sha256) return false;
  }
  return true;
}
