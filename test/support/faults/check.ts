import { readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { failureIn, listIn } from './documents.ts';
import type { Point } from './points.ts';
import type { Scenario } from './scenarios.ts';
import { lockDraft, stateOf, storeProblems } from './state.ts';
import { type Tree, differences, partOf, shortened } from './tree.ts';
import { jsonIn, userProblems } from './user.ts';
import type { Call, Ended, FaultWorld, Launched } from './world.ts';

/** A scenario's command as it goes without a fault. */
export interface Reference {
  before: Tree;
  after: Tree;
  calls: Call[];
  /** The versions that each variant may run. */
  versions: Map<string, Set<string | null>>;
  /** What `list` says on standard error where nothing is to be recovered. */
  quiet: string;
}

/** A variant that is never touched, so to compare it is enough. */
const twin = 'beside';

/** Runs a scenario's command once and keeps the world as it was before. */
export async function referenceOf(world: FaultWorld, scenario: Scenario): Promise<Reference> {
  await world.save(scenario.name);
  // As for every point: in a copy no file's hash is known.
  await world.restore(scenario.name);
  const before = await world.tree();
  const { stderr: quiet } = await world.run(['list']);
  const versions = new Map<string, Set<string | null>>();
  const launchAll = async (names: readonly string[]): Promise<string[]> => {
    const problems: string[] = [];
    for (const name of names.filter((one) => one !== twin)) {
      const launched = await world.launch(name);
      const known = versions.get(name) ?? new Set();
      versions.set(name, known.add(launched.version));
      problems.push(...launchProblems(world, name, launched));
    }
    return problems;
  };
  const problems = await launchAll(scenario.before);
  const ended = await world.run(scenario.command, { mode: 'count' });
  if (ended.status !== 0) problems.push(`status ${ended.status}: ${ended.stdout} ${ended.stderr}`);
  const after = await world.tree();
  problems.push(...userProblems(before, after), ...(await launchAll(scenario.after)));
  if (problems.length > 0)
    throw new Error(`${scenario.command.join(' ')}, without a fault:\n${problems.join('\n')}`);
  return { before, after, calls: ended.calls, versions, quiet };
}

/** Has one point happen, then looks whether anything is broken: what is wrong, one line each. */
export async function checkPoint(
  world: FaultWorld,
  scenario: Scenario,
  reference: Reference,
  point: Point,
): Promise<string[]> {
  await world.restore(scenario.name);
  const ended = await world.run(scenario.command, point);
  const call = ended.calls[point.at - 1];
  if (call === undefined) return [`the call was not reached, of ${ended.calls.length}`];
  switch (point.mode) {
    case 'kill':
      if (ended.signal !== 'SIGKILL') return [`it was not killed: ${JSON.stringify(ended)}`];
      return cutOff(world, scenario, reference);
    case 'fail':
      return [
        ...statusProblems(ended),
        ...(await refused(world, scenario, reference, ended, call)),
      ];
    case 'fail-from':
      return [...statusProblems(ended), ...(await cutOff(world, scenario, reference))];
  }
}

/**
 * Nothing is broken at once, the next command cleans up, and the one after that goes on. What may
 * remain: whole builds in the store, which `store prune` removes; drafts of locks, until a command
 * takes the lock a minute later; the folder of a probe in the system's folder for temporary files.
 */
async function cutOff(
  world: FaultWorld,
  scenario: Scenario,
  reference: Reference,
): Promise<string[]> {
  const cut = await world.tree();
  return [
    ...(await problemsAtOnce(world, scenario, reference, cut)),
    ...(await recoveryProblems(world, scenario, reference, cut)),
  ];
}

/** Makes drafts of locks look as if they lay there for longer than it takes to make a lock of one. */
async function age({ root }: FaultWorld, cut: Tree): Promise<void> {
  const before = Date.now() / 1000 - 120;
  for (const path of cut.keys()) {
    if (lockDraft.test(path)) await utimes(join(root, path), before, before);
  }
}

/**
 * Before anybody has cleaned up, the user's files and the variants beside are as they were, and
 * every variant starts, with the files that its settings tell Claude Code to run.
 */
async function problemsAtOnce(
  world: FaultWorld,
  { bystanders, before: there, after: staying }: Scenario,
  { before, versions }: Reference,
  cut: Tree,
): Promise<string[]> {
  const problems = userProblems(before, cut);
  for (const name of bystanders) {
    for (const place of [`mirror/${name}`, `bin/${name}`])
      problems.push(...shortened(differences(partOf(before, place), partOf(cut, place))));
  }
  for (const name of there.filter((one) => one !== twin && staying.includes(one))) {
    if (jsonIn(cut.get(`mirror/${name}/variant.json`)) === undefined)
      problems.push(`the variant.json of ${name} cannot be read`);
    const launched = await world.launch(name);
    problems.push(...launchProblems(world, name, launched), ...hookProblems(world, name, cut));
    if (launched.version !== null && versions.get(name)?.has(launched.version) !== true)
      problems.push(`${name} runs version ${launched.version}`);
  }
  return problems.map((problem) => `at once: ${problem}`);
}

function launchProblems({ root }: FaultWorld, name: string, launched: Launched): string[] {
  const { status, stderr, tools, configDir } = launched;
  if (status !== 0) return [`${name} does not start, status ${status}: ${stderr.trim()}`];
  const problems: string[] = [];
  if (!tools.includes('TaskCreate')) problems.push(`${name} runs without the Task tools`);
  if (configDir !== join(root, 'mirror', name, 'config'))
    problems.push(`${name} runs with the configuration ${String(configDir)}`);
  return problems;
}

/** Files of the variant's own that its settings name and that are not there. */
function hookProblems({ root }: FaultWorld, name: string, cut: Tree): string[] {
  const linked = cut.get('user/dotfiles/settings.json');
  const settings = (name === 'kept' && linked) || cut.get(`mirror/${name}/config/settings.json`);
  const folder = `${root}/mirror/${name}/hooks/`;
  const named = (settings ?? '').split(/["'\\ ]/).filter((word) => word.startsWith(folder));
  return [...new Set(named)]
    .filter((path) => !cut.has(path.slice(root.length + 1)))
    .map((path) => `the settings of ${name} name ${path}, which is not there`);
}

/** The next command of any kind cleans up and says so; then the work can be repeated or gone on with. */
async function recoveryProblems(
  world: FaultWorld,
  scenario: Scenario,
  reference: Reference,
  cut: Tree,
): Promise<string[]> {
  await age(world, cut);
  const listed = await world.run(['list']);
  if (listed.status !== 0) return [`list ended with ${listed.status}: ${listed.stdout}`];
  const now = await world.tree();
  const { state, problems } = stateOf(reference, now);
  if (state === null) return problems;
  problems.push(...storeProblems(reference, now), ...listProblems(listed, scenario[state]));
  const recovered = differences(withoutRemains(cut), withoutRemains(now));
  if (recovered.length > 0 && listed.stderr === reference.quiet)
    problems.push(`list recovered and did not say so: ${shortened(recovered).join('; ')}`);

  const words = state === 'before' ? scenario.command : scenario.goOn;
  const next = await world.run(words);
  if (next.status !== 0)
    return [...problems, `then ${words.join(' ')} ended with ${next.status}: ${next.stdout}`];
  const end = await world.tree();
  for (const path of end.keys()) if (lockDraft.test(path)) problems.push(`left for good: ${path}`);
  if (state === 'before') {
    const again = stateOf(reference, end, 'after');
    problems.push(
      ...[...again.problems, ...storeProblems(reference, end)].map((text) => `repeated: ${text}`),
    );
  }
  return problems;
}

function listProblems({ stdout }: Ended, names: readonly string[]): string[] {
  const { variants, unreadable } = listIn(stdout);
  const listed = variants.map(({ name }) => name).join(' ');
  return [
    ...(listed === names.join(' ') ? [] : [`list shows ${listed}`]),
    ...(unreadable.length === 0 ? [] : [`list shows as unreadable ${JSON.stringify(unreadable)}`]),
  ];
}

/** A lock, scratch folders, and staging that does not tell what for, can be taken away without a word. */
function withoutRemains(tree: Tree): Tree {
  const told = jsonIn(tree.get('mirror/.staging/intent.json')) !== undefined;
  const silent = told
    ? /^mirror\/(\.lock|\.store\/\.tmp-)/
    : // All was done by then; only what is known of hashes was still being written.
      /^mirror\/(\.lock|\.store\/(\.tmp-|hashes\.json\.\w+\.tmp$)|\.staging)/;
  return new Map([...tree].filter(([path]) => !silent.test(path)));
}

/** The call that failed was the only one: everything is as before, or the command succeeded all the same. */
async function refused(
  world: FaultWorld,
  scenario: Scenario,
  reference: Reference,
  ended: Ended,
  call: Call,
): Promise<string[]> {
  const { status } = ended;
  const left = await world.tree();
  const wanted = status === 0 ? 'after' : 'before';
  const removal = ['rm', 'rmdir', 'unlink'].includes(call.function);
  // What cannot be removed stays; nothing else may.
  const place = call.path.slice(world.root.length + 1);
  const now = removal
    ? new Map([...left].filter(([path]) => !isBelow(path, place) || reference[wanted].has(path)))
    : left;
  const problems = stateOf(reference, now, wanted).problems.map(
    (text) => `status ${status}, ${text}; told: ${toldBy(ended)}`,
  );
  problems.push(...storeProblems(reference, now));
  const temporary = await readdir(join(world.root, 'tmp'));
  if (temporary.length > 0 && !removal) problems.push(`left: tmp/${temporary.join(', tmp/')}`);
  if (now.size < left.size)
    problems.push(...(await recoveryProblems(world, scenario, reference, left)));
  return problems;
}

function isBelow(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}/`) || place.startsWith(`${path}/`);
}

/** Success, or a failure that is no bug and that says what is the matter. */
function statusProblems(ended: Ended): string[] {
  const { status, stdout, calls } = ended;
  if (status === 0) return [];
  if (status === undefined || ![2, 3, 4, 5, 6, 7].includes(status))
    return [`ended with ${status ?? ended.signal}: ${toldBy(ended)}`];
  const { message } = failureIn(stdout);
  const paths = calls.flatMap(({ path, to }) => [path, ...(to === undefined ? [] : [to])]);
  const named = paths.some((path) => message.includes(path));
  return named || /disk is full|permission|\(E[A-Z]+\)/i.test(message)
    ? []
    : [`it does not say why: ${message}`];
}

/** What a command has said; one that crashed has only standard error. */
function toldBy({ stdout, stderr }: Ended): string {
  return stdout || stderr.slice(-600);
}
