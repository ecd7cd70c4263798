import { constants } from 'node:fs';
import { access, readHead, stat } from '../disk/sync-read.ts';
import { systemCode } from '../errors.ts';
import { elfLoader } from './format/executable.ts';

/** Why this machine cannot start a program, and what to do about it. */
export interface ExecutionProblem {
  /** Continues a sentence that starts with the program's path: `needs the loader …`. */
  what: string;
  hint: string;
}

/**
 * Why a native program cannot be started, found without starting it: its loader is missing, or it
 * may not be executed. Null if nothing is wrong. The system itself reports only ENOENT and EACCES.
 */
export function executionProblem(path: string): ExecutionProblem | null {
  if (process.platform === 'win32') return null;
  const loader = loaderOf(path);
  if (loader !== '' && codeOf(() => stat(loader)) === 'ENOENT') return missing(loader);
  if (codeOf(() => access(path, constants.X_OK)) !== 'EACCES') return null;
  // access(2) with X_OK fails on a file system mounted noexec, whatever the mode.
  if ((stat(path).mode & 0o111) === 0) {
    return { what: 'is not executable', hint: `Make it executable: chmod u+x ${path}` };
  }
  return {
    what: 'may not be executed: its file system is mounted noexec, or you lack the permission',
    hint: 'Keep variants elsewhere (--home DIR or CC_MIRROR_HOME), or mount the file system with exec.',
  };
}

/** glibc's loaders are called ld-linux…, musl's ld-musl…. */
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
    hint: 'On NixOS, turn on nix-ld (programs.nix-ld.enable = true); elsewhere, let cc-mirror fetch the build for this machine: --claude-version latest. JavaScript builds need no loader: --claude-version 2.1.112.',
  };
}

/** Empty for a program that has none, and for a file that may not be read. */
function loaderOf(path: string): string {
  if (codeOf(() => access(path, constants.R_OK)) !== null) return '';
  return elfLoader(readHead(path, 64 * 1024)).replace(/\0.*$/s, '');
}

/** The system error code that `act` fails with, if it fails. */
function codeOf(act: () => unknown): string | null {
  try {
    act();
    return null;
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    return code;
  }
}
