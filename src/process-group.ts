import { join } from 'node:path';
import { systemCode } from './errors.ts';

/**
 * Kills (SIGKILL) every process of the group that `pid` leads, at once. Windows has no such groups:
 * nothing happens there, and `taskkill` ends a tree instead.
 */
export function killGroup(pid: number | undefined): void {
  if (pid === undefined || process.platform === 'win32') return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // No process of the group is left: ESRCH, and on macOS EPERM while its last one is a zombie.
    const code = systemCode(error);
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

/** The command that ends a process of Windows with all that it started. */
export function taskkill(pid: number): { file: string; args: string[] } {
  const file = join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'taskkill.exe');
  return { file, args: ['/T', '/F', '/PID', String(pid)] };
}
