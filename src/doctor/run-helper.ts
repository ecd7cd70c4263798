import { execa } from 'execa';
import { killGroup } from '../process-group.ts';
import type { Context } from '../home/context.ts';

/** Milliseconds. The user may have to unlock something; a session waits no longer. */
const limit = 30_000;

/**
 * Runs a key helper as Claude Code does, in the system's shell. Returns the problem as text; null if
 * it prints one line and exits with 0. Its output and standard error are never shown, since they
 * may contain a key.
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
  // Children of the shell would keep its output open.
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
