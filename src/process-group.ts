import { join } from 'node:path';
import { systemCode } from './errors.ts';

/**
 * Sends SIGKILL to the process group that `pid` leads. Does nothing on Windows, which has no process
 * groups: see `taskkill`.
 */
export function killGroup(pid: number | undefined): void {
  if (pid === undefined || process.platform === 'win32') return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // The group has ended: ESRCH, or on macOS EPERM while its last process is a zombie.
    const code = systemCode(error);
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

/** The Windows command that ends a process and all of its descendants. */
export function taskkill(pid: number): { file: string; args: string[] } {
  const file = join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'taskkill.exe');
  return { file, args: ['/T', '/F', '/PID', String(pid)] };
}
