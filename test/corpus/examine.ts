import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hostPlatform } from '../../src/bundle/platform.ts';
import type { Bundle } from '../../src/bundle/types.ts';
import { type ErrorCode, describeFailure } from '../../src/errors.ts';
import { analyze } from '../../src/gates/analyze.ts';
import { parseAs } from '../../src/gates/syntax/source.ts';
import {
  type Analysis,
  type CapabilityName,
  type Edit,
  capabilityNames,
} from '../../src/gates/types.ts';
import { type ProbeReport, probe } from '../../src/probe/probe.ts';
import { type Choice, chooseCapability } from '../../src/plan/choose-capability.ts';
import { updaterOff } from '../../src/variant/owned-values.ts';
import { verifySignature } from '../support/executables/mach-o-verifier.ts';
import { type Launched, measureLaunch } from './launch.ts';
import { layoutOf } from './layout.ts';
import { type CapabilityLine, type Line, type Made, platformSchema } from './line.ts';
import { type Rebuilt, rebuild } from './rebuild.ts';

export interface ExamineOptions {
  /** A folder that is removed afterwards. */
  scratch: string;
  /** Whether to measure what a launch costs. */
  launch: boolean;
  signal: AbortSignal;
}

type Choices = Record<CapabilityName, Choice>;

/**
 * Does with a published build what cc-mirror does by default and, where that leaves something to the
 * environment, what it does with `--flip always`. Each step is checked: the gates, the edit byte for
 * byte, the edited gates, a macOS signature, and what stock and built offer when they run, where this
 * machine can run them. What does not hold is a problem of the line.
 */
export async function examine(bundle: Bundle, options: ExamineOptions): Promise<Line> {
  const { scratch, signal, launch } = options;
  const analysis = analyze(bundle.modules);
  const choices = chooseAll(bundle, analysis, 'auto');
  const flips = chooseAll(bundle, analysis, 'always');
  const problems = notUnderstood(choices);
  const checks = { analysis, signal, runs: await runsHere(bundle) };
  const stock = checks.runs
    ? await show('stock', launched(bundle, updaterOff), problems, signal)
    : null;
  const built = await make(bundle, choices, {
    ...checks,
    folder: join(scratch, 'built'),
    problems,
  });
  const line: Line = {
    version: bundle.version,
    platform: platformSchema.parse(bundle.platform),
    kind: bundle.kind,
    layout: await layoutOf(bundle),
    modules: bundle.modules.length,
    tasks: capabilityLine('tasks', { analysis, choices, stock, built: built.report }),
    teams: capabilityLine('teams', { analysis, choices, stock, built: built.report }),
    ...built.made,
    problems,
    date: today(),
  };
  if (built.report?.tasks) {
    const states = await attempt('tool search', problems, async () => {
      const deferred = async (env: Record<string, string>): Promise<boolean> => {
        const { report } = await probe({ ...launched(built.bundle, env), signal });
        return report.states.tasks === 'deferred';
      };
      const { ENABLE_TOOL_SEARCH: _, ...unset } = launcherEnv(choices);
      return {
        unset: await deferred(unset),
        asked: await deferred({ ...unset, ENABLE_TOOL_SEARCH: 'true' }),
      };
    });
    if (states) line.deferred = states;
  }
  if (launch && stock && built.report) {
    const [before, after] = [
      launched(bundle, updaterOff),
      launched(built.bundle, launcherEnv(choices)),
    ];
    const measured = await attempt('launch', problems, () => measureLaunch(before, after, signal));
    if (measured) line.launch = measured;
  }
  await rm(join(scratch, 'built'), { recursive: true, force: true });
  if (JSON.stringify(editsOf(flips)) !== JSON.stringify(editsOf(choices))) {
    const folder = join(scratch, 'flipped');
    const { made, report } = await make(bundle, flips, { ...checks, folder, problems });
    line.flipped = { ...made, tasks: report?.tasks ?? null, teams: report?.teams ?? null };
  }
  return line;
}

interface MakeOptions {
  analysis: Analysis;
  folder: string;
  /** Whether the result can be run here. */
  runs: boolean;
  problems: string[];
  signal: AbortSignal;
}

/** Builds as chosen and checks the result in every way. */
async function make(
  bundle: Bundle,
  choices: Choices,
  { analysis, folder, runs, problems, signal }: MakeOptions,
): Promise<{ made: Made; bundle: Bundle; report: ProbeReport | null }> {
  signal.throwIfAborted();
  const edits = editsOf(choices);
  const rebuilt = await attempt('build', problems, () => rebuild(bundle, edits, folder));
  const modules = new Set(edits.map(({ module }) => module));
  const made: Made = { edits: { modules: modules.size, bytes: rebuilt?.differences.edit ?? 0 } };
  if (!rebuilt) return { made, bundle, report: null };
  problems.push(...rebuilt.problems, ...leftToEdit(rebuilt, analysis, choices));
  if (rebuilt.problems.length === 0) made.rebuilt = 'same';
  if (bundle.platform.startsWith('darwin-')) {
    const report = await verifySignature(rebuilt.bundle.file);
    problems.push(...report.problems.map((problem) => `signature: ${problem}`));
    if (report.adHoc !== edits.length > 0) problems.push('signature: not as it was to be made');
    if (report.problems.length === 0) made.signature = 'ok';
  }
  if (!runs) {
    problems.push(...notParsing(rebuilt.bundle, modules));
    return { made, bundle: rebuilt.bundle, report: null };
  }
  const program = launched(rebuilt.bundle, launcherEnv(choices));
  const report = await show('built', program, problems, signal);
  for (const name of capabilityNames) {
    const planned = choices[name].state === 'on';
    if (report && report[name] !== planned) {
      problems.push(`${name} was planned ${onOff(planned)} and is ${onOff(report[name])} when run`);
    }
  }
  const claimed = report?.claudeVersion;
  if (claimed && claimed !== bundle.version) problems.push(`it says that it is ${claimed}`);
  return { made, bundle: rebuilt.bundle, report };
}

/** Runs a program; a failure is a problem. */
async function show(
  what: string,
  program: Launched,
  problems: string[],
  signal: AbortSignal,
): Promise<ProbeReport | null> {
  return attempt(`${what} run`, problems, async () => {
    return (await probe({ ...program, signal })).report;
  });
}

/** What runs has been parsed by that; of what does not run here, the edited modules are parsed whole. */
function notParsing({ modules }: Bundle, edited: ReadonlySet<string>): string[] {
  return modules
    .filter(({ name }) => edited.has(name))
    .filter(({ bytes, encoding, format }) => !parseAs(bytes.toString(encoding), format))
    .map(({ name }) => `${name} does not parse after the edit`);
}

async function runsHere({ kind, platform }: Bundle): Promise<boolean> {
  return kind === 'js' || platform === (await hostPlatform());
}

function editsOf(choices: Choices): Edit[] {
  return capabilityNames.flatMap((name) => choices[name].edit ?? []);
}

/** The line of a build that could not be examined at all. */
export function failedLine(
  version: string,
  platform: Line['platform'],
  { code, message }: { code: ErrorCode; message: string },
): Line {
  const reason = briefly(message);
  const unknown = { verdict: 'unknown', reason, by: null, stock: null, built: null } as const;
  return {
    version,
    platform,
    kind: platform === 'any' ? 'js' : 'native',
    layout: null,
    modules: 0,
    tasks: unknown,
    teams: unknown,
    edits: { modules: 0, bytes: 0 },
    problems: [`${code}: ${reason}`],
    date: today(),
  };
}

/** Failures that say nothing about a build, and end the whole run. */
export function endsRun(code: ErrorCode): boolean {
  return ['network', 'storage', 'interrupted'].includes(code);
}

function chooseAll({ kind }: Bundle, analysis: Analysis, mode: 'auto' | 'always'): Choices {
  const choose = (name: CapabilityName): Choice =>
    chooseCapability(name, analysis[name], { kind, mode, wanted: true });
  return { tasks: choose('tasks'), teams: choose('teams') };
}

function notUnderstood(choices: Choices): string[] {
  return capabilityNames.flatMap((name) => {
    const { state, reason } = choices[name];
    return state === 'on' || state === 'absent' ? [] : `${name} stays ${state}: ${reason}`;
  });
}

/** The edited build, looked at again: flipped gates are on, the others as before, no edit is left. */
function leftToEdit({ bundle }: Rebuilt, before: Analysis, choices: Choices): string[] {
  const analysis = analyze(bundle.modules);
  const again = chooseAll(bundle, analysis, 'always');
  return capabilityNames.flatMap((name) => {
    const { verdict } = analysis[name];
    const planned = choices[name].by === 'flip' ? 'on' : before[name].verdict;
    return [
      ...(verdict === planned ? [] : [`${name} is ${verdict} after the edit, not ${planned}`]),
      ...(choices[name].edit && again[name].edit ? [`${name} would be edited again`] : []),
    ];
  });
}

function capabilityLine(
  name: CapabilityName,
  {
    analysis,
    choices,
    stock,
    built,
  }: {
    analysis: Analysis;
    choices: Choices;
    stock: ProbeReport | null;
    built: ProbeReport | null;
  },
): CapabilityLine {
  const { verdict, reason } = analysis[name];
  const { by } = choices[name];
  return {
    verdict,
    reason,
    by,
    stock: stock?.[name] ?? null,
    built: built?.[name] ?? null,
  };
}

function launched({ kind, file }: Bundle, env: Launched['env']): Launched {
  return { target: { kind, path: file }, env };
}

/** What a launcher sets for the capabilities and beside a provider's variables. */
function launcherEnv({ tasks, teams }: Choices): Record<string, string> {
  return { ...updaterOff, ENABLE_TOOL_SEARCH: 'false', ...tasks.env, ...teams.env };
}

/** Does one step; its failure is a problem, unless it ends the whole run. */
async function attempt<T>(
  step: string,
  problems: string[],
  act: () => Promise<T>,
): Promise<T | null> {
  try {
    return await act();
  } catch (error) {
    const { code, message } = describeFailure(error);
    if (endsRun(code)) throw error;
    problems.push(`${step}: ${code}: ${briefly(message)}`);
    return null;
  }
}

/** Without what a program printed, and without the folders of this machine. */
function briefly(message: string): string {
  const [line = ''] = message.split('\n', 1);
  return line.replace(/ It printed:$/, '').replaceAll(/(?<!\S)\/\S*\/(?=[^\s/])/g, '');
}

function onOff(state: boolean): string {
  return state ? 'on' : 'off';
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
