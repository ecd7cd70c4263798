import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { fromPackage } from '../../src/package-root.ts';
import { explained, sameMutant } from './explained.ts';
import { type Mutant, mutantsOf } from './mutate.ts';
import { withProbes } from './probes.ts';
import { type Outcome, printReport, printSurvivor } from './report.ts';
import { type Reach, openSession, put, reachOf } from './session.ts';

/**
 * `npm run mutants`: edits one place of src at a time, in a copy of the repository, and runs the unit
 * tests of its room that reach it; one should fail. Arguments choose files by how their paths begin (`--
 * src/gates/decide`); `--per-file N` samples, always the same mutants; `--all` takes all. Prints each
 * survivor as it is found, and a table by room. Status 1 if
 * 5 % or more survive that `explained.ts` does not explain, or if an explanation fits no mutant.
 */
const MOST_SURVIVORS = 0.05;

/** What protects users, and is mostly pure: a test can notice each edit. */
const chosen = [
  'src/config/json-edit.ts',
  'src/config/merge.ts',
  'src/disk/write.ts',
  'src/gates/',
  'src/launcher/',
  'src/plan/',
  'src/provider/key',
  'src/rules/',
  'src/transaction/',
  'src/variant/keyring-entries.ts',
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'per-file': { type: 'string', default: '5' },
    all: { type: 'boolean', default: false },
  },
});
const perFile = values.all ? Infinity : Number(values['per-file']);
if (!(perFile > 0)) throw new TypeError('--per-file takes a number');

const sources = (await readdir(fromPackage('src'), { recursive: true }))
  .map((name) => `src/${name.replaceAll('\\', '/')}`)
  .filter((file) => file.endsWith('.ts') && chosen.some((start) => file.startsWith(start)))
  .filter((file) => positionals.length === 0 || positionals.some((start) => file.startsWith(start)))
  .sort();
const originals = new Map(
  sources.map((file) => [file, readFileSync(fromPackage(file), 'utf8')] as const),
);

const folder = await realpath(await mkdtemp(join(tmpdir(), 'cc-mirror-mutants-')));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
process.exitCode = await main();

async function main(): Promise<number> {
  const copy = join(folder, 'copy');
  await copyRepository(copy);
  // What a mutant does to files, it does in the copy or in a temporary folder.
  for (const name of ['HOME', 'TMPDIR', 'TMP', 'TEMP']) process.env[name] = join(folder, name);
  for (const name of ['HOME', 'TMPDIR', 'TMP', 'TEMP']) await mkdir(join(folder, name));
  process.chdir(copy);

  for (const [file, text] of originals) await writeFile(join(copy, file), withProbes(file, text));
  console.log('Running the unit tests once, to see what they reach');
  const rooms = [...new Set(sources.map(testsFolderOf))];
  const reach = await reachOf(copy, join(folder, 'hits'), (test) =>
    rooms.some((room) => test.startsWith(room)),
  );
  for (const test of reach.failing) console.log(`${test} is left out: it fails without a mutant`);
  for (const [file, text] of originals) await writeFile(join(copy, file), text);

  const all = [...originals].flatMap(([file, text]) => mutantsOf(file, text));
  const unused = explained.filter(
    (one) => originals.has(one.file) && !all.some((mutant) => sameMutant(mutant, one)),
  );
  const outcomes = await tryMutants(
    copy,
    sources.flatMap((file) => sampleOf(all, file)),
    reach,
  );
  const survivors = printReport(outcomes);
  for (const { file, code } of unused) console.log(`explained, but gone: ${file}: ${code}`);
  return survivors >= MOST_SURVIVORS || unused.length > 0 ? 1 : 0;
}

/** The same mutants each time, wherever their lines move to. */
function sampleOf(all: readonly Mutant[], file: string): Mutant[] {
  const rank = ({ code, edit }: Mutant): string =>
    createHash('sha256').update(`${file}\n${code}\n${edit}`).digest('hex');
  return all
    .filter((mutant) => mutant.file === file)
    .sort((a, b) => (rank(a) < rank(b) ? -1 : 1))
    .slice(0, perFile);
}

async function copyRepository(copy: string): Promise<void> {
  const root = fromPackage();
  await mkdir(copy);
  for (const name of await readdir(root)) {
    if (['.git', 'node_modules', 'coverage'].includes(name)) continue;
    await cp(join(root, name), join(copy, name), { recursive: true });
  }
  await symlink(await realpath(join(root, 'node_modules')), join(copy, 'node_modules'));
}

async function tryMutants(
  copy: string,
  mutants: readonly Mutant[],
  reach: Reach,
): Promise<[Mutant, Outcome][]> {
  const session = await openSession(copy, { bail: true });
  const outcomes: [Mutant, Outcome][] = [];
  const killers = new Map<string, string>();
  for (const mutant of mutants) {
    const tests = testsOf(mutant, reach);
    // What noticed the last mutant of the file may well notice this one.
    const first = tests.indexOf(killers.get(mutant.file) ?? '');
    if (first > 0) tests.unshift(...tests.splice(first, 1));
    const path = join(copy, mutant.file);
    await put(session, path, mutant.text);
    const expected = tests.reduce((sum, test) => sum + (reach.milliseconds.get(test) ?? 0), 0);
    const { outcome, failed } = await session.run(tests, 10_000 + 3 * expected);
    if (failed[0] !== undefined) killers.set(mutant.file, failed[0]);
    await put(session, path, originals.get(mutant.file) ?? '');
    outcomes.push([
      mutant,
      outcome === 'passed' ? 'survived' : outcome === 'failed' ? 'killed' : 'timed out',
    ]);
    if (outcome === 'passed') printSurvivor(mutant, tests.length);
    if (outcomes.length % 100 === 0) console.log(`${outcomes.length} of ${mutants.length}`);
  }
  await session.close();
  return outcomes;
}

/** The tests of its room that reach a mutant: those of its file and folder first, and the quickest of them. */
function testsOf({ file, within }: Mutant, { testsOf: tests, milliseconds }: Reach): string[] {
  const reaching = tests.get(`${file}#${within}`) ?? tests.get(`${file}#-1`);
  const name = `/${basename(file, '.ts')}.test.ts`;
  // A program that its test starts as a process tells nothing of what it reaches.
  if (reaching === undefined) return [...milliseconds.keys()].filter((test) => test.endsWith(name));
  const folder = dirname(file).replace('src/', 'test/unit/');
  const distance = (test: string): number =>
    test.endsWith(name) || dirname(test) === folder ? 0 : 1;
  const time = (test: string): number => milliseconds.get(test) ?? Infinity;
  return reaching
    .filter((test) => test.startsWith(testsFolderOf(file)))
    .sort((a, b) => distance(a) - distance(b) || time(a) - time(b));
}

/** Where the tests are that have to notice what happens to a file. */
function testsFolderOf(file: string): string {
  return `test/unit/${file.split('/')[1]}/`;
}
