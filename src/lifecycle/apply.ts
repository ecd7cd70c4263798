import { overruledNote } from './prove/setup.ts';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { StoredBuild } from '../bundle/store/store.ts';
import type { StoredBundle } from '../bundle/store/store-record.ts';
import { Changes } from '../transaction/changes.ts';
import { commit, refusePending } from '../transaction/transaction.ts';
import type { Progress } from '../ui/progress.ts';
import {
  bundleFolder,
  bundlesIn,
  isBundleOf,
  newBundleName,
  removeRetired,
} from '../variant/bundle-folders.ts';
import type { Change } from '../home/with-home.ts';
import { withKeyKept } from './place/keep-key.ts';
import { isLeftover } from '../variant/leftover.ts';
import { type VariantLayout, variantFolder } from '../variant/layout.ts';
import type { Plan } from '../plan/plan.ts';
import { keepPrevious, readPrevious } from '../variant/previous.ts';
import { prove, provedAlready } from './prove/prove.ts';
import type { Proof } from '../plan/proof.ts';
import { type VariantRecord, recordText } from '../variant/record.ts';
import { planBundles } from '../plan/bundles.ts';
import { type Contents, type Outcome, planContents } from '../plan/contents.ts';
import { readFound } from './place/read-found.ts';

export interface ApplyOptions {
  /** The build that the plan's edits make. */
  built: StoredBuild;
  change: Change;
  /** Where variants live. */
  home: string;
  prove: boolean;
  /** Bring back what was: no update that could be gone back from. */
  repair: boolean;
  signal: AbortSignal;
  progress: Progress;
}

/**
 * Carries out a plan: stages the build, proves it by running it, then puts everything in place in one
 * transaction. Until then nothing that the user can see has changed. The bundle of before stays
 * where it is: sessions run from it, and it is what `rollback` goes back to.
 *
 * Errors: `probe-failed`; those of `planContents`; storage errors.
 */
export async function applyPlan(plan: Plan, options: ApplyOptions): Promise<VariantRecord> {
  // The journal of an earlier change may need the staging folder.
  refusePending(options.change.staging);
  return plan.current || plan.adopted ? updateVariant(plan, options) : createVariant(plan, options);
}

async function createVariant(plan: Plan, options: ApplyOptions): Promise<VariantRecord> {
  const { built, change, home, signal, progress } = options;
  progress.step('Staging');
  const staged = variantFolder(join(change.staging, 'variant', plan.name));
  const name = newBundleName(built);
  await change.store.linkTo(built, join(staged.bundles, name));
  const proof = await proveAt(plan, join(staged.bundles, name), options);

  progress.step('Installing');
  const folder = join(plan.layout.bundles, name);
  const outcome = { built: await known(built), folder, proof, tools: proof?.tools };
  const { record, changes, launchers } = await contentsAt(plan, outcome, staged);
  await mkdir(staged.config, { recursive: true, mode: 0o700 });
  const kept = { used: [], folder: change.staging, signal };
  return withKeyKept(plan, kept, async (keyringEntries) => {
    const whole = { ...record, keyringEntries };
    const writes = new Changes(changes);
    writes.write(staged.record, recordText(whole));
    await writes.writeOut(staged.folder);
    const placing = new Changes();
    const { folder } = plan.layout;
    if (await isLeftover(folder)) placing.move(folder, join(change.staging, 'leftover'));
    placing.move(staged.folder, folder);
    placing.add(launchers);
    await commit(change.staging, change.intent, await placing.steps(rootsOf(plan, home)));
    return whole;
  });
}

async function updateVariant(plan: Plan, options: ApplyOptions): Promise<VariantRecord> {
  const { built, change, progress } = options;
  const { layout, current } = plan;
  const changes = new Changes();
  const before = current?.claudeVersion === built.version && bundleFolder(current, layout.bundles);
  const same = before && (await isBundleOf(built, before, change.store));
  const folder = same ? before : join(layout.bundles, newBundleName(built));
  const staged = join(change.staging, 'bundle');
  if (!same) {
    progress.step('Staging');
    await rm(staged, { recursive: true, force: true });
    await change.store.linkTo(built, staged);
    changes.move(staged, folder);
  }
  const proof = await proveAt(plan, same ? before : staged, options);

  progress.step('Installing');
  const outcome = { built: await known(built), folder, proof, tools: proof?.tools };
  const contents = await contentsAt(plan, outcome, layout);
  changes.add([...contents.changes, ...contents.launchers]);
  return commitUpdate(plan, contents.record, changes, options);
}

/** What a variant will hold beside the bundle in `folder`. Errors: see `readFound`, `planContents`. */
export async function contentsAt(
  plan: Plan,
  {
    built,
    folder,
    proof,
    tools,
  }: Pick<Outcome, 'proof' | 'tools'> & { built: KnownBuild; folder: string },
  place: Omit<VariantLayout, 'launcher'>,
): Promise<Contents> {
  const overruled = overruledNote(plan, built.kind);
  const program = join(folder, built.program);
  const outcome = { built, program, proof, tools, overruled };
  return planContents(plan, outcome, place, await readFound(plan, place));
}

/** The state before the last real change can be gone back to; an update that changes nothing leaves it. */
async function commitUpdate(
  plan: Plan,
  settled: VariantRecord,
  changes: Changes,
  { change, home, repair, signal }: ApplyOptions,
): Promise<VariantRecord> {
  const { layout, now, current } = plan;
  const roots = rootsOf(plan, home);
  const steps = await changes.steps(roots);
  const changed = steps.length > 0 && !repair;
  const wayBack = changed && current ? current : await wayBackOf(layout);
  const present = bundlesIn(layout.bundles);
  const bundles = planBundles(settled, { current, wayBack, repair, present, now }, layout);
  const { retired, replaced, endsWayBack } = bundles;
  const last = new Changes();
  if (replaced !== null && present.includes(replaced)) {
    last.move(join(layout.bundles, replaced), join(change.staging, `replaced-${settled.name}`));
  }
  if (endsWayBack) last.remove(layout.previous);
  const kept = { used: wayBack ? [wayBack] : [], folder: change.staging, signal };
  return withKeyKept(plan, kept, async (keyringEntries) => {
    const record = { ...settled, retired, keyringEntries };
    last.write(layout.record, recordText(record));
    steps.push(...(await last.steps(roots)));
    if (changed) steps.push(await keepPrevious(layout, steps, record));
    const left = await commit(change.staging, change.intent, steps);
    await removeRetired(layout.bundles, retired, new Date(now));
    if (left.length === 0) return record;
    const notes = left.map((path) => `${path} was changed meanwhile and stays as it is`);
    return { ...record, notes: [...record.notes, ...notes] };
  });
}

/** The state that a variant can go back to; null where there is no way back. */
export async function wayBackOf({
  previous,
  record,
}: Pick<VariantLayout, 'previous' | 'record'>): Promise<VariantRecord | null> {
  return (await readPrevious(previous, record))?.record ?? null;
}

/** Runs the program in `folder`, unless a proof stands for it, and flushes the build to disk meanwhile. */
async function proveAt(plan: Plan, folder: string, options: ApplyOptions): Promise<Proof | null> {
  const { built, change, signal, progress } = options;
  const run = (): Promise<Proof | null> => {
    // What was seen of the same program and settings holds without another run.
    if (!options.prove) return provedAlready(plan, built, change.store);
    const program = join(folder, built.program);
    const scratch = join(change.staging, 'proof');
    return prove(plan, { built, program, store: change.store, scratch, signal, progress });
  };
  const [proof] = await Promise.all([run(), change.store.sync(built)]);
  signal.throwIfAborted();
  return proof;
}

/** Where a plan may write: the home and the launchers' folders. */
export function rootsOf(
  { layout, current, adopted }: Pick<Plan, 'layout' | 'current' | 'adopted'>,
  home: string,
): string[] {
  const before = current ?? adopted;
  const launchers = [layout.launcher, ...(before ? [before.launcher] : [])];
  return [home, ...launchers.map((path) => dirname(path))];
}

/** A build whose hash is known. */
export type KnownBuild = Omit<StoredBundle, 'folder' | 'files' | 'integrity'>;

async function known(built: StoredBuild): Promise<KnownBuild> {
  return { ...built, sha256: await built.sha256 };
}
