import { randomUUID } from 'node:crypto';
import { chmod, cp, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemCode } from '../errors.ts';

/**
 * Writes a file so that a reader sees the old content or the new one; makes its folder. Without a
 * mode, a file that is there keeps its own.
 */
export async function writeAtomic(path: string, text: string, given?: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const mode = given ?? (await modeOf(path)) ?? 0o644;
  const temporary = `${path}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    await writeFile(temporary, text, { flag: 'wx', mode });
    // The mode asked for at creation is narrowed by the umask; a launcher has to stay executable.
    await chmod(temporary, mode);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** The text of a file, or null if it does not exist. */
export async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** The permission bits of what is there, or null. */
async function modeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).mode & 0o777;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** What to do to get back, in reverse order, if a later step fails. */
export class Undo {
  readonly #steps: (() => Promise<void>)[] = [];

  add(step: () => Promise<void>): void {
    this.#steps.push(step);
  }

  /** Remembers a file as it is now. */
  async keep(path: string): Promise<void> {
    const text = await readIfThere(path);
    const mode = (await modeOf(path)) ?? undefined;
    this.add(() => (text === null ? rm(path, { force: true }) : writeAtomic(path, text, mode)));
  }

  /** Remembers a folder as it is now, in a copy at `copy`. */
  async keepFolder(path: string, copy: string): Promise<void> {
    const there = (await modeOf(path)) !== null;
    if (there) await cp(path, copy, { recursive: true, preserveTimestamps: true });
    this.add(async () => {
      await rm(path, { recursive: true, force: true });
      if (there) await cp(copy, path, { recursive: true, preserveTimestamps: true });
    });
  }

  async run(): Promise<void> {
    for (const step of this.#steps.toReversed()) await step();
  }
}
