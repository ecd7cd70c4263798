import { CcMirrorError } from '../../errors.ts';
import { isPathBelow, isSkillName } from '../names.ts';

/** The files of a skill that we wrote, so that they can be recognised: plain data for variant.json. */
export interface InstalledSkill {
  /** Its folder; empty for files without a folder of their own, such as agents. */
  name: string;
  /** `path` is below the skill's folder, with slashes; `sha256` in hexadecimal. */
  files: { path: string; sha256: string }[];
}

/**
 * Checks that a record stays within its skill's folder: people and other tools can edit the file
 * that it comes from.
 * @throws {CcMirrorError} `invalid-record`
 */
export function checkRecord(installed: InstalledSkill): void {
  if (!isSkillName(installed.name)) {
    throw new CcMirrorError('invalid-record', `the record names a skill "${installed.name}"`);
  }
  checkPaths(installed);
}

/** The same for files without a folder of their own. */
export function checkPaths({ name, files }: InstalledSkill): void {
  const bad = files.find(({ path }) => !isPathBelow(path));
  if (bad === undefined) return;
  const subject = name === '' ? 'the agents' : `the skill "${name}"`;
  throw new CcMirrorError('invalid-record', `the record of ${subject} has a path "${bad.path}"`);
}
