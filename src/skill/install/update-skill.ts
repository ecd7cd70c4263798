import { join } from 'node:path';
import type { FileChange } from '../../config/file-change.ts';
import { type SkillChange, type SkillSource, fileWrite } from './install-skill.ts';
import { type InstalledSkill, checkPaths, checkRecord } from './installed-skill.ts';
import type { Targets } from './target.ts';

/**
 * Updates an installed skill to the state of its source. A file that differs from its record is the
 * user's and is kept; a missing one is written again; one that the source no longer has is removed
 * if it is still ours.
 * @throws {CcMirrorError} `invalid-record`
 */
export function updateSkill(
  source: SkillSource,
  recorded: InstalledSkill,
  targets: Targets,
): SkillChange {
  checkRecord(recorded);
  return updateFiles(source, recorded, targets);
}

/** The same for files without a folder of their own. @throws {CcMirrorError} `invalid-record` */
export function updateFiles(
  source: SkillSource,
  recorded: InstalledSkill,
  targets: Targets,
): SkillChange {
  checkPaths(recorded);
  const { files: wanted, name, into } = source;
  const ours = new Map(recorded.files.map(({ path, sha256 }) => [path, sha256]));
  const paths = new Set(wanted.map(({ path }) => path));
  const dropped = recorded.files.filter(({ path }) => !paths.has(path));
  const removal = removeFiles(into, { name, files: dropped }, targets);
  const gone = new Set(
    dropped.map(({ path }) => path).filter((path) => !removal.kept.includes(path)),
  );
  const { kept, changes } = removal;
  const installed: InstalledSkill = { name, files: [] };
  for (const file of wanted) {
    const { path, sha256 } = file;
    const old = ours.get(path);
    const state = targets.files.get(path) ?? { kind: 'free' };
    const current = state.kind === 'file' ? state.sha256 : null;
    const free =
      state.kind === 'free' ||
      (state.kind === 'blocked' && state.by !== null && gone.has(state.by));
    if (free || (current === old && current !== sha256)) changes.push(fileWrite(source, file));
    else if (current !== sha256) {
      kept.push(path);
      // The record keeps our last hash: if the user restores that content, it is ours again.
      if (old !== undefined) installed.files.push({ path, sha256: old });
      continue;
    }
    installed.files.push({ path, sha256 });
  }
  return { changes, installed, kept };
}

/**
 * Removes what we installed and the folders that this leaves empty. Files that the user has edited
 * are kept and listed; files that the user has added are kept.
 * @throws {CcMirrorError} `invalid-record`
 */
export function removeSkill(
  skillsFolder: string,
  recorded: InstalledSkill,
  targets: Targets,
): Omit<SkillChange, 'installed'> {
  checkRecord(recorded);
  return removeFiles(skillsFolder, recorded, targets);
}

function removeFiles(
  skillsFolder: string,
  { name, files }: InstalledSkill,
  targets: Targets,
): Omit<SkillChange, 'installed'> {
  const changes: FileChange[] = [];
  const kept: string[] = [];
  for (const { path, sha256 } of files) {
    const state = targets.files.get(path) ?? { kind: 'free' };
    if (state.kind === 'file' && state.sha256 === sha256) {
      changes.push({ kind: 'remove', path: join(skillsFolder, name, path), upTo: skillsFolder });
    } else if (state.kind !== 'free') kept.push(path);
  }
  return { changes, kept };
}
