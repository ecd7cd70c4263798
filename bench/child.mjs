// One measured piece of work in a process of its own: `child.mjs bare|patch|parse FILE`, and
// `child.mjs fetch VERSION STORE`, which prints where the store keeps that version.
import { readFileSync } from 'node:fs';
import { parse } from 'acorn';
import { acquireBundle } from '../dist/bundle/acquire.js';
import { patchesFor } from '../dist/bundle/build.js';
import { openBundle } from '../dist/bundle/open.js';
import { Store } from '../dist/bundle/store.js';
import { analyze } from '../dist/gates/analyze.js';
import { silentProgress } from '../dist/ui/progress.js';

const [what, subject, store] = process.argv.slice(2);

const work = {
  async bare() {},
  async parse() {
    parse(readFileSync(subject, 'utf8'), {
      ecmaVersion: 'latest',
      sourceType: 'module',
      allowHashBang: true,
    });
  },
  async patch() {
    const bundle = await openBundle(subject);
    const { tasks, teams } = analyze(bundle.modules);
    const edits = [tasks, teams].map(({ flip }) => flip?.edit ?? fail('a flip was expected'));
    if (patchesFor(bundle, edits).length !== 2) fail('two patches were expected');
  },
  async fetch() {
    const { stored } = await acquireBundle(
      subject === 'latest' ? { kind: 'latest' } : { kind: 'exact', version: subject },
      {
        store: new Store(store),
        search: { path: '', userHome: '', isOurs: () => false },
        signal: new AbortController().signal,
        progress: silentProgress,
      },
    );
    return stored;
  },
};

const before = process.cpuUsage();
const result = await work[what]();
const { user, system } = process.cpuUsage(before);
const rss = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify(result ?? { cpu: (user + system) / 1000, rss }));

function fail(why) {
  throw new Error(why);
}
