import { overruledNote } from './prove/setup.ts';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { StoredBuild } from '../bundle/store/store.ts';
import type { StoredBundle } from '../bundle/store/store-record.ts';
import { exists } from '../disk/sync-read.ts';
import type { Tools } from '../skill/tools.ts';
import { Changes } from '../transaction/changes.ts';
import { commit, refusePending } from '../transaction/transaction.ts';
import type { Progress } from '../ui/progress.ts';
import {
  bundleFolder,
  isBundleOf,
  newBundleName,
  removeRetired,
  retiredBundles,
} from '../variant/bundle-folders.ts';
import type { Change } from '../home/with-home.ts';
import { withKeyKept } from './place/keep-key.ts';
import { isLeftover } from '../variant/leftover.ts';
import { type VariantLayout, variantFolder } from '../variant/layout.ts';
import type { Plan } from '../plan/plan.ts';
import { keepPrevious, readPrevious } from '../variant/previous.ts';
import { prove, provedAlready, viewFor } from './prove/prove.ts';
import type { Proof } from '../plan/proof.ts';
import { placeLaunchers } from './place/place-launchers.ts';
import { type VariantRecord, recordText } from '../variant/record.ts';
import { recordOf } from '../plan/record-of.ts';
import { placeContents } from './place/place-contents.ts';

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
 * Carries out a plan: stages the build, proves it by running it, then puts all of it in place in
 * one transaction. Until then nothing that the user can see has changed. The bundle of before stays
 * where it is: sessions run from it, and it is what `rollback` goes back to.
 *
 * Errors: `probe-failed`; `name-taken` for a skill folder that is not ours; storage errors.
 */
export async function applyPlan(plan: Plan, options: ApplyOptions): Promise<VariantRecord> {
  const { current, adopted } = plan;
  // What is staged would lie where a change before is to be undone from.
  refusePending(options.change.staging);
  return current || adopted ? bringUpToDate(plan, options) : makeAnew(plan, options);
}

async function makeAnew(plan: Plan, options: ApplyOptions): Promise<VariantRecord> {
  const { built, change, home, signal, progress } = options;
  progress.step('Staging');
  const staged = variantFolder(join(change.staging, 'variant', plan.name));
  const name = newBundleName(built);
  await change.store.linkTo(built, join(staged.bundles, name));
  const [proof] = await Promise.all([
    proveAt(plan, join(staged.bundles, name), options),
    change.store.sync(built),
  ]);
  signal.throwIfAborted();

  progress.step('Installing');
  const folder = join(plan.layout.bundles, name);
  const record = recordAt(folder, plan, await known(built), proof);
  const changes = new Changes();
  const settled = await placeContents(plan, record, staged, viewFor(plan, proof?.tools), changes);
  await mkdir(staged.config, { recursive: true, mode: 0o700 });
  const kept = { used: [], folder: change.staging, signal };
  return withKeyKept(plan, kept, async (keyringEntries) => {
    const whole = { ...settled, keyringEntries };
    changes.write(staged.record, recordText(whole));
    await changes.writeOut(staged.folder);
    const placing = new Changes();
    const { folder } = plan.layout;
    if (await isLeftover(folder)) placing.move(folder, join(change.staging, 'leftover'));
    placing.move(staged.folder, folder);
    await placeLaunchers(plan, record.bundle, placing);
    await commit(change.staging, change.intent, await placing.steps(rootsOf(plan, home)));
    return whole;
  });
}

async function bringUpToDate(plan: Plan, options: ApplyOptions): Promise<VariantRecord> {
  const { built, change, signal, progress } = options;
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
  const [proof] = await Promise.all([
    proveAt(plan, same ? before : staged, options),
    change.store.sync(built),
  ]);
  signal.throwIfAborted();

  progress.step('Installing');
  const settled = await collectUpdate(
    plan,
    { built: await known(built), folder, proof, tools: proof?.tools },
    changes,
  );
  return commitUpdate(plan, settled, changes, options);
}

/**
 * Collects what an update writes beside the bundle; the record is returned. `folder`: where the bundle
 * will be; `tools`: what it shows, as the packs' texts are rendered for them. Errors: see `recordOf`, `placeContents`.
 */
export async function collectUpdate(
  plan: Plan,
  {
    built,
    folder,
    proof,
    tools,
  }: {
    built: KnownBuild;
    folder: string;
    proof: Proof | null;
    tools: Tools | undefined;
  },
  changes: Changes,
): Promise<VariantRecord> {
  const record = recordAt(folder, plan, built, proof);
  const settled = await placeContents(plan, record, plan.layout, viewFor(plan, tools), changes);
  await placeLaunchers(plan, record.bundle, changes);
  return settled;
}

/** What was there before the last real change can be gone back to; a mere repetition changes nothing of that. */
async function commitUpdate(
  plan: Plan,
  settled: VariantRecord,
  changes: Changes,
  { change, home, repair, signal }: ApplyOptions,
): Promise<VariantRecord> {
  const { layout, now, current, adopted } = plan;
  const roots = rootsOf({ layout, current, adopted }, home);
  const inUse = bundleFolder(settled, layout.bundles);
  const steps = await changes.steps(roots);
  const changed = steps.length > 0 && !repair;
  const before = changed && current ? current : await wayBack(layout);
  const way = before && bundleFolder(before, layout.bundles);
  const replaced = repair && current ? bundleFolder(current, layout.bundles) : null;
  const last = new Changes();
  if (replaced !== null && replaced !== inUse) {
    if (exists(replaced)) {
      last.move(replaced, join(change.staging, `replaced-${settled.name}`));
    }
    if (way === replaced) last.remove(layout.previous);
  }
  const used = [inUse, way, replaced].flatMap((folder) => folder ?? []);
  const retired = await retiredBundles(layout.bundles, used, current?.retired ?? [], now);
  const kept = { used: before ? [before] : [], folder: change.staging, signal };
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

/** The state that the variant can go back to; null where there is no way back. */
async function wayBack({ previous, record }: VariantLayout): Promise<VariantRecord | null> {
  return (await readPrevious(previous, record))?.record ?? null;
}

function proveAt(plan: Plan, folder: string, options: ApplyOptions): Promise<Proof | null> {
  const { built, change, signal, progress } = options;
  // What was seen of the same program and settings holds without another run.
  if (!options.prove) return provedAlready(plan, built, change.store);
  const program = join(folder, built.program);
  const scratch = join(change.staging, 'proof');
  return prove(plan, { built, program, store: change.store, scratch, signal, progress });
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
type KnownBuild = Omit<StoredBundle, 'folder' | 'files' | 'integrity'>;

async function known(built: StoredBuild): Promise<KnownBuild> {
  return { ...built, sha256: await built.sha256 };
}

/** The record of a variant whose bundle will be in `folder`. Error: see `recordOf`. */
function recordAt(
  folder: string,
  plan: Plan,
  built: KnownBuild,
  proof: Proof | null,
): VariantRecord {
  const overruled = overruledNote(plan, built.kind);
  return recordOf(plan, built, join(folder, built.program), proof, overruled);
}
