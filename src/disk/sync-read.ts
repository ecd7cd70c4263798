import * as fs from 'node:fs';
import { CcMirrorError } from '../errors.ts';
import { withPath } from './error-path.ts';
import { ifExists } from './if-exists.ts';

// Looking at files. The system answers from memory, so going through a thread, as node:fs/promises
// does, takes ten times as long, a hundred times in a command. What may take long, such as reading
// and writing large files, stays asynchronous.

export function lstat(path: string): fs.Stats {
  return fs.lstatSync(path);
}

export function stat(path: string): fs.Stats {
  return fs.statSync(path);
}

/** With times in nanoseconds. */
export function exactStat(path: string): fs.BigIntStats {
  return fs.statSync(path, { bigint: true });
}

export function readlink(path: string): string {
  return fs.readlinkSync(path);
}

export function realpath(path: string): string {
  return fs.realpathSync.native(path);
}

/** Throws unless this process may do with it what `mode` says, of `constants`. */
export function access(path: string, mode: number): void {
  fs.accessSync(path, mode);
}

export function readdir(folder: string): string[] {
  return fs.readdirSync(folder);
}

export function entriesIn(folder: string): fs.Dirent[] {
  return fs.readdirSync(folder, { withFileTypes: true });
}

/** The text of a small file. Error: `storage` for what is no file, as a pipe, which may never end. */
export function readText(path: string): string {
  return readBytes(path).toString('utf8');
}

/** The bytes of a small file. Error: as `readText`. */
export function readBytes(path: string): Buffer {
  const there = fs.statSync(path);
  if (!there.isFile() && !there.isDirectory()) {
    const hint = 'Move it away, then run the command again.';
    throw new CcMirrorError('storage', `${path} is no file, and one is read there.`, hint);
  }
  try {
    return fs.readFileSync(path);
  } catch (error) {
    throw withPath(error, path);
  }
}

/** The text of a small file, or null if it does not exist. */
export function readIfExists(path: string): string | null {
  return ifExists(() => readText(path));
}

/** Whether anything has that path: a folder, a file or a link that leads nowhere. */
export function exists(path: string): boolean {
  return ifExists(() => lstat(path)) !== null;
}
