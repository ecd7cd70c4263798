import { join } from 'node:path';
import type { FileChange } from '../../config/file-change.ts';
import { CcMirrorError } from '../../errors.ts';
import type { InstalledSkill } from './installed-skill.ts';
import type { SkillFile } from './skill-files.ts';
import type { Targets } from './target.ts';

/** A skill as it will be. */
export interface SkillSource {
  /** Its folder in `into`; empty for files without a folder of their own, such as agents. */
  name: string;
  files: readonly SkillFile[];
  /** The folder of skills, or of agents, in a configuration. */
  into: string;
}

/** What installing or updating a skill changes. */
export interface SkillChange {
  changes: FileChange[];
  /** The record to store in place of the old one. */
  installed: InstalledSkill;
  /** Files that the user has edited or added, which are kept; below the skill's folder. */
  kept: string[];
}

/**
 * Installs a skill that is not recorded yet. A folder with these very files counts as installed.
 * @throws {CcMirrorError} `name-taken` if something else has that name
 */
export function installSkill(source: SkillSource, targets: Targets): SkillChange {
  const { name, files, into } = source;
  const same = files.every(({ path, sha256 }) => {
    const state = targets.files.get(path);
    return state?.kind === 'file' && state.sha256 === sha256;
  });
  if (targets.taken && !same) {
    throw new CcMirrorError(
      'name-taken',
      `${join(into, name)} exists and is not a skill that cc-mirror installed`,
      'Rename or remove it, or leave its pack out (--skills PACKS installs others, --no-skills none), then run the command again.',
    );
  }
  return {
    changes: files.map((file) => fileWrite(source, file)),
    installed: { name, files: files.map(({ path, sha256 }) => ({ path, sha256 })) },
    kept: [],
  };
}

/** The change that writes a file of a skill. */
export function fileWrite(
  { into, name }: Pick<SkillSource, 'into' | 'name'>,
  { path, content, executable }: SkillFile,
): FileChange {
  return { kind: 'write', path: join(into, name, path), content, mode: executable ? 0o755 : 0o644 };
}
