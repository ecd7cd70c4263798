import { join } from 'node:path';
import { sha256Of } from '../../disk/hash.ts';
import { entriesIn, lstat, readBytes } from '../../disk/sync-read.ts';
import { CcMirrorError } from '../../errors.ts';
import { isPathBelow } from '../names.ts';

/** A file of a skill or an agent in its pack. */
export interface SourceFile {
  /** Where it will be installed: below the skill's folder, with slashes. */
  path: string;
  /** Where it is now, absolute. */
  source: string;
  content: Buffer;
  executable: boolean;
}

/** A file of a skill as it will be written. `path` is below the skill's folder, with slashes. */
export interface SkillFile {
  path: string;
  content: Buffer;
  sha256: string;
  executable: boolean;
}

/** Renders the template of a file (absolute); null copies every file byte for byte. */
export type Render = ((text: string, file: string) => string) | null;

/**
 * Reads every file below a skill's folder, ordered by path. Skipped are the paths in `leaveOut`
 * (files or folders below it), and hidden names and `node_modules`: they are not part of a skill,
 * and sessions may read installed files without asking.
 * @throws {CcMirrorError} `no-such-path` without a SKILL.md; `usage` for anything that is neither a
 *   file nor a folder (a link could bring in a file from elsewhere) and for a name that not every
 *   platform can write
 */
export function readSkillFiles(folder: string, leaveOut: readonly string[] = []): SourceFile[] {
  const isOwn = (path: string): boolean =>
    !leaveOut.some((other) => path === other || path.startsWith(`${other}/`));
  const paths = listFiles(folder, '').filter(isOwn);
  if (paths.includes('SKILL.md')) {
    return paths.map((path) => readSourceFile(join(folder, path), path));
  }
  throw new CcMirrorError('no-such-path', `${folder} has no SKILL.md, so it is not a skill`);
}

/** Reads one file (absolute), to be installed at `path`. */
export function readSourceFile(source: string, path: string): SourceFile {
  const { mode } = lstat(source);
  const content = readBytes(source);
  return { path, source, content, executable: (mode & 0o111) !== 0 };
}

/** The files as they will be written: `.md` files are rendered. */
export function renderFiles(files: readonly SourceFile[], render: Render): SkillFile[] {
  return files.map(({ path, source, content: raw, executable }) => {
    const text = render !== null && path.endsWith('.md');
    const content = text ? Buffer.from(render(raw.toString('utf8'), source)) : raw;
    return { path, content, sha256: sha256Of(content), executable };
  });
}

function listFiles(folder: string, below: string): string[] {
  const paths: string[] = [];
  for (const entry of entriesIn(join(folder, below))) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) paths.push(...listFiles(folder, path));
    else if (entry.isFile() && isPathBelow(path)) paths.push(path);
    else throw cannotCopy(join(folder, path), entry.isFile());
  }
  return paths.sort();
}

function cannotCopy(path: string, isFile: boolean): CcMirrorError {
  if (isFile) {
    return new CcMirrorError('usage', `${path} has a name with a colon or backslash`, 'Rename it.');
  }
  return new CcMirrorError(
    'usage',
    `${path} is neither a file nor a folder, and skills are copied`,
    'Replace it with a copy of what it points to.',
  );
}
