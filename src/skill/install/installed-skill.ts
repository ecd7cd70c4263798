import { CcMirrorError } from '../../errors.ts';
import { isPathBelow, isSkillName } from '../names.ts';

/** What we have written, to know it again: plain data for `variant.json`. */
export interface InstalledSkill {
  /** Its folder; empty for files that lie side by side, as agents do. */
  name: string;
  /** `path` is below the skill's folder, with slashes; `sha256` in hexadecimal. */
  files: { path: string; sha256: string }[];
}

/**
 * Makes sure that a record leads nowhere but into its skill's folder: it is read from a file that
 * people and other tools can edit.
 * @throws {CcMirrorError} `invalid-record`
 */
export function checkRecord(installed: InstalledSkill): void {
  if (!isSkillName(installed.name)) {
    throw new CcMirrorError('invalid-record', `the record names a skill "${installed.name}"`);
  }
  checkPaths(installed);
}

/** The same for files that are not in a folder of their own. */
export function checkPaths({ name, files }: InstalledSkill): void {
  const bad = files.find(({ path }) => !isPathBelow(path));
  if (bad === undefined) return;
  const message = `the record of ${name === '' ? 'the agents' : `the skill "${name}"`} has a path "${bad.path}"`;
  throw new CcMirrorError('invalid-record', message);
}
