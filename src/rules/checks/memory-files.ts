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

/** What was done to a memory file; `sections` is null where it was made. */
export interface HealedFile {
  path: string;
  sections: string[] | null;
}

/** Where a project's memory file is. */
export function memoryPath(project: string, kind: MemoryKind): string {
  return join(project, '.cc-mirror', 'router', `${kind}.md`);
}

/** Which memory file of a project an absolute path is. */
export function memoryKindOf(project: string, path: string): MemoryKind | null {
  return memoryKinds.find((kind) => relative(memoryPath(project, kind), path) === '') ?? null;
}

/**
 * Makes and heals memory files; the ones that were as they should be are left out. A file that
 * somebody changes meanwhile is healed as it is then. What keeps one file from it, in `failures`, for
 * people, does not keep the others.
 * @throws Error for a folder that leads out of the project, and the file system's refusal to make it
 */
export function healFiles(
  project: string,
  kinds: readonly MemoryKind[],
): { healed: HealedFile[]; failures: string[] } {
  const root = realpathSync(project);
  makeFolder(join(project, '.cc-mirror'), root);
  makeFolder(join(project, '.cc-mirror', 'router'), root);
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

/** For the model, which has read the file as it was. */
export function tellHealed({ path, sections }: HealedFile): string {
  if (sections === null) return `${path} was made; fill it in as you go.`;
  return `${path} lacked the sections ${sections.join(', ')}; they were added. Read it again before you edit it.`;
}

function healFile(project: string, kind: MemoryKind, root: string): HealedFile | null {
  const path = memoryPath(project, kind);
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    if (makeFile(path, memoryTemplate(kind))) return { path, sections: null };
    const real = within(root, path);
    if (!lstatSync(real).isFile()) throw new Error('it is not a file');
    // Byte for byte: text in any encoding, or in none, comes out as it went in.
    const before = readFileSync(real, 'latin1');
    if (before.includes('\0')) throw new Error('it is not text in UTF-8');
    const { text, added } = healMemory(kind, before);
    if (added.length === 0) return null;
    if (replaceFile(real, before, text)) return { path, sections: added };
  }
  throw new Error('it is changed all the time');
}

/** False where something is there already. What cannot be written to its end is taken away. */
function makeFile(path: string, text: string): boolean {
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

/** Replaces the whole file at once; false where it is not `before` any more. */
function replaceFile(path: string, before: string, text: string): boolean {
  const aside = `${path}.${process.pid}.new`;
  try {
    const mode = lstatSync(path).mode & 0o7777;
    writeFileSync(aside, text, { encoding: 'latin1', mode });
    // The process's mask took bits away.
    chmodSync(aside, mode);
    if (readFileSync(path, 'latin1') !== before) return false;
    renameSync(aside, path);
    return true;
  } finally {
    rmSync(aside, { force: true });
  }
}

function makeFolder(path: string, root: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  }
  within(root, path);
}

/** What a path leads to, which has to be in the project. */
function within(root: string, path: string): string {
  const real = realpathSync(path);
  if (wayInto(root, real) !== null) return real;
  throw new Error(`${path} leads out of the project, to ${real}`);
}
