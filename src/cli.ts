#!/usr/bin/env node
import { main, reportFailure } from './commands/main.ts';
import { Session } from './commands/session.ts';
import { CcMirrorError } from './errors.ts';

const argv = process.argv.slice(2);
const abort = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () =>
    abort.abort(new CcMirrorError('interrupted', 'Interrupted; nothing was changed.')),
  );
}

const session = new Session(abort.signal);
try {
  await main(argv, session);
} catch (error) {
  session.fail();
  process.exitCode = reportFailure(abort.signal.aborted ? abort.signal.reason : error, argv);
}
