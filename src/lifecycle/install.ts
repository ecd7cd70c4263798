import { dirname } from 'node:path';
import { hostPlatform } from '../bundle/platform.ts';
import type { StoredBundle } from '../bundle/store/store-record.ts';
import type { Bundle } from '../bundle/types.ts';
import { CcMirrorError } from '../errors.ts';
import { applyPlan } from './apply.ts';
import type { Change } from '../home/with-home.ts';
import { withFolders } from '../home/with-folders.ts';
import { type Adopted, planVariant } from '../plan/plan.ts';
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
      node: await stableNode(process.execPath, around.environment['PATH'] ?? ''),
      platform: process.platform,
      now: new Date(),
    });
    const open = (): Promise<Bundle> => {
      progress.step('Building');
      return sources.open(stored);
    };
    const built = await store.build(stored, open, plan.edits);
    const { home } = layout;
    return applyPlan(plan, {
      built,
      change,
      home,
      prove: wish.prove,
      repair: wish.repair ?? false,
      signal,
      progress,
    });
  });
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
