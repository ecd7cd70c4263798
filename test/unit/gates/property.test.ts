import { compileFunction } from 'node:vm';
import { expect, test } from 'vitest';
import { analyze } from '../../../src/gates/analyze.ts';
import { subsets } from '../../../src/gates/decide/assignments.ts';
import type { CapabilityAnalysis, SourceModule } from '../../../src/gates/types.ts';
import { runBundle } from './link.ts';
import { applyEdit } from './modules.ts';
import { type GeneratedBundle, generateBundle, modelIds, switches } from './programs.ts';

/** How many bundles are generated; `GATE_PROGRAMS=20000` tests more. */
const COUNT = Number(process.env['GATE_PROGRAMS'] ?? 400);

/** The inputs other than the environment, by name; a missing flag has its default. */
type Setting = Readonly<Record<string, boolean>>;
type Enabled = (env: readonly string[], setting: Setting) => boolean;

/** Inputs, and the code that reads them. */
const flags = { flagA: 'tengu_flag_a', flagB: 'tengu_flag_b' };
const session = { interactive: '.isInteractive', option: '--board' };
const others = { ask0: 'ask(0)', ask1: 'ask(1)', ask2: 'ask(2)', model: '.model' };

/** What is wrong with the analysis of one bundle, in words; empty if the bundle behaves as it says. */
function check(bundle: GeneratedBundle, found: CapabilityAnalysis): string[] {
  const { modules } = bundle;
  const complete = bundle.readOnce && !bundle.odd;
  const text = modules.map(({ bytes, encoding }) => bytes.toString(encoding)).join('\n');
  const used = (inputs: Record<string, string>): string[] =>
    Object.keys(inputs).filter((name) => text.includes(inputs[name]!));
  const all = settingsOf([...used(flags), ...used(session), ...used(others)]);
  const byDefault = settingsOf([...used(session), ...used(others)]);
  const enabled = compile(modules);
  const isOpen = (env: readonly string[], settings: readonly Setting[]): boolean =>
    settings.every((setting) => enabled(env, setting));

  const wrong: string[] = [];
  const assumed = found.reason.includes('keeps its default');
  if (found.env) {
    const env = Object.keys(found.env);
    if (!env.every((name) => switches.includes(name)))
      wrong.push('sets a variable that is no switch');
    if (!isOpen(env, assumed ? byDefault : all)) wrong.push('not opened by env');
    const fewer = [...subsets(env, 99)].filter((set) => set.length < env.length);
    if (complete && fewer.some((set) => isOpen(set, assumed ? byDefault : all))) {
      wrong.push('opened by fewer variables');
    }
    if (complete && assumed && [...subsets(switches, 99)].some((set) => isOpen(set, all))) {
      wrong.push('needs no default');
    }
  } else if (complete && [...subsets(switches, 99)].some((set) => isOpen(set, byDefault))) {
    wrong.push('opened by variables that were not found');
  }
  const flagsAlone = (): boolean =>
    mayFlip(enabled, used(flags), [...used(session), ...used(others)]);
  if (found.flip) wrong.push(...checkFlip(bundle, found, enabled, all));
  else if (
    complete &&
    readsOnce(text, 'ANTHROPIC_MODEL') &&
    !bundle.extra &&
    !found.env &&
    flagsAlone()
  ) {
    wrong.push('may be flipped');
  }
  return wrong;
}

function checkFlip(
  { modules, independent }: GeneratedBundle,
  { flip, reason }: CapabilityAnalysis,
  enabled: Enabled,
  all: readonly Setting[],
): string[] {
  const wrong: string[] = [];
  const modulesAfter = applyEdit(modules, flip!.edit);
  const opened = compile(modulesAfter);
  const remaining = remainingIn(reason);
  const again = analyze(modulesAfter).tasks;
  if (remaining === null && again.flip) wrong.push('flipped once more');
  if (remaining === null && again.verdict !== 'on') wrong.push('not on after the flip');

  // The gate stays off where other conditions say no, for any flags and session.
  const known = Object.keys(others);
  const key = (setting: Setting): string => known.map((name) => setting[name]).join();
  const allowed = new Set<string>();
  for (const set of subsets(switches, 99)) {
    for (const setting of all) if (enabled(set, setting)) allowed.add(key(setting));
  }
  const isFixed = allowed.size === 0;
  const opens = (one: Setting): boolean => opened([], one) && !allowed.has(key(one));
  if (independent && !isFixed && all.some(opens)) {
    wrong.push('opened against a condition');
  }
  if (remaining === null) {
    if (!all.every((setting) => opened([], setting))) wrong.push('not opened by the flip');
  } else if (remaining !== 'other') {
    if (all.some((one) => opened([], one) !== remaining(one))) wrong.push('not what remains');
  }
  return wrong;
}

/** The conditions that remain according to a reason; null if none; `other` if any is not `ask(…)`. */
function remainingIn(reason: string): ((setting: Setting) => boolean) | 'other' | null {
  const text = / it also needs (.*), which is not a feature flag/.exec(reason)?.[1];
  if (text === undefined) return null;
  const conditions = text
    .split(/, | and /)
    .map((one) => one.replace(/^if\((.*)\)return!1$/, '!($1)'))
    .map((one) => one.replaceAll(/ask\((\d)\)/g, 'setting.ask$1'));
  if (!conditions.every((one) => /^(?:[!()]|&&|\|\||setting\.ask\d)+$/.test(one))) return 'other';
  const code = conditions.map((one) => `(${one})`).join('&&');
  const holds = compileFunction(`return ${code}`, ['setting']);
  return (setting) => holds(setting) === true;
}

/** Whether flags alone make a gate true, for any session and other conditions. */
function mayFlip(
  enabled: Enabled,
  flagNames: readonly string[],
  freeNames: readonly string[],
): boolean {
  const free = settingsOf(freeNames);
  return [...subsets(switches, 99)].some((set) =>
    settingsOf(flagNames).some((one) =>
      free.every((other) =>
        [set, [...set, 'ANTHROPIC_MODEL']].every((env) => enabled(env, { ...other, ...one })),
      ),
    ),
  );
}

function settingsOf(names: readonly string[]): Setting[] {
  return Array.from({ length: 2 ** names.length }, (_, bits) =>
    Object.fromEntries(names.map((name, index) => [name, ((bits >> index) & 1) === 1])),
  );
}

/** Whether a name occurs once at most; two conditions on one input may contradict each other. */
function readsOnce(text: string, name: string): boolean {
  return text.split(name).length <= 2;
}

/** Runs the bundle and tells whether all its tools are enabled. */
function compile(modules: readonly SourceModule[]): Enabled {
  let variables: Record<string, string> = {};
  let setting: Setting = {};
  let state: object = {};
  const tools: { isEnabled: () => unknown }[] = [];
  const byFlag: Record<string, string> = { tengu_flag_a: 'flagA', tengu_flag_b: 'flagB' };
  runBundle(modules, {
    process: {
      get env() {
        return variables;
      },
      get argv() {
        return setting['option'] ? ['--board'] : [];
      },
    },
    expose: (object: object) => (state = object),
    build: () =>
      new Proxy({}, { get: (_, name) => (String(name) in variables ? true : undefined) }),
    remote: { get: (name: string) => setting[byFlag[name] ?? ''] },
    ask: (index: number) => setting[`ask${index}`] ?? false,
    register: (tool: { isEnabled: () => unknown }) => tools.push(tool),
  });
  expect(tools).toHaveLength(4);
  return (env, given) => {
    variables = Object.fromEntries(env.map((name) => [name, '1']));
    setting = given;
    Object.assign(state, {
      isInteractive: given['interactive'] ?? false,
      model: modelIds[given['model'] ? 0 : 1],
    });
    try {
      return tools.every((tool) => Boolean(tool.isEnabled()));
    } catch {
      return false;
    }
  };
}

/** The code of a bundle, for the failure message. */
function programOf({ seed }: { seed: number }): string {
  const { modules } = generateBundle(seed);
  return modules
    .map(({ name, bytes, encoding }) => `${name}:\n${bytes.toString(encoding)}`)
    .join('\n');
}

test('generated bundles, when run, behave as their analysis says', () => {
  const verdicts: string[] = [];
  const wrong = Array.from({ length: COUNT }, (_, seed) => {
    const bundle = generateBundle(seed);
    const found = analyze(bundle.modules).tasks;
    verdicts.push(found.verdict);
    return { seed, verdict: found.verdict, wrong: check(bundle, found) };
  });
  const failing = wrong
    .filter((one) => one.wrong.length > 0)
    .map((one) => ({ ...one, program: programOf(one) }));
  expect(failing).toEqual([]);
  // Each verdict comes up often enough to mean something.
  for (const verdict of ['on', 'env', 'flip', 'unknown']) {
    expect(verdicts.filter((one) => one === verdict).length).toBeGreaterThan(COUNT / 30);
  }
}, 3_600_000);
