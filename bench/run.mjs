// Prints what cc-mirror costs as ratios against something run beside it, with the raw numbers.
// Runs alternate and medians are compared, as machines are noisy.
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { buildSync } from 'esbuild';
import { basename, dirname, join } from 'node:path';

/** CommonJS packages call `require` for Node's own modules. */
const requireForBundled =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
const cli = new URL('../dist/cli.js', import.meta.url).pathname;
const home =
  process.env.CC_MIRROR_TEST_CACHE ??
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'cc-mirror-tests');
// On the file system of the builds: they are linked from there.
mkdirSync(join(home, '.store'), { recursive: true });
const scratch = mkdtempSync(join(home, 'bench-'));
const child = join(scratch, 'child.mjs');
const clean = { PATH: process.env.PATH ?? '', HOME: scratch };
const mirror = ['--provider', 'mirror'];

try {
  buildSync({
    entryPoints: [new URL('child.mjs', import.meta.url).pathname],
    outfile: child,
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: { js: requireForBundled },
    logLevel: 'warning',
  });
  const script = fetched('2.1.112');
  const native = fetched('latest');
  patchingScript(script);
  findingGates(native);
  buildingNative(native);
  makingVariant(native);
  makingSecond(native);
  updatingMany(script, native);
  launching(native);
  askingRules();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** Patching cli.js against one full parse of it: processor time, and peak memory above a bare Node. */
function patchingScript(build) {
  const file = join(build.folder, build.program);
  const bare = measured('bare', file);
  const runs = alternate(5, {
    patch: () => measured('patch', file),
    parse: () => measured('parse', file),
  });
  const time = [median(runs.patch, 'cpu'), median(runs.parse, 'cpu')];
  const memory = [median(runs.patch, 'rss') - bare.rss, median(runs.parse, 'rss') - bare.rss];
  print('patch cli.js 2.1.112 ÷ full acorn parse, processor time', time, 'ms');
  print('patch cli.js 2.1.112 ÷ full acorn parse, peak memory above bare Node', memory, 'MB');
}

/** The gates of a native build against a full parse of all its modules: processor time. */
function findingGates(build) {
  const file = join(build.folder, build.program);
  const runs = alternate(3, {
    gates: () => measured('gates', file),
    parse: () => measured('parse-all', file),
  });
  const [first] = runs.gates;
  const time = [median(runs.gates, 'cpu'), median(runs.parse, 'cpu')];
  print(`gates of ${build.version} ÷ full acorn parse of its modules, processor time`, time, 'ms');
  const bytes = (first.bytes / 1e6).toFixed(1);
  console.log(`       modules read: ${first.decoded} of ${first.modules} (${bytes} MB)`);
}

/** The edited program against a plain copy of the published one. */
function buildingNative(build) {
  const file = join(build.folder, build.program);
  const target = join(scratch, 'built');
  const cleared = () => rmSync(target, { force: true });
  const runs = alternate(9, {
    build: () => (cleared(), measured('build', file, target)),
    copy: () => (cleared(), timed('cp', [file, target])),
  });
  cleared();
  const name = `program of ${build.version} copied and edited`;
  print(`${name} ÷ cp of it, wall time`, [median(runs.build, 'ms'), median(runs.copy, 'ms')], 'ms');
  const size = statSync(file).size / 1024 / 1024;
  print(`${name}, peak memory ÷ size of the program`, [median(runs.build, 'rss'), size], 'MB');
}

/** `quick` without the proof, pristine in the store, build not: against a plain copy of the program. */
function makingVariant(build) {
  const places = placesAt('made');
  const file = join(build.folder, build.program);
  const cleared = () => {
    rmSync(places.folder, { recursive: true, force: true });
    stock(places, build);
    rmSync(join(scratch, 'copy'), { force: true });
  };
  const version = ['--claude-version', build.version];
  const quick = ['quick', 'bench', ...mirror, ...version, '--no-probe', '--quiet'];
  const runs = alternate(7, {
    build: () => (cleared(), timed(process.execPath, [cli, ...quick], envOf(places))),
    copy: () => (cleared(), timed('cp', [file, join(scratch, 'copy')])),
  });
  cleared();
  print(
    `first variant of ${build.version} with a warm store ÷ cp of the program, wall time`,
    [median(runs.build, 'ms'), median(runs.copy, 'ms')],
    'ms',
  );
}

/** A further variant of a version that is there, proof included, against a copy of its bundle. */
function makingSecond(build) {
  const places = placesAt('second');
  stock(places, build);
  // What is kept of the compiled program is that of the first variant, as for a user.
  rmSync(join(dirname(cli), 'compiled'), { recursive: true, force: true });
  const { data } = ccMirror(places, 'quick', 'first', ...mirror, '--claude-version', build.version);
  const copy = join(scratch, 'copy');
  const cleared = () => {
    rmSync(copy, { recursive: true, force: true });
    const { data: list } = ccMirror(places, 'list');
    for (const { name } of list.variants)
      if (name !== 'first') ccMirror(places, 'remove', name, '--yes');
  };
  const quick = ['quick', 'next', ...mirror, '--claude-version', build.version, '--quiet'];
  const runs = alternate(9, {
    quick: () => (cleared(), timed(process.execPath, [cli, ...quick], envOf(places))),
    copy: () => (cleared(), timed('cp', ['-r', dirname(data.bundle.path), copy])),
  });
  cleared();
  const times = [median(runs.quick, 'ms'), median(runs.copy, 'ms')];
  print(
    `second variant of ${build.version}, proof included ÷ cp of its bundle, wall time`,
    times,
    'ms',
  );
}

/** Twenty variants brought from one version to another, against one; and the space that they take. */
function updatingMany(from, to) {
  const homes = { many: 20, one: 1 };
  for (const [name, count] of Object.entries(homes)) {
    const places = placesAt(name);
    stock(places, from);
    stock(places, to);
    for (let i = 0; i < count; i++) {
      const version = ['--claude-version', from.version, '--no-probe'];
      ccMirror(places, 'quick', `v${i}`, ...mirror, ...version);
    }
    execFileSync('cp', ['-al', places.home, `${places.home}-before`]);
  }
  const update = (name) => {
    const places = placesAt(name);
    rmSync(places.home, { recursive: true, force: true });
    execFileSync('cp', ['-al', `${places.home}-before`, places.home]);
    const args = ['update', '--claude-version', to.version, '--no-probe', '--quiet'];
    return timed(process.execPath, [cli, ...args], envOf(places));
  };
  const runs = alternate(5, { many: () => update('many'), one: () => update('one') });
  const times = [median(runs.many, 'ms'), median(runs.one, 'ms')];
  print(
    `update of 20 variants to ${to.version} ÷ update of one, without proofs, wall time`,
    times,
    'ms',
  );
  const sizes = Object.keys(homes).map((name) => {
    const { home } = placesAt(name);
    ccMirror(placesAt(name), 'store', 'prune');
    return Number(execFileSync('du', ['-sk', home], { encoding: 'utf8' }).split('\t')[0]) / 1024;
  });
  print(`disk for 20 variants of ${to.version} ÷ disk for one`, sizes, 'MB');
}

/** The command a user types against the program itself. */
function launching(build) {
  const places = placesAt('launched');
  stock(places, build);
  const args = ['quick', 'bench', ...mirror, '--claude-version', build.version, '--no-probe'];
  const { data } = ccMirror(places, ...args);
  const env = {
    ...envOf(places),
    CLAUDE_CONFIG_DIR: data.configDir,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
  };
  const runs = alternate(50, {
    launcher: () => timed(data.launcher, ['--version'], env),
    direct: () => timed(data.bundle.path, ['--version'], env),
  });
  const times = [median(runs.launcher, 'ms'), median(runs.direct, 'ms')];
  print("launcher's --version ÷ the bundle's own --version, wall time", times, 'ms');
  console.log(`       the launcher takes ${(times[0] - times[1]).toFixed(1)} ms more`);
}

/** A world of its own: a home of cc-mirror's and a folder for launchers. */
function placesAt(name) {
  const folder = join(scratch, name);
  return { folder, home: join(folder, 'home') };
}

function envOf({ folder, home: places }) {
  return { PATH: process.env.PATH ?? '', HOME: folder, CC_MIRROR_HOME: places };
}

/** Puts a published build into a home's store. */
function stock({ home: places }, build) {
  const store = join(places, '.store');
  mkdirSync(store, { recursive: true });
  const entry = join(store, basename(dirname(build.folder)));
  mkdirSync(entry);
  for (const part of ['pristine', 'pristine.json']) {
    execFileSync('cp', ['-al', join(dirname(build.folder), part), entry]);
  }
}

/** What a command says with --json. */
function ccMirror(places, ...args) {
  const options = { env: envOf(places), encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };
  return JSON.parse(execFileSync(process.execPath, [cli, ...args, '--json'], options));
}

/** What a hook adds to a tool call: the rules' program in a conducted session, against a bare Node. */
function askingRules() {
  const folder = join(scratch, 'hooks');
  const program = join(folder, 'rules.cjs');
  mkdirSync(folder);
  copyFileSync(new URL('../dist/rules.cjs', import.meta.url), program);
  const conductor = { skills: ['orchestration'], agents: [] };
  const config = { rules: { conductor }, tool: 'Agent', identity: 'agent-id' };
  writeFileSync(join(folder, 'rules.json'), JSON.stringify(config));
  const session = { session_id: 'bench', cwd: scratch, transcript_path: join(scratch, 't.jsonl') };
  const ask = (event) => {
    const input = JSON.stringify({ ...session, ...event });
    return timed(process.execPath, [program], clean, input);
  };
  ask({ hook_event_name: 'UserPromptSubmit', prompt: '/orchestration begin' });
  const write = {
    hook_event_name: 'PreToolUse',
    tool_name: 'Write',
    tool_input: { file_path: join(scratch, 'a.txt') },
    tool_use_id: 'call',
  };
  const runs = alternate(25, {
    rules: () => ask(write),
    node: () => timed(process.execPath, ['-e', '0']),
  });
  const { stdout } = ask(write);
  if (!stdout.includes('deny')) throw new Error(`the call was not refused: ${stdout}`);
  const times = [median(runs.rules, 'ms'), median(runs.node, 'ms')];
  print('a tool call refused by the rules ÷ node -e 0, wall time', times, 'ms');
}

/** A published build in the test cache, fetched as the product does. */
function fetched(version) {
  return JSON.parse(
    execFileSync(process.execPath, [child, 'fetch', version, join(home, '.store')], {
      encoding: 'utf8',
    }),
  );
}

function measured(what, ...args) {
  return JSON.parse(execFileSync(process.execPath, [child, what, ...args], { encoding: 'utf8' }));
}

function timed(command, args, env = clean, input = '') {
  const start = performance.now();
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    env,
    input,
    encoding: 'utf8',
  });
  if (error ?? status !== 0) throw error ?? new Error(`${command} ended with ${status}: ${stderr}`);
  return { ms: performance.now() - start, stdout };
}

function alternate(times, subjects) {
  const runs = Object.fromEntries(Object.keys(subjects).map((name) => [name, []]));
  for (let i = 0; i < times; i++) {
    for (const [name, run] of Object.entries(subjects)) runs[name].push(run());
  }
  return runs;
}

function median(runs, key) {
  const sorted = runs.map((run) => run[key]).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function print(what, [ours, other], unit) {
  console.log(
    `${(ours / other).toFixed(3)}  ${what} (${ours.toFixed(0)} ${unit} ÷ ${other.toFixed(0)} ${unit})`,
  );
}
