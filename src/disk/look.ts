import * as fs from 'node:fs';
import { CcMirrorError, systemCode } from '../errors.ts';

// What node:fs/promises has to look at files, answered at once: the system knows it from memory, and
// asking another thread takes ten times as long, a hundred times in a command. What may take long, as
// reading and writing large files does, stays there.

export async function lstat(path: string): Promise<fs.Stats> {
  return fs.lstatSync(path);
}

export async function stat(path: string): Promise<fs.Stats> {
  return fs.statSync(path);
}

/** With times in nanoseconds. */
export async function exactStat(path: string): Promise<fs.BigIntStats> {
  return fs.statSync(path, { bigint: true });
}

export async function readlink(path: string): Promise<string> {
  return fs.readlinkSync(path);
}

export async function realpath(path: string): Promise<string> {
  return fs.realpathSync.native(path);
}

/** Rejects unless this process may do with it what `mode` says, of `constants`. */
export async function access(path: string, mode: number): Promise<void> {
  fs.accessSync(path, mode);
}

export async function readdir(folder: string): Promise<string[]> {
  return fs.readdirSync(folder);
}

export async function entriesIn(folder: string): Promise<fs.Dirent[]> {
  return fs.readdirSync(folder, { withFileTypes: true });
}

/** The text of a small file. Error: `storage` for what is no file, as a pipe, which may never end. */
export async function readText(path: string): Promise<string> {
  return (await readBytes(path)).toString('utf8');
}

/** The bytes of a small file. Error: as `readText`. */
export async function readBytes(path: string): Promise<Buffer> {
  const there = fs.statSync(path);
  if (!there.isFile() && !there.isDirectory()) {
    const hint = 'Move it away, then run the command again.';
    throw new CcMirrorError('storage', `${path} is no file, and one is read there.`, hint);
  }
  return located(path, async () => fs.readFileSync(path));
}

/** Has an error of the system say what path it is about: that of a file that is open does not. */
export async function located<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof Error && systemCode(error) !== undefined) Object.assign(error, { path });
    throw error;
  }
}
