import { isAbsolute, join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Bundle } from '../../bundle/types.ts';
import { otherTemporary, withTemporary } from '../../disk/temporary.ts';
import { CcMirrorError } from '../../errors.ts';
import { analyze } from '../../gates/analyze.ts';
import type { CapabilityName } from '../../gates/types.ts';
import { type Proof, probe } from '../../probe/probe.ts';
import { toolsInFull } from '../../provider/tool-search.ts';
import { folderOf, packSource, shippedPackIds } from '../../skill/pack-source.ts';
import type { CheckOptions } from '../../skill/check/check-pack.ts';
import { type CheckedSource, checkSource } from '../../skill/check/check-source.ts';
import { type PackCost, packCost } from '../../skill/cost.ts';
import type { PackFinding } from '../../skill/pack-finding.ts';
import { assumedTools } from '../../skill/tools.ts';
import { ownModels, viewOf } from '../../skill/view.ts';
import { table } from '../../ui/table.ts';
import { type Choice, chooseCapability } from '../../plan/choose-capability.ts';
import { modelsIn } from '../../plan/packs.ts';
import { folderThere } from '../../lifecycle/prove/probe-variant.ts';
import { buildStandalone } from '../../lifecycle/build-standalone.ts';
import type { CommandContext, CommandResult, Runner } from '../cli/command.ts';
import { tokenCells, tokenHeads } from './skills-list.ts';
import { openTarget } from '../input/named-bundle.ts';

export function addCheck(command: Command, run: Runner): void {
  command
    .command('check')
    .description('Check skills against the specification and a build')
    .argument('[packs...]', 'Ids from skills list, or folders (default: all shipped packs)')
    .option('--build <target>', 'Also check calls, tools and agents against this build')
    .action((given: string[], { build }: { build?: string }) =>
      run((context) => check(given, build, context)),
    );
}

interface Checked extends CheckedSource {
  source: string;
  /** Null for a pack that cannot be rendered. */
  cost: PackCost | null;
}

async function check(
  given: readonly string[],
  build: string | undefined,
  context: CommandContext,
): Promise<CommandResult> {
  const sources =
    given.length === 0 ? shippedPackIds() : given.map(packSource);
  const options = await optionsFor(build, context);
  const checked: Checked[] = [];
  for (const source of new Set(sources)) {
    const result = await checkSource(source, options);
    checked.push({ ...result, source, cost: await costOf(result, options) });
  }
  const errors = countOf(
    'error',
    checked.flatMap(({ findings }) => findings),
  );
  return {
    data: {
      packs: checked.map(({ id, source, findings, cost }) => ({
        id,
        source,
        findings,
        ...(cost ?? { tokens: null, skills: [], agents: [] }),
      })),
    },
    text: textOf(checked),
    ...(errors > 0 && { error: failureOf(errors, checked) }),
  };
}

/** What a build offers, by running one session of it; nothing without a build. */
async function optionsFor(
  build: string | undefined,
  context: CommandContext,
): Promise<CheckOptions> {
  if (build === undefined) return { tools: null, agents: null, models: ownModels };
  const { bundle, variant } = await openTarget(build, context);
  const agents = variant && join(variant.configDir, 'agents');
  const run = async (path: string, env: Readonly<Record<string, string>>): Promise<Proof> => {
    context.progress.step('Running one session against a local stand-in for the API');
    return probe({
      target: { kind: bundle.kind, path: resolve(path) },
      // Calls are checked against schemas, which deferred tools do not have.
      env: { ...env, ...toolsInFull },
      agents: agents === null ? undefined : folderThere(agents),
      signal: context.signal,
    });
  };
  const { report, tools } = await (variant
    ? run(bundle.file, variant.env)
    : asInVariant(bundle, context, run));
  return {
    tools,
    // Every build has agents; an empty list means that it could not be read.
    agents: report.agents.length > 0 ? report.agents : null,
    models: modelsIn(variant?.env ?? {}),
  };
}

/** Runs a build with the tools that a variant of it would have. */
async function asInVariant<T>(
  bundle: Bundle,
  { signal, progress }: CommandContext,
  run: (path: string, env: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  progress.step('Analyzing gates');
  const analysis = analyze(bundle.modules);
  const choose = (name: CapabilityName): Choice =>
    chooseCapability(name, analysis[name], { kind: bundle.kind, mode: 'auto', wanted: true });
  const planned = { tasks: choose('tasks'), teams: choose('teams') };
  const env = { ...planned.tasks.env, ...planned.teams.env };
  if (!planned.tasks.edit && !planned.teams.edit) return run(bundle.file, env);
  return withTemporary('check', async (scratch) => {
    const out = join(scratch, 'claude');
    const options = { force: false, prove: false, signal, progress, otherPlace: otherTemporary };
    return run((await buildStandalone(bundle, planned, { ...options, out })).file, env);
  });
}

async function costOf(
  { pack, findings }: CheckedSource,
  { tools, models }: CheckOptions,
): Promise<PackCost | null> {
  const readable = findings.every(({ rule }) => rule !== 'pack' && rule !== 'template');
  if (pack === null || !readable) return null;
  return packCost(pack, viewOf({ tools: tools ?? assumedTools(true), models }));
}

function textOf(checked: readonly Checked[]): string {
  const rows = checked.flatMap(({ source, findings }) =>
    findings.map(({ file, line, severity, rule, message }) => [
      `${placeOf(source, file)}${line === null ? '' : `:${line}`}`,
      severity,
      rule,
      message,
    ]),
  );
  const packs = checked.map(({ id, findings, cost }) => [
    id,
    ...(['error', 'warning'] as const).map((each) => String(countOf(each, findings))),
    ...(cost ? tokenCells(cost.tokens) : tokenHeads.map(() => '-')),
  ]);
  const summary = table([['pack', 'errors', 'warnings', ...tokenHeads], ...packs]);
  return [table(rows), summary].filter((text) => text !== '').join('\n\n');
}

function placeOf(source: string, file: string): string {
  if (file === '.') return source;
  return isAbsolute(source) ? join(source, file) : `${source}/${file}`;
}

function countOf(severity: PackFinding['severity'], findings: readonly PackFinding[]): number {
  return findings.filter((finding) => finding.severity === severity).length;
}

function failureOf(errors: number, checked: readonly Checked[]): CcMirrorError {
  const places = checked
    .filter(({ findings }) => countOf('error', findings) > 0)
    .map(({ source }) => folderOf(source));
  return new CcMirrorError(
    'usage',
    `${errors} ${errors === 1 ? 'problem' : 'problems'} in ${places.join(', ')}.`,
    'Fix the errors listed, then run the command again.',
  );
}
