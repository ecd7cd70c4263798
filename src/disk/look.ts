import * as fs from 'node:fs';

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

/** The text of a small file. */
export async function readText(path: string): Promise<string> {
  return fs.readFileSync(path, 'utf8');
}
