// Prints what cc-mirror costs as ratios against something run beside it, with the raw numbers.
// Runs alternate and medians are compared, as machines are noisy.
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

const cli = new URL('../dist/cli.js', import.meta.url).pathname;
const child = new URL('child.mjs', import.meta.url).pathname;
const home =
  process.env.CC_MIRROR_TEST_CACHE ??
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'cc-mirror-tests');
const scratch = mkdtempSync(join(tmpdir(), 'cc-mirror-bench-'));
const clean = {
  PATH: process.env.PATH ?? '',
  HOME: scratch,
  CC_MIRROR_HOME: join(scratch, 'home'),
};

try {
  mkdirSync(join(home, '.store'), { recursive: true });
  const script = fetched('2.1.112');
  const native = fetched('latest');
  patchingScript(script);
  findingGates(native);
  buildingNative(native);
  makingVariant(native);
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
  const file = join(build.folder, build.program);
  const store = join(clean.CC_MIRROR_HOME, '.store');
  mkdirSync(store, { recursive: true });
  execFileSync('cp', ['-al', join(build.folder, '..'), store]);
  const cleared = () => {
    execFileSync('find', [
      store,
      '-mindepth',
      '2',
      '-maxdepth',
      '2',
      '-not',
      '-name',
      'pristine*',
      '-exec',
      'rm',
      '-rf',
      '{}',
      '+',
    ]);
    rmSync(join(clean.CC_MIRROR_HOME, 'bench'), { recursive: true, force: true });
    rmSync(join(scratch, 'copy'), { force: true });
  };
  const quick = [
    'quick',
    'bench',
    '--provider',
    'mirror',
    '--claude-version',
    build.version,
    '--no-probe',
    '--force',
    '--quiet',
  ];
  const runs = alternate(7, {
    build: () => (cleared(), timed(process.execPath, [cli, ...quick])),
    copy: () => (cleared(), timed('cp', [file, join(scratch, 'copy')])),
  });
  print(
    `variant of ${build.version} with a warm store ÷ cp of the program, wall time`,
    [median(runs.build, 'ms'), median(runs.copy, 'ms')],
    'ms',
  );
}

/** The command a user types against the program itself. */
function launching(build) {
  const args = [
    'quick',
    'bench',
    '--provider',
    'mirror',
    '--claude-version',
    build.version,
    '--no-probe',
    '--force',
    '--json',
  ];
  const { data } = JSON.parse(
    execFileSync(process.execPath, [cli, ...args], { env: clean, encoding: 'utf8' }),
  );
  const env = {
    ...clean,
    CLAUDE_CONFIG_DIR: data.configDir,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
  };
  const runs = alternate(15, {
    launcher: () => timed(data.launcher, ['--version'], env),
    direct: () => timed(data.bundle.path, ['--version'], env),
  });
  print(
    "launcher's --version ÷ the bundle's own --version, wall time",
    [median(runs.launcher, 'ms'), median(runs.direct, 'ms')],
    'ms',
  );
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
