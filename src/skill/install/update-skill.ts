import { join } from 'node:path';
import type { SkillFile } from './skill-files.ts';
import type { FileChanges } from '../../transaction/changes.ts';
import type { SkillSource } from './install-skill.ts';
import { checkPaths, checkRecord, type InstalledSkill } from './installed-skill.ts';
import { inspectTarget, writeSkillFile } from './target.ts';

export interface SkillUpdate {
  /** The record to store in place of the old one. */
  installed: InstalledSkill;
  /** Files that the user has edited or added, which were kept; below the skill's folder. */
  kept: string[];
}

/**
 * Updates an installed skill to the state of its source, through `changes`. A file that differs from
 * its record is the user's and is kept; a missing one is written again; one that the source no longer
 * has is removed if it is still ours.
 * @throws {CcMirrorError} `invalid-record`
 */
export async function updateSkill(
  { files, into }: SkillSource,
  installed: InstalledSkill,
  changes: FileChanges,
): Promise<SkillUpdate> {
  checkRecord(installed);
  return updateFiles(into, files, installed, changes);
}

/** The same for files from several sources. @throws {CcMirrorError} `invalid-record` */
export async function updateFiles(
  into: string,
  wanted: readonly SkillFile[],
  installed: InstalledSkill,
  changes: FileChanges,
): Promise<SkillUpdate> {
  checkPaths(installed);
  const { name } = installed;
  const ours = new Map(installed.files.map(({ path, sha256 }) => [path, sha256]));
  const result: SkillUpdate = { installed: { name, files: [] }, kept: [] };

  const paths = new Set(wanted.map(({ path }) => path));
  const dropped = installed.files.filter(({ path }) => !paths.has(path));
  const left = await removeFiles(into, { name, files: dropped }, changes);
  result.kept.push(...left.kept);
  const gone = new Set(dropped.map(({ path }) => path).filter((path) => !left.kept.includes(path)));
  for (const file of wanted) {
    await updateFile(into, file, { recorded: ours.get(file.path), gone }, result, changes);
  }
  return result;
}

/**
 * Removes what we installed and the folders that this leaves empty. Files that the user has edited
 * are kept and listed; files that the user has added are kept.
 * @throws {CcMirrorError} `invalid-record`
 */
export async function removeSkill(
  skillsFolder: string,
  installed: InstalledSkill,
  changes: FileChanges,
): Promise<{ kept: string[] }> {
  checkRecord(installed);
  return removeFiles(skillsFolder, installed, changes);
}

async function removeFiles(
  skillsFolder: string,
  installed: InstalledSkill,
  changes: FileChanges,
): Promise<{ kept: string[] }> {
  const { name } = installed;
  const kept: string[] = [];
  for (const { path, sha256 } of installed.files) {
    const state = await inspectTarget(skillsFolder, name, path);
    if (state.kind === 'file' && state.sha256 === sha256) {
      changes.remove(join(skillsFolder, name, path), skillsFolder);
    } else if (state.kind !== 'free') kept.push(path);
  }
  return { kept };
}

/** The record of a kept file keeps our last hash: if the user restores that content, it is ours again. */
async function updateFile(
  into: string,
  file: SkillFile,
  { recorded, gone }: { recorded: string | undefined; gone: ReadonlySet<string> },
  { installed, kept }: SkillUpdate,
  changes: FileChanges,
): Promise<void> {
  const { path, sha256 } = file;
  const state = await inspectTarget(into, installed.name, path, gone);
  const current = state.kind === 'file' ? state.sha256 : null;
  if (state.kind === 'free' || (current === recorded && current !== sha256)) {
    writeSkillFile(join(into, installed.name), file, changes);
  } else if (current !== sha256) {
    kept.push(path);
    if (recorded !== undefined) installed.files.push({ path, sha256: recorded });
    return;
  }
  installed.files.push({ path, sha256 });
}
