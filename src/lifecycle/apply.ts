import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Changes } from '../transaction/changes.ts';
import { commit } from '../transaction/transaction.ts';
import { bundlesIn, removeRetired } from '../variant/bundle-folders.ts';
import type { Change } from '../home/with-home.ts';
import { planBundles } from '../plan/bundles.ts';
import type { WholePlan } from '../plan/contents.ts';
import { isLeftover } from '../variant/leftover.ts';
import { keepPrevious, readPrevious } from '../variant/previous.ts';
import { type VariantRecord, recordText } from '../variant/record.ts';
import { withKeyKept } from './place/keep-key.ts';
import type { Staged } from './place/stage.ts';

export interface ApplyOptions {
  staged: Staged;
  change: Change;
  /** Where variants live. */
  home: string;
  /** Bring back what was: no update that could be gone back from. */
  repair: boolean;
  signal: AbortSignal;
}

/**
 * Carries out a plan: puts everything in place in one transaction. Until then nothing that the user can
 * see has changed. The bundle of before stays where it is: sessions run from it, and it is what
 * `rollback` goes back to. Errors: storage errors.
 */
export async function applyPlan(plan: WholePlan, options: ApplyOptions): Promise<VariantRecord> {
  return plan.exists ? updateVariant(plan, options) : createVariant(plan, options);
}

async function createVariant(
  plan: WholePlan,
  { staged: { place }, change: { staging, intent }, home, signal }: ApplyOptions,
): Promise<VariantRecord> {
  await mkdir(place.config, { recursive: true, mode: 0o700 });
  const kept = { used: [], folder: staging, signal };
  return withKeyKept(plan, kept, async (keyringEntries) => {
    const record = { ...plan.record, keyringEntries };
    const writes = new Changes(plan.changes);
    writes.write(place.record, recordText(record));
    await writes.writeOut(place.folder);
    const placing = new Changes();
    const { folder } = plan.layout;
    if (isLeftover(folder)) placing.move(folder, join(staging, 'leftover'));
    placing.move(place.folder, folder);
    placing.add(plan.launchers);
    await commit(staging, intent, await placing.steps(rootsOf(plan, home)));
    return record;
  });
}

/** The state before the last real change can be gone back to; an update that changes nothing leaves it. */
async function updateVariant(
  plan: WholePlan,
  { staged: { from, folder }, change: { staging, intent }, home, repair, signal }: ApplyOptions,
): Promise<VariantRecord> {
  const { layout, current } = plan;
  const roots = rootsOf(plan, home);
  const changes = new Changes();
  if (from !== folder) changes.move(from, folder);
  changes.add([...plan.changes, ...plan.launchers]);
  const steps = await changes.steps(roots);
  const changed = steps.length > 0 && !repair;
  const wayBack = changed && current ? current : readPrevious(layout);
  const present = bundlesIn(layout.bundles);
  const bundles = planBundles(plan, { wayBack, repair, present });
  const { retired, replaced, endsWayBack } = bundles;
  const last = new Changes();
  if (replaced !== null && present.includes(replaced)) {
    last.move(join(layout.bundles, replaced), join(staging, `replaced-${plan.name}`));
  }
  if (endsWayBack) last.remove(layout.previous);
  const kept = { used: wayBack ? [wayBack] : [], folder: staging, signal };
  return withKeyKept(plan, kept, async (keyringEntries) => {
    const record = { ...plan.record, retired, keyringEntries };
    last.write(layout.record, recordText(record));
    steps.push(...(await last.steps(roots)));
    if (changed) steps.push(await keepPrevious(layout, steps, record));
    const left = await commit(staging, intent, steps);
    await removeRetired(layout.bundles, retired, new Date(record.updatedAt));
    if (left.length === 0) return record;
    const notes = left.map((path) => `${path} was changed meanwhile and stays as it is`);
    return { ...record, notes: [...record.notes, ...notes] };
  });
}

/** Where a plan may write: the home and the launchers' folders. */
export function rootsOf(
  { launcherFolders }: Pick<WholePlan, 'launcherFolders'>,
  home: string,
): string[] {
  return [home, ...launcherFolders];
}
