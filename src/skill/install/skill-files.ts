import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lstat, entriesIn } from '../../disk/sync-read.ts';
import { allDone } from '../../disk/concurrency.ts';
import { sha256Of } from '../../disk/hash.ts';
import { CcMirrorError } from '../../errors.ts';
import { isPathBelow } from '../names.ts';

/** A file of a skill or an agent as its pack has it. */
export interface SourceFile {
  /** Where it is written: below the skill's folder, with slashes. */
  path: string;
  /** Where it lies, absolute. */
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

/** Fills in the template of a file (absolute); null takes every file byte for byte. */
export type Render = ((text: string, file: string) => string) | null;

/**
 * Reads every file below a skill's folder, in the order of their paths, but for those left out
 * (paths below it, of files or folders), hidden ones and `node_modules`: a skill's own are not
 * among these, and what is installed can be read without asking.
 * @throws {CcMirrorError} `no-such-path` without a SKILL.md; `usage` on anything that is neither
 *   file nor folder (a link could bring in a file from elsewhere) and on a name that not every
 *   platform can write
 */
export async function readSkillFiles(
  folder: string,
  leaveOut: readonly string[] = [],
): Promise<SourceFile[]> {
  const isOwn = (path: string): boolean =>
    !leaveOut.some((other) => path === other || path.startsWith(`${other}/`));
  const paths = (await listFiles(folder, '')).filter(isOwn);
  if (paths.includes('SKILL.md')) {
    return allDone(paths, (path) => readSourceFile(join(folder, path), path));
  }
  throw new CcMirrorError('no-such-path', `${folder} holds no SKILL.md, so it is not a skill`);
}

/** One file (absolute), to be written at `path`. */
export async function readSourceFile(source: string, path: string): Promise<SourceFile> {
  const { mode } = lstat(source);
  const content = await readFile(source);
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

async function listFiles(folder: string, below: string): Promise<string[]> {
  const paths: string[] = [];
  for (const entry of entriesIn(join(folder, below))) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) paths.push(...(await listFiles(folder, path)));
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
    `${path} is neither a file nor a folder, and a skill is copied`,
    'Replace it with a copy of what it points to.',
  );
}
