import { dirname, join } from 'node:path';
import { hostPlatform } from '../bundle/platform.ts';
import type { StoredBundle } from '../bundle/store/store-record.ts';
import type { StoredBuild } from '../bundle/store/store.ts';
import type { Bundle } from '../bundle/types.ts';
import { CcMirrorError } from '../errors.ts';
import { applyPlan } from './apply.ts';
import type { Change } from '../home/with-home.ts';
import { withFolders } from '../home/with-folders.ts';
import { type Outcome, type WholePlan, planContents } from '../plan/contents.ts';
import { type Adopted, type Plan, planVariant } from '../plan/plan.ts';
import type { Proof } from '../plan/proof.ts';
import type { BuiltAs } from '../plan/record-of.ts';
import { prove, provedAlready } from './prove/prove.ts';
import { overruledNote } from './prove/setup.ts';
import { readFound } from './place/read-found.ts';
import { type Staged, stageBuild } from './place/stage.ts';
import { refusePending } from '../transaction/transaction.ts';
import type { VariantRecord } from '../variant/record.ts';
import { stableNode } from './stable-node.ts';
import type { Context } from '../home/context.ts';
import { type Wish, understandWish } from './wish.ts';

/**
 * Makes a variant (`current` null) or brings one to a new state: wanted variant → bundle → gates →
 * plan → staging → probe → swap. With `adopted`, one of an earlier cc-mirror becomes it. On any
 * failure nothing that this run made is left. To be called within `withHome`.
 */
export async function installVariant(
  wish: Wish,
  current: VariantRecord | null,
  around: Context,
  change: Change,
  adopted: Adopted | null = null,
): Promise<VariantRecord> {
  const { layout, signal, progress } = around;
  const { store, sources } = change;
  const wanted = await understandWish(wish, current, around, adopted, sources.definitions);
  return withFolders([dirname(wanted.layout.launcher)], async () => {
    // The journal of an earlier change may need the staging folder.
    refusePending(change.staging);
    const kept = wish.keepVersion && current ? await originOf(current, change) : null;
    const { stored, notes } = kept
      ? { stored: kept, notes: [] }
      : await sources.get(wanted.choices.source);
    if (wish.prove) await refuseForeign(stored);
    const plan = planVariant({
      ...wanted,
      pristine: stored,
      notes,
      examination: await sources.examine(stored),
      node: stableNode(process.execPath, around.environment['PATH'] ?? ''),
      platform: process.platform,
      now: new Date(),
    });
    const open = (): Promise<Bundle> => {
      progress.step('Building');
      return sources.open(stored);
    };
    const built = await store.build(stored, open, plan.edits);
    progress.step('Staging');
    const staged = await stageBuild(plan, built, change);
    const proof = await proveAt(plan, built, join(staged.from, built.program), {
      prove: wish.prove,
      change,
      signal,
      progress,
    });

    progress.step('Installing');
    const known = { ...built, sha256: await built.sha256 };
    const outcome = { built: known, folder: staged.folder, proof, tools: proof?.tools };
    const whole = await contentsAt(plan, outcome, staged.place);
    const { home } = layout;
    return applyPlan(whole, { staged, change, home, repair: wish.repair ?? false, signal });
  });
}

/** Runs a program, unless a proof stands for it, and flushes its build to disk meanwhile. */
async function proveAt(
  plan: Plan,
  built: StoredBuild,
  program: string,
  {
    prove: wanted,
    change: { store, staging },
    signal,
    progress,
  }: Pick<Wish, 'prove'> & { change: Change } & Pick<Context, 'signal' | 'progress'>,
): Promise<Proof | null> {
  const scratch = join(staging, 'proof');
  const [proof] = await Promise.all([
    // What was seen of the same program and settings holds without another run.
    wanted
      ? prove(plan, { built, program, store, scratch, signal, progress })
      : provedAlready(plan, built, store),
    store.sync(built),
  ]);
  signal.throwIfAborted();
  return proof;
}

/** What a variant will hold beside the bundle in `folder`. Errors: see `planContents`. */
export async function contentsAt(
  plan: Plan,
  {
    built,
    folder,
    proof,
    tools,
  }: Pick<Outcome, 'proof' | 'tools'> & { built: BuiltAs & { program: string }; folder: string },
  place: Staged['place'],
): Promise<WholePlan> {
  const overruled = overruledNote(plan, built.kind);
  const program = join(folder, built.program);
  const outcome = { built, program, proof, tools, overruled };
  return planContents(plan, outcome, place, await readFound(plan, place));
}

/** What a variant's program was built from, if the store still has it. */
function originOf(
  { claudeVersion: version, platform, bundle: { sha256 } }: VariantRecord,
  { store }: Change,
): Promise<StoredBundle | null> {
  return store.findOrigin({ version, platform, sha256 });
}

async function refuseForeign({ platform, version }: StoredBundle): Promise<void> {
  if (platform === 'any') return;
  const host = await hostPlatform();
  if (platform === host) return;
  throw new CcMirrorError(
    'unsupported-platform',
    `This Claude Code ${version} is for ${platform}; this machine is ${host}.`,
    'It cannot be run here, so it cannot be proved: give the build for this machine, or add --no-probe.',
  );
}
