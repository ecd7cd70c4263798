import { randomUUID } from 'node:crypto';
import {
  chmod,
  cp,
  lstat,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from '../bundle/files.ts';
import { CcMirrorError, systemCode } from '../errors.ts';

/**
 * Writes a file so that a reader sees the old content or the new one; makes its folder. Without a
 * mode, a file that is there keeps its own. A symbolic link at the path is replaced.
 */
export async function writeAtomic(
  path: string,
  content: string | Buffer,
  given?: number,
): Promise<void> {
  await makeFolder(dirname(path));
  const mode = given ?? (await modeOf(path)) ?? 0o644;
  const temporary = `${path}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    await writeFile(temporary, content, { flag: 'wx', mode });
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
  return ifThere(() => readFile(path, 'utf8'));
}

/** What to do to get back, in reverse order, if a later step fails. */
export class Undo {
  readonly #steps: (() => Promise<void>)[] = [];

  add(step: () => Promise<void>): void {
    this.#steps.push(step);
  }

  /** Remembers a file as it is now, or that there is none; of a symbolic link, the link. */
  async keep(path: string): Promise<void> {
    const there = await ifThere(() => lstat(path));
    if (!there) return this.add(() => rm(path, { force: true }));
    if (there.isSymbolicLink()) {
      const target = await readlink(path);
      return this.add(async () => {
        await rm(path, { force: true });
        await symlink(target, path);
      });
    }
    if (there.isDirectory()) {
      throw new CcMirrorError(
        'storage',
        `${path} is a folder, and a file belongs there.`,
        'Move the folder away, then run the command again.',
      );
    }
    const content = await readFile(path);
    this.add(() => writeAtomic(path, content, there.mode & 0o7777));
  }

  /** Remembers a folder as it is now, in a copy at `copy`; of a link to a folder, what it leads to. */
  async keepFolder(path: string, copy: string): Promise<void> {
    const real = await ifThere(() => realpath(path));
    if (real === null) return this.add(() => rm(path, { recursive: true, force: true }));
    const options = { recursive: true, preserveTimestamps: true, verbatimSymlinks: true };
    await cp(real, copy, options);
    this.add(async () => {
      await rm(real, { recursive: true, force: true });
      await cp(copy, real, options);
    });
  }

  /** Goes back as far as it can: what a step that failed has thrown is returned, the last first. */
  async run(): Promise<unknown[]> {
    const failures: unknown[] = [];
    for (const step of this.#steps.toReversed()) {
      try {
        await step();
      } catch (error) {
        failures.push(error);
      }
    }
    return failures;
  }
}

/** The permission bits of what is there, or null. */
async function modeOf(path: string): Promise<number | null> {
  const there = await ifThere(() => stat(path));
  return there && there.mode & 0o777;
}

async function ifThere<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}
