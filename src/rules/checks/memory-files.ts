import {
  chmodSync,
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { systemCode } from '../../errors.ts';
import { type MemoryKind, healMemory, memoryKinds, memoryTemplate } from './memory.ts';
import { wayInto } from './followed-paths.ts';

/** A memory file that was created (`sections` is null) or got missing sections. */
export interface HealedFile {
  path: string;
  sections: string[] | null;
}

/** The path of a project's memory file. */
export function memoryPath(project: string, kind: MemoryKind): string {
  return join(project, '.cc-mirror', 'router', `${kind}.md`);
}

/** The memory file of a project that an absolute path belongs to. */
export function memoryKindOf(project: string, path: string): MemoryKind | null {
  return memoryKinds.find((kind) => relative(memoryPath(project, kind), path) === '') ?? null;
}

/**
 * Creates missing memory files and adds missing sections; complete files are not in the result. A
 * file that changes meanwhile is read again. A failure for one file, described in `failures`, does
 * not affect the others.
 * @throws {Error} if the folder leads out of the project or cannot be created
 */
export function healFiles(
  project: string,
  kinds: readonly MemoryKind[],
): { healed: HealedFile[]; failures: string[] } {
  const root = realpathSync(project);
  createFolder(join(project, '.cc-mirror'), root);
  createFolder(join(project, '.cc-mirror', 'router'), root);
  const healed: HealedFile[] = [];
  const failures: string[] = [];
  for (const kind of kinds) {
    try {
      const file = healFile(project, kind, root);
      if (file !== null) healed.push(file);
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      failures.push(`${memoryPath(project, kind)} was not completed: ${what}`);
    }
  }
  return { healed, failures };
}

/** Tells the model, which has read the earlier file. */
export function tellHealed({ path, sections }: HealedFile): string {
  if (sections === null) return `${path} was created; fill it in as you go.`;
  return `${path} lacked the sections ${sections.join(', ')}; they were added. Read it again before you edit it.`;
}

function healFile(project: string, kind: MemoryKind, root: string): HealedFile | null {
  const path = memoryPath(project, kind);
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    if (createFile(path, memoryTemplate(kind))) return { path, sections: null };
    const real = within(root, path);
    if (!lstatSync(real).isFile()) throw new Error('it is not a file');
    // Byte for byte, so that text in any encoding is preserved.
    const before = readFileSync(real, 'latin1');
    if (before.includes('\0')) throw new Error('it is not text in UTF-8');
    const { text, added } = healMemory(kind, before);
    if (added.length === 0) return null;
    if (replaceFile(real, before, text)) return { path, sections: added };
  }
  throw new Error('it keeps changing');
}

/** False if the path exists. A file that cannot be written completely is deleted. */
function createFile(path: string, text: string): boolean {
  let file: number;
  try {
    file = openSync(path, 'wx');
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
  try {
    writeFileSync(file, text);
    return true;
  } catch (error) {
    rmSync(path);
    throw error;
  } finally {
    closeSync(file);
  }
}

/** Replaces the file atomically; false if it is no longer `before`. */
function replaceFile(path: string, before: string, text: string): boolean {
  const aside = `${path}.${process.pid}.new`;
  try {
    const mode = lstatSync(path).mode & 0o7777;
    writeFileSync(aside, text, { encoding: 'latin1', mode });
    // The umask has removed bits.
    chmodSync(aside, mode);
    if (readFileSync(path, 'latin1') !== before) return false;
    renameSync(aside, path);
    return true;
  } finally {
    rmSync(aside, { force: true });
  }
}

function createFolder(path: string, root: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  }
  within(root, path);
}

/** The real path, which has to be in the project. */
function within(root: string, path: string): string {
  const real = realpathSync(path);
  if (wayInto(root, real) !== null) return real;
  throw new Error(`${path} leads out of the project, to ${real}`);
}
