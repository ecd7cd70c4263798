// One measured piece of work in a process of its own: `child.mjs bare|patch|parse|gates|parse-all
// FILE`, `child.mjs build FILE TARGET`, and `child.mjs fetch VERSION STORE`, which prints where the
// store keeps that version.
import { readFileSync } from 'node:fs';
import { parse } from 'acorn';
import { acquireBundle } from '../src/bundle/acquire.ts';
import { patchesFor, writeProgram } from '../src/bundle/write-program.ts';
import { openBundle } from '../src/bundle/open.ts';
import { Store } from '../src/bundle/store/store.ts';
import { analyze } from '../src/gates/analyze.ts';
import { silentProgress } from '../src/ui/progress.ts';

const [what, subject, place] = process.argv.slice(2);

const work = {
  async bare() {},
  async parse() {
    parseModule(readFileSync(subject, 'utf8'), 'module');
  },
  async patch() {
    const bundle = await openBundle(subject);
    const { tasks, teams } = analyze(bundle.modules);
    const edits = [tasks, teams].map(({ flip }) => flip?.edit ?? fail('a flip was expected'));
    if (patchesFor(bundle, edits).length !== 2) fail('two patches were expected');
  },
  /** The gates alone, of an opened bundle; which modules are decoded is counted. */
  async gates() {
    const { modules } = await openBundle(subject);
    const decoded = new Set();
    for (const { bytes } of modules) {
      const decode = bytes.toString;
      bytes.toString = (...how) => (decoded.add(bytes), decode.apply(bytes, how));
    }
    const { cpu } = await measuring(() => analyze(modules));
    const size = [...decoded].reduce((sum, { length }) => sum + length, 0);
    return { cpu, modules: modules.length, decoded: decoded.size, bytes: size };
  },
  async 'parse-all'() {
    const { modules } = await openBundle(subject);
    return measuring(() => {
      for (const { bytes, encoding, format } of modules)
        parseModule(bytes.toString(encoding), format);
    });
  },
  /** The edited program with both flips, the gates being known. */
  async build() {
    const bundle = await openBundle(subject);
    const { tasks, teams } = analyze(bundle.modules);
    const edits = [tasks, teams].map(({ flip }) => flip?.edit ?? fail('a flip was expected'));
    const start = performance.now();
    await writeProgram(bundle, edits, place);
    return { ms: performance.now() - start, rss: peak() };
  },
  async fetch() {
    return acquireBundle(
      subject === 'latest' ? { kind: 'latest' } : { kind: 'exact', version: subject },
      {
        store: new Store(place),
        search: { path: '', userHome: '', isOurs: () => false },
        signal: new AbortController().signal,
        progress: silentProgress,
      },
    );
  },
};

const { cpu, result } = await measuring(work[what]);
console.log(JSON.stringify(result ?? { cpu, rss: peak() }));

/** Processor time of some work, in milliseconds, of all threads. */
async function measuring(act) {
  const before = process.cpuUsage();
  const result = await act();
  const { user, system } = process.cpuUsage(before);
  return { cpu: (user + system) / 1000, result };
}

/** Peak memory of this process, in MB. */
function peak() {
  return process.resourceUsage().maxRSS / 1024;
}

function parseModule(text, format) {
  parse(text, {
    ecmaVersion: 'latest',
    sourceType: format === 'module' ? 'module' : 'script',
    allowReturnOutsideFunction: format === 'commonjs',
    allowHashBang: true,
  });
}

function fail(why) {
  throw new Error(why);
}
