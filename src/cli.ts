import { main, reportFailure } from './commands/cli/main.ts';
import { PartialFailure, Session } from './commands/cli/session.ts';
import { CcMirrorError } from './errors.ts';
import { watchOutput } from './ui/output.ts';

const argv = process.argv.slice(2);
const abort = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () =>
    abort.abort(new CcMirrorError('interrupted', 'Interrupted; nothing was changed.')),
  );
}

watchOutput(process.stdout, process.stderr, (status) => {
  process.exitCode ||= status;
});

const session = new Session(abort.signal);
void main(argv, session).then(
  (status) => {
    process.exitCode ||= status;
  },
  (error: unknown) => {
    session.fail();
    const partial = error instanceof PartialFailure;
    const thrown: unknown = abort.signal.aborted && !partial ? abort.signal.reason : error;
    process.exitCode = reportFailure(thrown, argv);
  },
);
