import { constants } from 'node:os';
import { execa } from 'execa';
import { CcMirrorError } from '../../errors.ts';

/**
 * Starts a variant in this terminal, and returns its exit status once it has ended; 128 and the number
 * for one that a signal ended. Error: `no-such-path` for a launcher that cannot be started.
 */
export async function startVariant(launcher: string): Promise<number> {
  let started: { kill(signal: NodeJS.Signals): boolean } | null = null;
  const pass = (signal: NodeJS.Signals): void => void started?.kill(signal);
  // The terminal sends an interrupt to both; what it means is the variant's to say.
  const ignore = (): void => {};
  // Before it is started, as it may be quick to send one.
  process.on('SIGINT', ignore).on('SIGTERM', pass).on('SIGHUP', pass);
  try {
    const child = execa(launcher, [], { stdio: 'inherit', reject: false });
    started = child;
    const { exitCode, signal } = await child;
    if (exitCode !== undefined) return exitCode;
    if (signal !== undefined) return 128 + constants.signals[signal];
  } finally {
    process.off('SIGINT', ignore).off('SIGTERM', pass).off('SIGHUP', pass);
  }
  throw new CcMirrorError(
    'no-such-path',
    `${launcher} could not be started.`,
    'Find out why: cc-mirror doctor; write it again: cc-mirror doctor --fix',
  );
}
