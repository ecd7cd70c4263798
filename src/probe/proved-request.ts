import { stripVTControlCharacters } from 'node:util';
import { executionProblem } from '../bundle/execution.ts';
import { exists } from '../disk/sync-read.ts';
import { CcMirrorError, systemCode } from '../errors.ts';
import type { MessagesRequest } from './api.ts';
import type { ProbeTarget, ClaudeRun } from './run-claude.ts';
import { mainRequest } from './offer.ts';

/**
 * The main request of a run that ended well. Throws `probe-failed` if the program could not be
 * started, took too long, crashed, exited with an error or offered no tools.
 */
export async function provedRequest(
  run: ClaudeRun,
  target: ProbeTarget,
  timeoutMs: number,
): Promise<MessagesRequest> {
  const { end } = run;
  const reached = run.requests.length === 0 ? 'before it sent any request' : 'after its request';
  switch (end.type) {
    case 'not-started':
      throw await notStarted(end.error, target);
    case 'timed-out':
      throw failed(run, `${target.path} did not finish within ${timeoutMs / 1000} s.`, slow);
    case 'crashed':
      throw failed(run, `${target.path} was killed by ${end.signal} ${reached}.`, broken);
    case 'exited':
      if (end.code === 0 && run.requests.length > 0) break;
      throw failed(run, `${target.path} exited with code ${end.code} ${reached}.`, broken);
    case 'stopped':
      break;
  }
  const main = mainRequest(run.requests);
  if (main === undefined) {
    throw failed(run, `${target.path} sent a request without tools.`, broken);
  }
  return main;
}

const slow = 'Try again when the machine is less busy, or skip the probe with --no-probe.';
const broken = 'Check the published build with `cc-mirror probe VERSION`, or try another version.';

async function notStarted(error: Error, target: ProbeTarget): Promise<CcMirrorError> {
  const program = target.kind === 'js' ? process.execPath : target.path;
  const code = systemCode(error) ?? error.message;
  const known = target.kind === 'native' && (code === 'ENOENT' || code === 'EACCES');
  const problem = known && exists(program) ? executionProblem(program) : null;
  return new CcMirrorError(
    'probe-failed',
    problem
      ? `${program} could not be started: it ${problem.what} (${code}).`
      : `${program} could not be started (${code}).`,
    problem?.hint ??
      `Check that it is executable and built for ${process.platform}-${process.arch}.`,
    { cause: error },
  );
}

function failed({ stdout, stderr }: ClaudeRun, what: string, hint: string): CcMirrorError {
  const output = lastLines(`${stdout}\n${stderr}`, 10);
  const message = output === '' ? `${what} It printed nothing.` : `${what} It printed:\n${output}`;
  return new CcMirrorError('probe-failed', message, hint);
}

/** A minified bundle that throws prints its whole line of source: megabytes, hence the limit. */
function lastLines(text: string, count: number): string {
  const lines = stripVTControlCharacters(text).split(/\r?\n/);
  const told = lines.map((line) => line.trimEnd().slice(0, 300)).filter((line) => line !== '');
  return told.slice(-count).join('\n');
}
