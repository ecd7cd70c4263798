import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { linkInto } from '../bundle/files.ts';
import type { StoredBuild, StoredBundle } from '../bundle/store.ts';
import { CcMirrorError, describeFailure, systemCode } from '../errors.ts';
import type { CapabilityName } from '../gates/types.ts';
import { type Proof, probe } from '../probe/run.ts';
import { type Tools, assumedTools } from '../skill/tools.ts';
import { type View, viewOf } from '../skill/view.ts';
import type { Progress } from '../ui/progress.ts';
import { Undo, writeAtomic } from './atomic.ts';
import { unproved } from './choose.ts';
import { inspectCommand } from './command.ts';
import { variantFolder } from './layout.ts';
import { fallbacksOf, grantsOf, modelsIn, recordsOf } from './packs.ts';
import { placePacks } from './place-packs.ts';
import type { Plan } from './plan.ts';
import type { CapabilityState, VariantRecord } from './record.ts';
import { type OwnedValues, mergeOwned } from './settings.ts';
import { settle } from './settle.ts';

export interface ApplyOptions {
  /** The build that the plan's edits make. */
  built: StoredBuild;
  /** Where variants live; staging happens beside them, on the same file system. */
  home: string;
  prove: boolean;
  signal: AbortSignal;
  progress: Progress;
}

/**
 * Carries out a plan: stages the build, proves it by running it, then puts it in place. Until the
 * proof nothing that the user can see has changed; what fails later is undone. A new variant
 * appears by one rename.
 *
 * Errors: `probe-failed`; `name-taken` for a skill folder that is not ours; storage errors.
 */
export async function applyPlan(plan: Plan, options: ApplyOptions): Promise<VariantRecord> {
  const { built, home, signal, progress } = options;
  const staging = join(home, `.staging-${randomUUID()}`);
  const undo = new Undo();
  let keepStaging = false;
  try {
    progress.step('Staging');
    const staged = variantFolder(join(staging, 'variant'));
    await linkInto(built.folder, staged.bundle);
    const proof = options.prove ? await prove(plan, options, staging) : null;
    signal.throwIfAborted();

    progress.step('Installing');
    const record = recordOf(plan, { ...built, sha256: await built.sha256 }, proof);
    const view = viewFor(plan, proof?.tools);
    if (plan.current) {
      await undo.keepFolder(plan.layout.skills, join(staging, 'skills-before'));
      await undo.keepFolder(plan.layout.agents, join(staging, 'agents-before'));
      await undo.keepFolder(plan.layout.hooks, join(staging, 'hooks-before'));
      await swapBundle(staged.bundle, plan.layout.bundle, join(staging, 'bundle-before'), undo);
      const settled = await settle(plan, record, plan.layout, view, undo);
      await placeLauncher(plan, undo);
      return settled;
    }
    const settled = await settle(plan, record, staged, view, undo);
    await moveInto(staged.folder, plan);
    undo.add(() => rm(plan.layout.folder, { recursive: true, force: true }));
    await placeLauncher(plan, undo);
    return settled;
  } catch (error) {
    const failures = await undo.run();
    keepStaging = failures.length > 0;
    throw keepStaging ? notUndone(plan.name, staging, error, failures) : error;
  } finally {
    if (!keepStaging) await rm(staging, { recursive: true, force: true });
  }
}

/** The new variant's one rename. Error: `name-taken` where a folder has come up meanwhile. */
async function moveInto(staged: string, { name, layout: { folder } }: Plan): Promise<void> {
  try {
    await rename(staged, folder);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(systemCode(error) ?? '')) throw error;
    throw new CcMirrorError(
      'name-taken',
      `The name ${name} is taken: ${folder} is there by now.`,
      'Look at it, or choose another name with --name.',
      { cause: error },
    );
  }
}

function notUndone(name: string, staging: string, error: unknown, failures: unknown[]): Error {
  const told = (failure: unknown): string => describeFailure(failure).message.replace(/\.$/, '');
  return new CcMirrorError(
    'storage',
    `${told(error)}. Not everything of ${name} could be put back as it was: ${failures.map(told).join('; ')}.`,
    `What it had is in ${staging}. Then run: cc-mirror update ${name}`,
    { cause: error },
  );
}

/** Runs the staged bundle with the launcher's variables and checks that what was planned is there. */
async function prove(
  plan: Plan,
  { built, signal, progress }: ApplyOptions,
  staging: string,
): Promise<Proof> {
  progress.step('Proving it: one session against a local stand-in for the API');
  const places = { skills: join(staging, 'skills'), agents: join(staging, 'agents') };
  await Promise.all(Object.values(places).map((folder) => mkdir(folder)));
  const { present } = plan.packs;
  await placePacks({ present, gone: [] }, null, places, viewFor(plan));
  const program = join(staging, 'variant', 'bundle', built.program);
  const proof = await probe({
    target: { kind: built.kind, path: program },
    env: plan.env,
    skills: places.skills,
    agents: places.agents,
    settings: settingsOf(plan),
    signal,
  });
  const problems = unproved(plan.capabilities, proof.report);
  const gates = problems.length > 0;
  for (const kind of ['skills', 'agents'] as const) {
    const listed = present.flatMap((pack) => pack[kind].filter((part) => part.listed));
    const missing = listed.filter(({ name }) => !proof.report[kind].includes(name));
    if (missing.length === 0) continue;
    problems.push(`it does not list the ${kind} ${missing.map(({ name }) => name).join(', ')}`);
  }
  if (problems.length === 0) return proof;
  throw new CcMirrorError(
    'probe-failed',
    `The staged Claude Code ${built.version} ran, but ${problems.join('; ')}. Nothing was changed.`,
    gates
      ? `Look at the gates: cc-mirror inspect ${built.version}; or choose another version with --claude-version.`
      : 'Look at the skills: cc-mirror skills check FOLDER; or leave them out: --no-skills.',
  );
}

const notRun =
  'the build was not run: the texts of the packs are for builds from 2.1.112 on, and what they need was not looked for';

/** What the packs' texts depend on; a build that was not run is taken to be like most are. */
function viewFor({ env, capabilities }: Plan, tools?: Tools): View {
  const assumed = tools ?? assumedTools(capabilities.tasks.state === 'on');
  return viewOf({ tools: assumed, models: modelsIn(env) });
}

/** The settings.json that a new variant has. */
function settingsOf({ owned }: Plan): Record<string, unknown> {
  const settings: unknown = JSON.parse(
    mergeOwned(null, owned['settings.json'], null, 'settings.json'),
  );
  return { ...(typeof settings === 'object' && settings) };
}

function recordOf(plan: Plan, built: StoredBundle, proof: Proof | null): VariantRecord {
  const { name, layout, provider, choices, current, now } = plan;
  const report = proof && proof.report;
  const capability = (which: CapabilityName): CapabilityState => {
    const { state, by, means, reason } = plan.capabilities[which];
    if (!report?.[which] || state === 'on') return { state, by, means, reason };
    return { state: 'on', by: 'stock', means: null, reason: `the probe shows it; ${reason}` };
  };
  const capabilities = { tasks: capability('tasks'), teams: capability('teams') };
  const states = { tasks: capabilities.tasks.state, teams: capabilities.teams.state };
  const fromTemplates = plan.packs.present.some(({ templates }) => templates);
  const fallbacks = fallbacksOf(plan.packs.present, proof && proof.tools, states);
  return {
    schemaVersion: 1,
    name,
    provider: provider.id,
    baseUrl: provider.baseUrl,
    configDir: layout.config,
    launcher: layout.launcher,
    claudeVersion: built.version,
    platform: built.platform,
    bundle: { kind: built.kind, path: join(layout.bundle, built.program), sha256: built.sha256 },
    capabilities,
    packs: recordsOf(plan.packs),
    skills: current?.skills ?? [],
    agents: current?.agents ?? [],
    key: plan.keyVariable === null ? null : { variable: plan.keyVariable },
    env: plan.env,
    owned: {
      ...plan.owned,
      // The end of an approved key is part of a secret, and the record is for all to read.
      '.claude.json': without(plan.owned['.claude.json'], 'customApiKeyResponses.approved'),
    },
    choices,
    notes: [
      ...notesOn(plan),
      ...(proof === null && fromTemplates ? [notRun] : []),
      ...fallbacks,
      ...grantsOf(plan.packs),
    ],
    probe: report,
    createdAt: current?.createdAt ?? now,
    updatedAt: now,
  };
}

function without(values: OwnedValues, key: string): OwnedValues {
  return Object.fromEntries(Object.entries(values).filter(([name]) => name !== key));
}

function notesOn({
  provider: { unmapped, name, env, keyVariable },
  keyVariable: kept,
}: Plan): string[] {
  const notes: string[] = [];
  const sent = env[keyVariable];
  if (kept === null && sent)
    notes.push(
      `${name} is sent "${sent}" in place of an API key; give one with --api-key-env or --api-key-stdin`,
    );
  if (unmapped.length > 0) {
    notes.push(
      `${name} will be asked for Anthropic's own model ids (${unmapped.join(', ')}); name its models with --model, or --model-opus, --model-sonnet and --model-haiku`,
    );
  }
  return notes;
}

/** Two renames: a session that runs the old bundle keeps its open files. */
async function swapBundle(staged: string, place: string, aside: string, undo: Undo): Promise<void> {
  if (await moveAside(place, aside)) undo.add(() => rename(aside, place));
  await rename(staged, place);
  undo.add(() => rm(place, { recursive: true, force: true }));
}

/** False where nothing is: an update is also what brings back a bundle that was lost. */
async function moveAside(place: string, aside: string): Promise<boolean> {
  try {
    await rename(place, aside);
    return true;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Writes the launcher; where it was elsewhere before, that one goes, if it is ours. */
async function placeLauncher({ name, current, layout, launcher }: Plan, undo: Undo): Promise<void> {
  await undo.keep(layout.launcher);
  await writeAtomic(layout.launcher, launcher, 0o755);
  if (!current || current.launcher === layout.launcher) return;
  const before = await inspectCommand(current.launcher);
  if (before.kind !== 'ours' || before.variant !== name) return;
  await undo.keep(current.launcher);
  await rm(current.launcher);
}
