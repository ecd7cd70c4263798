import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Store, StoredBuild } from '../../bundle/store/store.ts';
import { isObject } from '../../config/merge.ts';
import { sha256Of } from '../../disk/hash.ts';
import { CcMirrorError } from '../../errors.ts';
import { withoutReserved } from '../../probe/run-environment.ts';
import type { Proof as Run } from '../../probe/probe.ts';
import { runSettings, runVariables } from '../../probe/run-settings.ts';
import { renderFiles } from '../../skill/install/skill-files.ts';
import type { Pack } from '../../skill/pack.ts';
import type { Tools } from '../../skill/tools.ts';
import { Changes } from '../../transaction/changes.ts';
import type { Progress } from '../../ui/progress.ts';
import * as z from '../../zod.ts';
import { unproved } from '../../plan/choose-capability.ts';
import { codeId } from '../../home/code-id.ts';
import { countedOn, hiddenSchema, lossSchema, refuseLosses } from '../../plan/losses.ts';
import { findHidden, findLosses } from './find-losses.ts';
import {
  type ManagedFile,
  managedFolders,
  managedHint,
  managedSettings,
} from './managed-settings.ts';
import { missingTools } from '../../plan/packs.ts';
import { noPackTargets, planPacks, settingFor, viewFor } from '../../plan/pack-files.ts';
import type { Plan } from '../../plan/plan.ts';
import { probeSchema } from '../../variant/record.ts';
import { type Setup, setupOf } from './setup.ts';
import { decidersDigest } from './standing.ts';
import type { Proof } from '../../plan/proof.ts';

export interface ProveOptions {
  built: StoredBuild;
  /** The program to run: a link to that of the build. */
  program: string;
  store: Store;
  /** A folder to put things in. */
  scratch: string;
  signal: AbortSignal;
  progress: Progress;
}

/**
 * Runs the program with the launcher's variables and the variant's settings as they will be, and checks
 * that what was planned is there. A setting of the user's that disables it is not a failure.
 *
 * One run is valid for all variants of the same build and environment: the same program by its hash,
 * the same variables and settings that the run is given, the same packs, system, Node.js and probe.
 * The result is kept beside the build. Errors: `probe-failed`; `capability-unavailable` if a setting
 * disables what was asked for by name.
 */
export async function prove(plan: Plan, options: ProveOptions): Promise<Proof> {
  const { built, store, scratch, signal, progress } = options;
  const { setup, managed, note, proof: known } = await standing(plan, built, store);
  if (known) {
    progress.step('Proved already: the same build and environment were run');
    return checked(known, plan, built, managed);
  }
  progress.step('Proving it: one session against a local stand-in for the API');
  // Another variant of the same command may have been proved there.
  await rm(scratch, { recursive: true, force: true });
  const places = { skills: join(scratch, 'skills'), agents: join(scratch, 'agents') };
  await Promise.all(Object.values(places).map((folder) => mkdir(folder, { recursive: true })));
  const { present } = plan.packs;
  const packs = planPacks({ present, gone: [] }, null, places, viewFor(plan), noPackTargets);
  await new Changes(packs.changes).writeOut(scratch);
  const { probe } = await import('../../probe/probe.ts');
  const run = (given: Setup): Promise<Run> =>
    probe({
      target: { kind: built.kind, path: options.program },
      ...given,
      skills: places.skills,
      agents: places.agents,
      signal,
    });
  const shown = await run(setup);
  const losses = await findLosses(
    countedOn(plan.capabilities),
    shown.report,
    setup,
    plan.choices.env,
    async (given) => (await run(given)).report,
  );
  const needed = missingTools(present, shown.tools);
  const hidden = await findHidden(
    [...packKinds.flatMap((kind) => unlistedOf(kind, plan, shown.report)), ...needed],
    setup,
    plan.choices.env,
    async (given) => (await run(given)).report,
  );
  const proof = { ...shown, losses, hidden };
  await store.writeNote(built, note, JSON.stringify(checked(proof, plan, built, managed)));
  return { ...proof, provedWith: decidersDigest(setup) };
}

/** The proof that stands for a plan without another run; null where there is none. Errors: as `prove`. */
export async function provedAlready(
  plan: Plan,
  built: StoredBuild,
  store: Store,
): Promise<Proof | null> {
  const { proof, managed } = await standing(plan, built, store);
  return proof && checked(proof, plan, built, managed);
}

/** The tools that a build showed in any earlier run; undefined if there was none. */
export function toolsShown(built: Pick<StoredBuild, 'folder'>, store: Store): Tools | undefined {
  const [note] = store.noteNames(built, 'proof-');
  return note === undefined ? undefined : parseProof(store.readNote(built, note))?.tools;
}

interface Standing {
  setup: Setup;
  managed: ManagedFile[];
  /** The name under which its proof is kept. */
  note: string;
  proof: Proof | null;
}

async function standing(plan: Plan, built: StoredBuild, store: Store): Promise<Standing> {
  const setup = setupOf(plan);
  const managed = managedSettings(managedFolders(plan.platform));
  const note = `proof-${await digestOf(plan, built, setup, managed)}`;
  const known = parseProof(store.readNote(built, note));
  const proof = known && { ...known, provedWith: decidersDigest(setup) };
  return { setup, managed, note, proof };
}

const toolSchema = z.object({
  required: z.array(z.string()),
  parameters: z.record(z.string(), z.nullable(z.array(z.string()))),
  types: z.optional(z.record(z.string(), z.string())),
});
const proofSchema = z.object({
  report: z.required(probeSchema),
  tools: z.record(z.string(), toolSchema),
  losses: z.array(lossSchema),
  hidden: z.nullable(hiddenSchema),
});

type Kept = Omit<Proof, 'provedWith'>;

function parseProof(text: string | null): Kept | null {
  if (text === null) return null;
  try {
    const { report, tools, losses, hidden } = proofSchema.parse(JSON.parse(text));
    const shapes = Object.entries(tools).map(([name, { types, ...shape }]) => [
      name,
      types ? { ...shape, types } : shape,
    ]);
    return { report, tools: Object.fromEntries(shapes), losses, hidden };
  } catch (error) {
    // Then it is run once more.
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null;
    throw error;
  }
}

/** Stands for everything that decides what a run shows. */
async function digestOf(
  plan: Plan,
  built: StoredBuild,
  setup: Setup,
  managed: readonly ManagedFile[],
): Promise<string> {
  const node = built.kind === 'js' ? [process.execPath, process.version] : [];
  const decisive = [
    await built.sha256,
    Object.entries(withoutReserved(setup.env)).sort(([a], [b]) => (a < b ? -1 : 1)),
    decisiveIn(setup.settings),
    runVariables(setup.stateEnv),
    plan.choices.env,
    plan.packs.present.map(stateOf),
    settingFor(plan),
    [process.platform, process.arch, ...node],
    await codeId('probe', 'skill'),
    ...managed.map(({ text }) => text),
  ];
  return sha256Of(JSON.stringify(decisive)).slice(0, 32);
}

/** The settings that a run is given, without those that differ between variants and let no tool go. */
function decisiveIn(settings: Setup['settings']): unknown {
  const { hooks: _, permissions, ...rest } = runSettings(settings);
  const { allow: __, ...others } = isObject(permissions) ? permissions : {};
  return { ...rest, permissions: others };
}

/** Everything of a pack that comes to a run, before its templates are filled in. */
function stateOf({ templates, permissions, skills, agents }: Pack): unknown {
  const parts = [...skills, ...agents].map(({ name, files }) => [
    name,
    renderFiles(files, null).map(({ path, sha256, executable }) => [path, sha256, executable]),
  ]);
  return [templates, permissions, parts];
}

const packKinds = ['skills', 'agents'] as const;

/** What packs bring for a session to list, and a run does not show. */
function unlistedOf(kind: 'skills' | 'agents', plan: Plan, report: Run['report']): string[] {
  const listed = plan.packs.present.flatMap((pack) => pack[kind].filter((part) => part.listed));
  return listed.map(({ name }) => name).filter((name) => !report[kind].includes(name));
}

function checked<T extends Kept>(
  proof: T,
  plan: Plan,
  { version }: StoredBuild,
  managed: readonly ManagedFile[],
): T {
  refuseLosses(proof.losses, plan.demanded, plan.layout);
  const problems = unproved(plan.capabilities, proof.report)
    .filter(({ capability }) => !proof.losses.some((loss) => loss.capability === capability))
    .map(({ problem }) => problem);
  const gates = problems.length > 0;
  for (const kind of packKinds) {
    const missing = unlistedOf(kind, plan, proof.report).filter(
      (name) => !proof.hidden?.names.includes(name),
    );
    if (missing.length === 0) continue;
    problems.push(`it does not list the ${kind} ${missing.join(', ')}`);
  }
  if (problems.length === 0) return proof;
  throw new CcMirrorError(
    'probe-failed',
    `The staged Claude Code ${version} ran, but ${problems.join('; ')}. Nothing was changed.`,
    managedHint(managed) ??
      (gates
        ? `Look at the gates: cc-mirror inspect ${version}; or choose another version with --claude-version.`
        : 'Look at the skills: cc-mirror skills check FOLDER; or leave them out: --no-skills.'),
  );
}
