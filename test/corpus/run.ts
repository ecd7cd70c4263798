import { CcMirrorError, describeFailure } from '../../src/errors.ts';
import { runCorpus } from './corpus.ts';
import { parseOptions } from './options.ts';

const abort = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () =>
    abort.abort(new CcMirrorError('interrupted', 'Interrupted; every line so far is written.')),
  );
}

try {
  const good = await runCorpus(parseOptions(process.argv.slice(2)), abort.signal);
  process.exitCode = good ? 0 : 1;
} catch (error) {
  const thrown: unknown = abort.signal.aborted ? abort.signal.reason : error;
  const { message, hint, status } = describeFailure(thrown);
  console.error(hint === undefined ? message : `${message}\n${hint}`);
  process.exitCode = status;
}
