import { join } from 'node:path';
import { hostPlatform } from '../../src/bundle/platform.ts';
import type { Bundle } from '../../src/bundle/types.ts';
import { type ErrorCode, describeFailure } from '../../src/errors.ts';
import { analyze } from '../../src/gates/analyze.ts';
import { type Analysis, type CapabilityName, capabilityNames } from '../../src/gates/types.ts';
import { type ProbeReport, probe } from '../../src/probe/run.ts';
import { type Choice, chooseCapability } from '../../src/variant/choose.ts';
import { updaterOff } from '../../src/variant/owned.ts';
import { verifySignature } from '../support/mach-o-verifier.ts';
import { type Launched, measureLaunch } from './launch.ts';
import { layoutOf } from './layout.ts';
import { type CapabilityLine, type Line, platformSchema } from './line.ts';
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
 * Does with a published build what cc-mirror does by default, and checks each step: the gates, the
 * edit byte for byte, the edited gates, a macOS signature, and what stock and built offer when they
 * run, where this machine can run them. What does not hold is a problem of the line.
 */
export async function examine(bundle: Bundle, options: ExamineOptions): Promise<Line> {
  const { signal } = options;
  const analysis = analyze(bundle.modules);
  const choices = chooseAll(bundle, analysis);
  const problems = notUnderstood(choices);
  const edits = capabilityNames.flatMap((name) => choices[name].edit ?? []);
  const place = join(options.scratch, 'built');
  const rebuilt = await attempt('build', problems, () => rebuild(bundle, edits, place));
  if (rebuilt) problems.push(...rebuilt.problems, ...leftToEdit(rebuilt, analysis, choices));

  const edited = new Set(edits.map(({ module }) => module));
  const line: Line = {
    version: bundle.version,
    platform: platformSchema.parse(bundle.platform),
    kind: bundle.kind,
    layout: await layoutOf(bundle),
    modules: bundle.modules.length,
    tasks: capabilityLine(analysis.tasks, choices.tasks),
    teams: capabilityLine(analysis.teams, choices.teams),
    edits: { modules: edited.size, bytes: rebuilt?.differences.edit ?? 0 },
    ...(rebuilt?.problems.length === 0 && { rebuilt: 'same' }),
    problems,
    date: today(),
  };
  signal.throwIfAborted();
  if (rebuilt && line.platform.startsWith('darwin-')) {
    const report = await verifySignature(rebuilt.bundle.file);
    problems.push(...report.problems.map((problem) => `signature: ${problem}`));
    if (report.problems.length === 0) line.signature = 'ok';
  }
  if (rebuilt && (line.kind === 'js' || line.platform === (await hostPlatform()))) {
    // Both with the updater off, so that they differ in the capabilities alone.
    const stock = launched(bundle, updaterOff);
    const built = launched(rebuilt.bundle, launcherEnv(choices));
    await run(line, { stock, built, choices }, options);
  }
  return line;
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

/** Runs stock and built, and completes the line by what they show. */
async function run(
  line: Line,
  { stock, built, choices }: { stock: Launched; built: Launched; choices: Choices },
  { signal, launch }: ExamineOptions,
): Promise<void> {
  const { problems } = line;
  const show = (what: string, program: Launched): Promise<ProbeReport | null> =>
    attempt(`${what} run`, problems, () => probe({ ...program, signal }));
  const before = await show('stock', stock);
  const after = await show('built', built);
  for (const name of capabilityNames) {
    line[name].stock = before?.[name] ?? null;
    line[name].built = after?.[name] ?? null;
    const planned = choices[name].state === 'on';
    if (after && after[name] !== planned) {
      problems.push(`${name} was planned ${onOff(planned)} and is ${onOff(after[name])} when run`);
    }
  }
  for (const claimed of [before?.claudeVersion, after?.claudeVersion]) {
    if (claimed && claimed !== line.version) problems.push(`it says that it is ${claimed}`);
  }
  if (!launch || !before || !after) return;
  const measured = await attempt('launch', problems, () => measureLaunch(stock, built, signal));
  if (measured) line.launch = measured;
}

function chooseAll({ kind }: Bundle, analysis: Analysis): Choices {
  const choose = (name: CapabilityName): Choice =>
    chooseCapability(name, analysis[name], { kind, mode: 'auto', wanted: true });
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
  const again = chooseAll(bundle, analysis);
  return capabilityNames.flatMap((name) => {
    const { verdict } = analysis[name];
    const planned = choices[name].by === 'flip' ? 'on' : before[name].verdict;
    return [
      ...(verdict === planned ? [] : [`${name} is ${verdict} after the edit, not ${planned}`]),
      ...(again[name].edit === null ? [] : [`${name} would be edited again`]),
    ];
  });
}

function capabilityLine(
  { verdict, reason }: Analysis[CapabilityName],
  { by }: Choice,
): CapabilityLine {
  return { verdict, reason, by, stock: null, built: null };
}

function launched({ kind, file }: Bundle, env: Launched['env']): Launched {
  return { target: { kind, path: file }, env };
}

/** What a launcher sets for the capabilities and beside a provider's variables. */
function launcherEnv({ tasks, teams }: Choices): Record<string, string> {
  return { ...updaterOff, ...tasks.env, ...teams.env };
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
