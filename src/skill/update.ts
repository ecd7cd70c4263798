import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readSkillFiles, type SkillFile } from './files.ts';
import type { SkillSource } from './install.ts';
import { checkPaths, checkRecord, type InstalledSkill } from './record.ts';
import { inspectTarget, pruneFolders, writeSkillFile } from './target.ts';

export interface SkillUpdate {
  /** The record to store in place of the old one. */
  installed: InstalledSkill;
  /** Files that are the user's by now and were left as they are, below the skill's folder. */
  kept: string[];
}

/**
 * Brings an installed skill to the state of its source. A file that differs from what we recorded
 * is the user's and stays; a missing one is written again; one that the source no longer has is
 * removed if it is still ours.
 * @throws {CcMirrorError} `invalid-record`; see also `readSkillFiles`
 */
export async function updateSkill(
  { from, into, render, leaveOut }: SkillSource,
  installed: InstalledSkill,
): Promise<SkillUpdate> {
  checkRecord(installed);
  return updateFiles(into, await readSkillFiles(from, render, leaveOut), installed);
}

/** The same for files that come from more than one place. @throws {CcMirrorError} `invalid-record` */
export async function updateFiles(
  into: string,
  wanted: readonly SkillFile[],
  installed: InstalledSkill,
): Promise<SkillUpdate> {
  checkPaths(installed);
  const { name } = installed;
  const ours = new Map(installed.files.map(({ path, sha256 }) => [path, sha256]));
  const result: SkillUpdate = { installed: { name, files: [] }, kept: [] };

  const paths = new Set(wanted.map(({ path }) => path));
  const dropped = installed.files.filter(({ path }) => !paths.has(path));
  const left = await removeFiles(into, { name, files: dropped });
  result.kept.push(...left.kept);
  for (const file of wanted) await updateFile(into, file, ours.get(file.path), result);
  return result;
}

/**
 * Removes what we installed and the folders that this leaves empty. What the user has changed or
 * added stays and is listed.
 * @throws {CcMirrorError} `invalid-record`
 */
export async function removeSkill(
  skillsFolder: string,
  installed: InstalledSkill,
): Promise<{ kept: string[] }> {
  checkRecord(installed);
  return removeFiles(skillsFolder, installed);
}

async function removeFiles(
  skillsFolder: string,
  installed: InstalledSkill,
): Promise<{ kept: string[] }> {
  const { name } = installed;
  const kept: string[] = [];
  for (const { path, sha256 } of installed.files) {
    const state = await inspectTarget(skillsFolder, name, path);
    if (state.kind === 'file' && state.sha256 === sha256) {
      await rm(join(skillsFolder, name, path));
      await pruneFolders(skillsFolder, name, path);
    } else if (state.kind !== 'free') kept.push(path);
  }
  return { kept };
}

/** A kept file stays in the record with our last hash: put back to that, it is ours again. */
async function updateFile(
  into: string,
  file: SkillFile,
  recorded: string | undefined,
  { installed, kept }: SkillUpdate,
): Promise<void> {
  const { path, sha256 } = file;
  const state = await inspectTarget(into, installed.name, path);
  const current = state.kind === 'file' ? state.sha256 : null;
  if (state.kind === 'free' || (current === recorded && current !== sha256)) {
    await writeSkillFile(join(into, installed.name), file);
  } else if (current !== sha256) {
    kept.push(path);
    if (recorded !== undefined) installed.files.push({ path, sha256: recorded });
    return;
  }
  installed.files.push({ path, sha256 });
}
