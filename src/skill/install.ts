import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CcMirrorError, systemCode } from '../errors.ts';
import { type Render, readSkillFiles, type SkillFile } from './files.ts';
import type { InstalledSkill } from './record.ts';
import { inspectTarget, kindOf, writeSkillFile } from './target.ts';

export interface SkillSource {
  /** What its folder in the configuration is called. */
  name: string;
  from: string;
  /** Paths below `from` that are not the skill's. */
  leaveOut?: readonly string[];
  /** The `skills` folder of a configuration; made if it is missing. */
  into: string;
  render: Render;
}

/**
 * Copies a skill into a skills folder, all of it or nothing: it is written beside its place and
 * renamed. A folder that already holds these very files counts as installed, so that a run
 * that was cut off before it wrote its record can be repeated.
 * @throws {CcMirrorError} `name-taken` where something else has that name; see also
 *   `readSkillFiles`
 */
export async function installSkill(source: SkillSource): Promise<InstalledSkill> {
  const { name, from, into, render, leaveOut } = source;
  const files = await readSkillFiles(from, render, leaveOut);
  const installed = { name, files: files.map(({ path, sha256 }) => ({ path, sha256 })) };

  await mkdir(into, { recursive: true });
  const target = join(into, name);
  if ((await kindOf(target)) === 'nothing') {
    if (await moveIntoPlace(files, into, target)) return installed;
  }
  if (await holdsAll(into, name, files)) return installed;
  throw new CcMirrorError(
    'name-taken',
    `${target} exists and is not a skill that cc-mirror installed`,
    'Rename or remove it, then run the command again.',
  );
}

/** False where another process was there first. */
async function moveIntoPlace(files: SkillFile[], into: string, target: string): Promise<boolean> {
  const staging = join(into, `.${randomUUID()}.tmp`);
  try {
    await mkdir(staging);
    for (const file of files) await writeSkillFile(staging, file);
    await rename(staging, target);
    return true;
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    const taken = ['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EPERM'].includes(systemCode(error) ?? '');
    if (taken && (await kindOf(target)) !== 'nothing') return false;
    throw error;
  }
}

async function holdsAll(into: string, name: string, files: SkillFile[]): Promise<boolean> {
  for (const file of files) {
    const state = await inspectTarget(into, name, file.path);
    if (state.kind !== 'file' || state.sha256 !== file.sha256) return false;
  }
  return true;
}
