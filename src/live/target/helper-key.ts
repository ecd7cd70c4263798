import { execa } from 'execa';
import { killGroup } from '../../process-group.ts';

/** Milliseconds. The user may have to unlock something; a session waits no longer. */
const limit = 30_000;

/** What a key helper prints, or what is wrong with it. */
export type HelperResult = { key: string } | { problem: string };

/**
 * Runs a key helper as Claude Code does, in the system's shell. It has to print one line and exit with 0.
 * A problem quotes nothing of its output and standard error, since they may contain a key.
 */
export async function helperKey(
  command: string,
  {
    environment,
    signal,
  }: { environment: Readonly<Record<string, string | undefined>>; signal: AbortSignal },
  patience = limit,
): Promise<HelperResult> {
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
  if (late.aborted) return { problem: `did not answer within ${patience / 1000} seconds` };
  if (isMaxBuffer) return { problem: 'prints too much for a key' };
  if (exitCode === 127) return { problem: 'was not found by the shell' };
  if (exitCode !== 0) {
    const end = exitCode === undefined ? 'a signal' : `status ${exitCode}`;
    return { problem: `ended with ${end}` };
  }
  const key = stdout.trim();
  if (key === '') return { problem: 'prints nothing' };
  if (/[\r\n]/.test(key)) return { problem: 'prints more than one line' };
  if (!/^[!-~]+$/.test(key)) {
    return { problem: 'prints a space or a character that keys do not have' };
  }
  return { key };
}
