import * as fs from 'node:fs';
import { CcMirrorError } from '../errors.ts';
import { withPath } from './error-path.ts';
import { ifExists } from './if-exists.ts';

// Small reads are synchronous: the system answers from memory, and the thread pool behind
// node:fs/promises takes ten times as long, a hundred times in one command. Reading and writing
// large files stays asynchronous.

export {
  accessSync as access,
  lstatSync as lstat,
  readdirSync as readdir,
  readlinkSync as readlink,
  statSync as stat,
} from 'node:fs';

export const realpath: (path: string) => string = fs.realpathSync.native;

/** With times in nanoseconds. */
export function exactStat(path: string): fs.BigIntStats {
  return fs.statSync(path, { bigint: true });
}

export function entriesIn(folder: string): fs.Dirent[] {
  return fs.readdirSync(folder, { withFileTypes: true });
}

/** The text of a small file. Error: `storage` for a pipe or a device, which may never end. */
export function readText(path: string): string {
  return readBytes(path).toString('utf8');
}

/** The bytes of a small file. Error: as `readText`. */
export function readBytes(path: string): Buffer {
  const found = fs.statSync(path);
  if (!found.isFile() && !found.isDirectory()) {
    const hint = 'Move it away, then run the command again.';
    throw new CcMirrorError('storage', `${path} is not a regular file.`, hint);
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

/** The first `length` bytes of a file; fewer if it is shorter. */
export function readHead(path: string, length: number): Buffer {
  const file = fs.openSync(path, 'r');
  try {
    const head = Buffer.alloc(length);
    return head.subarray(0, fs.readSync(file, head));
  } finally {
    fs.closeSync(file);
  }
}

/** Whether anything has this path: a file, a folder or a link, even a dangling one. */
export function exists(path: string): boolean {
  return ifExists(() => fs.lstatSync(path)) !== null;
}
