import { describeFailure, systemCode } from '../errors.ts';

/**
 * Reports once if standard output cannot be written, and calls `fail` with the status. A reader may
 * stop early: `cc-mirror list | head -1` is not a failure. Failures of standard error are ignored, as
 * there is nowhere to report them.
 */
export function watchOutput(
  stdout: NodeJS.WritableStream,
  stderr: NodeJS.WritableStream,
  fail: (status: number) => void,
): void {
  let reported = false;
  stderr.on('error', () => {
    reported = true;
  });
  stdout.on('error', (error: Error) => {
    if (reported || systemCode(error) === 'EPIPE') return;
    reported = true;
    const { message, status } = describeFailure(error);
    stderr.write(
      `error: The output could not be written. ${message}\n  → Write it elsewhere, or free some space there; the command itself was not undone.\n`,
    );
    fail(status);
  });
}
