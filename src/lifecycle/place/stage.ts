import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredBuild } from '../../bundle/store/store.ts';
import type { Change } from '../../home/with-home.ts';
import type { Plan } from '../../plan/plan.ts';
import { bundleFolder, isBundleOf, newBundleName } from '../../variant/bundle-folders.ts';
import { type VariantLayout, variantFolder } from '../../variant/layout.ts';

/** A build that is ready to run, and where it will be. */
export interface Staged {
  /** Where the variant's other files are written: a staged folder for a new variant. */
  place: Omit<VariantLayout, 'launcher'>;
  /** The bundle's folder as it is now. */
  from: string;
  /** As it will be: the same for a build that the variant has already. */
  folder: string;
}

/** Stages a build by linking it from the store. The variant does not change. */
export async function stageBuild(
  { name, layout, current, adopted }: Plan,
  built: StoredBuild,
  { staging, store }: Change,
): Promise<Staged> {
  const bundle = newBundleName(built);
  const folder = join(layout.bundles, bundle);
  if (!current && !adopted) {
    const place = variantFolder(join(staging, 'variant', name));
    const from = join(place.bundles, bundle);
    await store.linkTo(built, from);
    return { place, from, folder };
  }
  const before = current?.claudeVersion === built.version && bundleFolder(current, layout.bundles);
  if (before && (await isBundleOf(built, before, store))) {
    return { place: layout, from: before, folder: before };
  }
  const from = join(staging, 'bundle');
  await rm(from, { recursive: true, force: true });
  await store.linkTo(built, from);
  return { place: layout, from, folder };
}
