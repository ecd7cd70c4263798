import { describeFailure, systemCode } from '../errors.ts';

/**
 * Has what cannot be printed told, once, and `fail` given the status for it. Whoever reads the output
 * may stop: `cc-mirror list | head -1` is no failure. Of standard error that fails nobody can be told.
 */
export function watchOutput(
  stdout: NodeJS.WritableStream,
  stderr: NodeJS.WritableStream,
  fail: (status: number) => void,
): void {
  let told = false;
  stderr.on('error', () => {
    told = true;
  });
  stdout.on('error', (error: Error) => {
    if (told || systemCode(error) === 'EPIPE') return;
    told = true;
    const { message, status } = describeFailure(error);
    stderr.write(
      `error: The output could not be written. ${message}\n  → Have it written elsewhere, or free some space there; what the command did stands.\n`,
    );
    fail(status);
  });
}
