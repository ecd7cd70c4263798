import { type OpenMode, type PathLike, promises } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';

/**
 * Loaded before cc-mirror on the Windows side: two refusals of Windows that wine does not have. A
 * file that is marked read-only is opened for writing by nobody (wine looks at the permissions of
 * Linux, which do not bind root), and a folder is not renamed while a program in it runs.
 */
const { chmod, open, readdir, rename, stat } = promises;

promises.open = async (path: PathLike, flags: OpenMode = 'r', mode) => {
  if (flags !== 'r' && (await isReadOnly(path))) throw refusal('open', path);
  return open(path, flags, mode);
};

promises.rename = async (from, to) => {
  if ((await stat(from)).isDirectory() && (await holdsRunning(String(from)))) {
    throw refusal('rename', from);
  }
  return rename(from, to);
};

syncBuiltinESMExports();

async function isReadOnly(path: PathLike): Promise<boolean> {
  try {
    const found = await stat(path);
    return found.isFile() && (found.mode & 0o200) === 0;
  } catch {
    return false;
  }
}

async function holdsRunning(folder: string): Promise<boolean> {
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (entry.name.endsWith('.exe') && (await isRunning(join(entry.parentPath, entry.name)))) {
      return true;
    }
  }
  return false;
}

/** A program that runs cannot be opened for writing: EBUSY. */
async function isRunning(program: string): Promise<boolean> {
  const { mode } = await stat(program);
  await chmod(program, mode | 0o200);
  try {
    await (await open(program, 'r+')).close();
    return false;
  } catch {
    return true;
  } finally {
    await chmod(program, mode);
  }
}

function refusal(syscall: string, path: PathLike): Error {
  const error = new Error(`EPERM: operation not permitted, ${syscall} '${String(path)}'`);
  return Object.assign(error, { code: 'EPERM', errno: -4048, syscall, path: String(path) });
}
