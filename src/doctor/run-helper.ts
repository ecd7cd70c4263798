import { execa } from 'execa';
import { killGroup } from '../process-group.ts';
import type { Context } from '../home/context.ts';

/** Milliseconds. Somebody may have to unlock what a helper asks; a session waits no longer. */
const limit = 30_000;

/**
 * Runs a command that should print a key, as Claude Code does: in the system's own shell. What is
 * wrong, for people; null where it prints one line and ends with 0. Neither what it prints nor what
 * it says on standard error is told, as there may be a key in it.
 */
export async function helperProblem(
  command: string,
  { environment, signal }: Pick<Context, 'environment' | 'signal'>,
  patience = limit,
): Promise<string | null> {
  const late = AbortSignal.timeout(patience);
  const run = execa(command, {
    shell: true,
    stdin: 'ignore',
    stderr: 'ignore',
    env: { ...environment },
    extendEnv: false,
    reject: false,
    detached: process.platform !== 'win32',
    cancelSignal: AbortSignal.any([signal, late]),
    maxBuffer: 65_536,
  });
  // What the shell has started would hold its output open.
  late.addEventListener('abort', () => killGroup(run.pid));
  signal.addEventListener('abort', () => killGroup(run.pid));
  const { stdout, exitCode, isMaxBuffer } = await run;
  signal.throwIfAborted();
  if (late.aborted) return `did not answer within ${patience / 1000} seconds`;
  if (isMaxBuffer) return 'prints too much for a key';
  if (exitCode === 127) return 'was not found by the shell';
  if (exitCode !== 0)
    return `ended with ${exitCode === undefined ? 'a signal' : `status ${exitCode}`}`;
  const key = stdout.trim();
  if (key === '') return 'prints nothing';
  if (/[\r\n]/.test(key)) return 'prints more than one line';
  return /^[!-~]+$/.test(key) ? null : 'prints a space or a character that keys do not have';
}
