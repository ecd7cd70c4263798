import { readHead } from '../disk/sync-read.ts';
import { systemCode } from '../errors.ts';

/**
 * The error that starting a file would end in; undefined if this machine's kernel can run it. POSIX
 * hands what the kernel refuses (`ENOEXEC`) to `sh`, and an executable for another platform must
 * never be read as a shell script.
 */
export function startProblem(path: string): Error | undefined {
  try {
    if (isProgram(readHead(path, 20), process.platform, process.arch)) return undefined;
  } catch (error) {
    if (error instanceof Error && systemCode(error) !== undefined) return error;
    throw error;
  }
  return Object.assign(new Error(`${path} is not a program of this platform`), { code: 'ENOEXEC' });
}

/** ELF's `e_machine`, 16 bits at offset 18 (elf.h: EM_X86_64, EM_AARCH64). */
const elfMachines: Partial<Record<NodeJS.Architecture, number>> = { x64: 62, arm64: 183 };

/** Judges by a file's first 20 bytes; scripts count on every platform that knows `#!`. */
export function isProgram(
  head: Buffer,
  platform: NodeJS.Platform,
  arch: NodeJS.Architecture,
): boolean {
  if (platform === 'win32') return head.toString('latin1', 0, 2) === 'MZ';
  if (head.toString('latin1', 0, 2) === '#!') return true;
  if (platform === 'darwin') {
    // 64-bit Mach-O, little endian, or a universal binary, big endian (mach-o/loader.h, fat.h).
    return ['cffaedfe', 'cafebabe'].includes(head.toString('hex', 0, 4));
  }
  if (head.length < 20 || head.toString('latin1', 0, 4) !== '\x7fELF') return false;
  const machine = elfMachines[arch];
  return machine === undefined || head.readUInt16LE(18) === machine;
}
