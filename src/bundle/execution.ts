import { access, constants, open, stat } from 'node:fs/promises';
import { systemCode } from '../errors.ts';
import { elfLoader } from './format/executable.ts';

/** Why this machine does not start a program, and what to do about it. */
export interface ExecutionProblem {
  /** Goes on from the program's path: `needs the loader …`. */
  what: string;
  hint: string;
}

const HEAD_BYTES = 64 * 1024;

/**
 * Why a native program cannot be started where it lies, without starting it: its loader is not on
 * this machine, or it may not be executed there. Null where nothing speaks against it. The system
 * itself says no more than ENOENT and EACCES.
 */
export async function executionProblem(path: string): Promise<ExecutionProblem | null> {
  if (process.platform === 'win32') return null;
  const loader = await loaderOf(path);
  if (loader !== '' && (await codeOf(() => stat(loader))) === 'ENOENT') return missing(loader);
  if ((await codeOf(() => access(path, constants.X_OK))) !== 'EACCES') return null;
  // access(2) with X_OK fails on a file system that is mounted noexec, whatever the mode.
  if (((await stat(path)).mode & 0o111) === 0) {
    return { what: 'has no permission to be executed', hint: `Give it back: chmod u+x ${path}` };
  }
  return {
    what: 'lies on a file system that nothing may be executed from (mounted noexec), or it may not be executed by you',
    hint: 'Keep variants elsewhere: --home DIR, or CC_MIRROR_HOME; or have it mounted with exec.',
  };
}

/** glibc's are called ld-linux…, musl's ld-musl…. */
function missing(loader: string): ExecutionProblem {
  const what = `needs the loader ${loader}, which this system does not have`;
  if (loader.includes('ld-musl')) {
    return {
      what: `${what}: it is built for musl`,
      hint: 'Let cc-mirror fetch the build for this machine: --claude-version latest.',
    };
  }
  return {
    what: `${what}: it is built for glibc`,
    hint: 'On NixOS turn on nix-ld (programs.nix-ld.enable = true); elsewhere let cc-mirror fetch the build for this machine: --claude-version latest. JavaScript builds need no loader: --claude-version 2.1.112.',
  };
}

/** Empty for a program without one, and for a file that may not be read. */
async function loaderOf(path: string): Promise<string> {
  if ((await codeOf(() => access(path, constants.R_OK))) !== null) return '';
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return elfLoader(buffer.subarray(0, bytesRead)).replace(/\0.*$/s, '');
  } finally {
    await file.close();
  }
}

async function codeOf(act: () => Promise<unknown>): Promise<string | null> {
  try {
    await act();
    return null;
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    return code;
  }
}
