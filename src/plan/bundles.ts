import { bundleName, expiredBundles, retiredBundles } from '../variant/bundle-folders.ts';
import type { VariantRecord } from '../variant/record.ts';
import type { WholePlan } from './contents.ts';

/** What becomes of the bundles of a variant, each by the name of its folder. */
export interface BundlesPlan {
  /** Those that neither the variant nor the way back uses from now on. */
  retired: VariantRecord['retired'];
  /** Those of them that no session runs any more. */
  expired: string[];
  /** A damaged one that a repair replaces: it is removed with the change. */
  replaced: string | null;
  /** The way back leads to that one. */
  endsWayBack: boolean;
}

/**
 * Plans which bundles stay. Pure. `wayBack`: the state that the variant can go back to from then on;
 * `present`: the bundles on disk.
 */
export function planBundles(
  { record, current, layout: { bundles } }: Pick<WholePlan, 'record' | 'current' | 'layout'>,
  {
    wayBack,
    repair,
    present,
  }: { wayBack: VariantRecord | null; repair: boolean; present: readonly string[] },
): BundlesPlan {
  const now = record.updatedAt;
  const inUse = bundleName(record, bundles);
  const before = current && bundleName(current, bundles);
  const way = wayBack && bundleName(wayBack, bundles);
  const replaced = repair && before !== inUse ? before : null;
  const used = [inUse, way, replaced].filter((name) => name !== null);
  const retired = retiredBundles(present, used, current?.retired ?? [], now);
  return {
    retired,
    expired: expiredBundles(retired, new Date(now)),
    replaced,
    endsWayBack: replaced !== null && way === replaced,
  };
}
