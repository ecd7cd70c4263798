import { chmod } from 'node:fs/promises';
import { basename, join, resolve, sep } from 'node:path';
import { readIfExists } from '../disk/sync-read.ts';
import { filesBelow, headOf } from '../disk/read.ts';
import { hashFile } from '../disk/hash.ts';
import { inParallel } from '../disk/concurrency.ts';
import { type Adoption, type EarlierVariant, adoptionOf, takenFrom } from '../earlier/index.ts';
import { readToEdit } from '../disk/utf8.ts';
import { CcMirrorError } from '../errors.ts';
import { loadCatalogue, shippedPresets } from '../provider/catalogue.ts';
import { realPlace } from '../disk/real-paths.ts';
import type { Change } from '../home/with-home.ts';
import { type Preview, nothingWritten, preview } from './preview.ts';
import { installVariant } from './install.ts';
import { type Wish, understandWish } from './wish.ts';
import { hooksCalling } from '../variant/hooks.ts';
import { type Layout, type VariantLayout, variantLayout } from '../variant/layout.ts';
import { nameProblem } from '../variant/name.ts';
import type { Adopted } from '../plan/plan.ts';
import { type VariantRecord, notAVariant, readVariant } from '../variant/record.ts';
import type { Context } from '../home/context.ts';

export interface AdoptedVariant {
  /** What it ran, in the earlier package's words. */
  from: string;
  record: VariantRecord;
  adoption: Adoption;
}

/**
 * Takes over a variant of an earlier cc-mirror: its folder, with configuration and key, becomes one
 * of ours, proved like any other. `rollbackVariant` gives it back.
 *
 * Errors: `no-such-variant`; `invalid-name`, `invalid-record`, `no-such-provider` and `usage` for
 * what cannot be taken over; those of `installVariant`.
 */
export async function adoptVariant(
  wish: Wish,
  around: Context,
  change: Change,
): Promise<AdoptedVariant> {
  const { earlier, adoption, whole, adopted } = await understand(wish, around);
  const record = await installVariant(whole, null, around, change, adopted);
  const { folder, config } = variantLayout(around.layout, wish.name);
  await makePrivate([folder, config]);
  const notes = [...record.notes, ...adoption.notes, ...leftNotes(adoption)];
  return { from: earlier.claude, record: { ...record, notes }, adoption };
}

/** What taking it over would do; nothing is changed. Errors: those that show before it fetches. */
export async function previewAdoption(
  wish: Wish,
  around: Context,
): Promise<Preview & { adoption: Adoption }> {
  const { earlier, adoption, whole, adopted } = await understand(wish, around);
  const wanted = await understandWish(whole, null, around, adopted);
  const before = {
    from: earlier.claude,
    written: nothingWritten,
    skills: [],
    prove: wish.prove,
  };
  return { ...(await preview(wanted, before, around)), adoption };
}

/** As folders of ours are: the earlier package left them for all to read, with what is said in sessions. */
async function makePrivate(folders: readonly string[]): Promise<void> {
  for (const folder of folders) await chmod(folder, 0o700);
}

interface Understood {
  earlier: EarlierVariant;
  adoption: Adoption;
  /** The wish with what had been chosen before. */
  whole: Wish;
  /** It holds the key. */
  adopted: Adopted;
}

async function understand(wish: Wish, { layout }: Context): Promise<Understood> {
  const earlier = await requireEarlier(layout, wish.name);
  const places = variantLayout(layout, wish.name);
  await refuseOutside(wish.name, places);
  const { settings: path, config } = places;
  const text = readToEdit(path);
  const launcher = launcherOf(earlier, layout);
  const adoption = adoptionOf({
    earlier,
    config,
    settings: { path, text },
    launcher: { path: launcher, text: headOf(launcher) },
    platform: layout.platform,
    catalogue: loadCatalogue({ shipped: shippedPresets, user: layout.providers }),
    wanted: { provider: wish.provider, baseUrl: wish.baseUrl, auth: wish.auth },
  });
  const { chosen, key: variable } = adoption;
  const asked = wish.key === undefined && wish.keyHelper === undefined;
  const same = wish.provider === undefined && wish.baseUrl === undefined;
  // Where an earlier cc-mirror took over one of ours, the key is still where we kept it.
  const kept = variable === null && same && readIfExists(places.secrets)?.trim();
  if (asked && kept)
    adoption.notes.push('its key is the one that this cc-mirror kept for it before');
  const taken = takenFrom({ path, text }, adoption);
  const key = asked && (taken.key ?? kept);
  const whole: Wish = {
    ...wish,
    provider: chosen.provider,
    source: wish.source ?? chosen.source,
    baseUrl: wish.baseUrl ?? chosen.baseUrl,
    auth: wish.auth ?? chosen.auth,
    models: { ...chosen.models, ...wish.models },
    env: { ...chosen.env, ...wish.env },
    key: wish.key ?? (key || undefined),
  };
  const adopted: Adopted = {
    owned: { 'settings.json': { ...taken.values, ...hooksCalling(places.hooks, text, path) } },
    skills: await Promise.all(adoption.skills.map((name) => skillIn(places.skills, name))),
    agents: [],
    launcher,
    replaceable: adoption.launcher.state === 'theirs',
    baseUrl: chosen.baseUrl,
  };
  return { earlier, adoption, whole, adopted };
}

/** Errors: `invalid-name`, `no-such-variant`, `invalid-record`; `usage` for one of ours. */
async function requireEarlier(layout: Layout, name: string): Promise<EarlierVariant> {
  const problem = nameProblem(name);
  if (problem !== null) {
    throw new CcMirrorError(
      'invalid-name',
      `${problem} An earlier variant of that name works on as it is, but cannot be taken over.`,
      'Make one under another name: cc-mirror quick --provider mirror --name mclaude',
    );
  }
  const state = await readVariant(layout, name);
  switch (state.kind) {
    case 'earlier':
      return state.earlier;
    case 'foreign':
      throw notAVariant(state);
    case 'none':
      throw new CcMirrorError(
        'no-such-variant',
        `There is no variant ${JSON.stringify(name)}.`,
        'See those of an earlier cc-mirror: cc-mirror list',
      );
    case 'variant':
      throw new CcMirrorError(
        'usage',
        `${name} is a variant of this cc-mirror already.`,
        `Bring it up to date: cc-mirror update ${name}`,
      );
  }
}

/** What is outside of the variant is not written, and what stayed there would win over the launcher. */
async function refuseOutside(
  name: string,
  { settings, folder }: Pick<VariantLayout, 'settings' | 'folder'>,
): Promise<void> {
  const real = realPlace(settings);
  if (real.startsWith(`${realPlace(folder)}${sep}`)) return;
  throw new CcMirrorError(
    'invalid-record',
    `${settings} leads to ${real}, outside of the variant; ${name} works on as it is, but cannot be taken over.`,
    'Put a file of its own in the place of the link, then run the command again.',
  );
}

/** Where its command is, or should be. */
function launcherOf({ name, binDir }: EarlierVariant, layout: Layout): string {
  const bin = binDir === null ? layout.bin : resolve(binDir);
  return variantLayout({ ...layout, bin }, name).launcher;
}

/** A skill as it is, as if we had installed it: so it is brought to the state of the pack's. */
async function skillIn(folder: string, name: string): Promise<Adopted['skills'][number]> {
  const paths = filesBelow(join(folder, name));
  const files = await inParallel(paths, async (path) => ({
    path: path.replaceAll(sep, '/'),
    sha256: await hashFile(join(folder, name, path)),
  }));
  return { name, files };
}

function leftNotes({ name, folder, left, launcher: { beside } }: Adoption): string[] {
  const parts = [...left.map((path) => basename(path)), ...(beside === null ? [] : [beside])];
  if (parts.length === 0) return [];
  return [`${parts.join(', ')} in ${folder}: for the way back only, cc-mirror rollback ${name}`];
}
