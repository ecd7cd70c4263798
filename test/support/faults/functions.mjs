// The functions of Node's fs that change something, and how each is done by half.
import fs from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** The functions as they were before anything was wrapped. */
export const real = { ...fs };

const { O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_APPEND } = fs.constants;
const { COPYFILE_EXCL, COPYFILE_FICLONE_FORCE } = fs.constants;

/**
 * What is wrapped. `syscall`: what an error names; `paths`: how many arguments are paths, 0 where the
 * first is a file descriptor; `space`: a full disk refuses it; `writes`: it may do so in the middle;
 * `tear`: what does half of it, null where there is no half.
 */
export const functions = {
  appendFile: { syscall: 'open', paths: 1, space: true, writes: true, tear: tearWriteFile('a') },
  chmod: { syscall: 'chmod', paths: 1 },
  chown: { syscall: 'chown', paths: 1 },
  copyFile: { syscall: 'copyfile', paths: 2, space: true, tear: tearCopyFile },
  cp: { syscall: 'cp', paths: 2, space: true, tear: tearCp },
  fchmod: { syscall: 'fchmod', paths: 0 },
  fchown: { syscall: 'fchown', paths: 0 },
  fdatasync: { syscall: 'fdatasync', paths: 0, space: true },
  fsync: { syscall: 'fsync', paths: 0, space: true },
  ftruncate: { syscall: 'ftruncate', paths: 0, space: true },
  futimes: { syscall: 'futime', paths: 0 },
  lchmod: { syscall: 'lchmod', paths: 1 },
  lchown: { syscall: 'lchown', paths: 1 },
  link: { syscall: 'link', paths: 2, space: true },
  lutimes: { syscall: 'lutime', paths: 1 },
  mkdir: { syscall: 'mkdir', paths: 1, space: true, tear: tearMkdir },
  mkdtemp: { syscall: 'mkdtemp', paths: 1, space: true },
  open: { syscall: 'open', paths: 1, space: true },
  rename: { syscall: 'rename', paths: 2 },
  rm: { syscall: 'unlink', paths: 1, tear: tearRm },
  rmdir: { syscall: 'rmdir', paths: 1 },
  symlink: { syscall: 'symlink', paths: 2, space: true },
  truncate: { syscall: 'open', paths: 1 },
  unlink: { syscall: 'unlink', paths: 1 },
  utimes: { syscall: 'utime', paths: 1 },
  write: { syscall: 'write', paths: 0, space: true, writes: true, tear: tearWrite },
  writeFile: { syscall: 'open', paths: 1, space: true, writes: true, tear: tearWriteFile('w') },
  writev: { syscall: 'write', paths: 0, space: true, writes: true, tear: tearWritev },
};

/** FileHandle's methods, as the function that does the same to a file descriptor. */
export const handleMethods = {
  appendFile: 'appendFile',
  chmod: 'fchmod',
  chown: 'fchown',
  datasync: 'fdatasync',
  sync: 'fsync',
  truncate: 'ftruncate',
  utimes: 'futimes',
  write: 'write',
  writeFile: 'writeFile',
  writev: 'writev',
};

/** Whether anything will be different: what is there already need not be made, nor what is gone removed. */
export function changes(name, [first, second]) {
  if (typeof first === 'number' && first <= 2) return false;
  if (name === 'mkdir' && second?.recursive === true) return !real.existsSync(first);
  if (name === 'rm' && second?.force === true)
    return real.lstatSync(first, { throwIfNoEntry: false }) !== undefined;
  if (name !== 'open') return true;
  if (typeof second === 'number')
    return (second & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND)) !== 0;
  return typeof second === 'string' && /[wa+]/.test(second);
}

function tearWriteFile(usual) {
  return ([target, data, options]) => {
    const half = halfOf(typeof data === 'string' ? Buffer.from(data, encodingOf(options)) : data);
    return () => {
      if (typeof target === 'number') return void real.writeSync(target, half);
      const { flag = usual, mode = 0o666 } = typeof options === 'object' ? (options ?? {}) : {};
      const file = real.openSync(target, flag, mode);
      real.writeSync(file, half);
      real.closeSync(file);
    };
  };
}

function encodingOf(options) {
  return (typeof options === 'string' ? options : options?.encoding) ?? 'utf8';
}

function tearCopyFile([from, to, how = 0]) {
  // Sharing blocks happens in one step, or not at all.
  if ((how & COPYFILE_FICLONE_FORCE) !== 0) return null;
  return () => {
    const { mode } = real.statSync(from);
    const file = real.openSync(to, (how & COPYFILE_EXCL) === 0 ? 'w' : 'wx', mode);
    real.writeSync(file, halfOf(real.readFileSync(from)));
    real.closeSync(file);
  };
}

/** Of several folders to be made, the outermost. */
function tearMkdir([path, options]) {
  if (options?.recursive !== true) return null;
  let outermost = resolve(String(path));
  while (!real.existsSync(dirname(outermost))) outermost = dirname(outermost);
  return outermost === resolve(String(path)) ? null : () => real.mkdirSync(outermost, options.mode);
}

/** Of a folder with what is in it, half of the files. */
function tearRm([path, options]) {
  if (options?.recursive !== true) return null;
  const files = pathsBelow(String(path));
  if (files.length < 2) return null;
  return () => {
    for (const file of files.slice(0, Math.ceil(files.length / 2))) real.unlinkSync(file);
  };
}

function tearCp([from, to]) {
  return () => copyHalf(String(from), String(to));
}

function tearWrite([file, data, second, third, fourth]) {
  if (typeof data === 'string') {
    const half = halfOf(Buffer.from(data, third ?? 'utf8'));
    return () => void real.writeSync(file, half, 0, half.length, second);
  }
  const given = typeof second === 'object' && second !== null;
  const {
    offset = 0,
    length = data.byteLength - offset,
    position = null,
  } = given ? second : { offset: second ?? 0, length: third ?? undefined, position: fourth };
  return () => void real.writeSync(file, data, offset, Math.floor(length / 2), position);
}

function tearWritev([file, buffers, position]) {
  const half = halfOf(Buffer.concat(buffers));
  return () => void real.writeSync(file, half, 0, half.length, position);
}

function halfOf(bytes) {
  return bytes.subarray(0, Math.floor(bytes.byteLength / 2));
}

/** The files and links below a path, each before the next in a stable order; the path itself if it is none. */
function pathsBelow(path) {
  const there = real.lstatSync(path, { throwIfNoEntry: false });
  if (there === undefined) return [];
  if (!there.isDirectory()) return [path];
  const names = real.readdirSync(path).toSorted();
  return names.flatMap((name) => pathsBelow(join(path, name)));
}

/** Copies half of the files below a folder; of the next one, half of its bytes. */
function copyHalf(from, to) {
  const files = pathsBelow(from);
  const whole = Math.floor(files.length / 2);
  for (const [index, file] of files.slice(0, whole + 1).entries()) {
    const place = join(to, file.slice(from.length));
    real.mkdirSync(join(place, '..'), { recursive: true });
    const bytes = real.readFileSync(file);
    real.writeFileSync(place, index < whole ? bytes : halfOf(bytes));
  }
}
