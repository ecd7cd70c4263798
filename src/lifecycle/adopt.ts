import { chmod } from 'node:fs/promises';
import { basename, join, resolve, sep } from 'node:path';
import { readIfExists } from '../disk/sync-read.ts';
import { filesBelow, headOf } from '../disk/read.ts';
import { hashFile } from '../disk/hash.ts';
import { inParallel } from '../disk/concurrency.ts';
import { type Adoption, type EarlierVariant, adoptionOf, takenFrom } from '../earlier/index.ts';
import { readToEdit } from '../disk/utf8.ts';
import { CcMirrorError } from '../errors.ts';
import { allPresets } from '../provider/catalogue.ts';
import { realPlace } from '../disk/real-paths.ts';
import type { Change } from '../home/with-home.ts';
import { type Preview, nothingWritten, preview } from './preview.ts';
import { installVariant } from './install.ts';
import { type Wish, understandWish } from './wish.ts';
import { hooksCalling } from '../variant/hooks.ts';
import { type Layout, type VariantLayout, variantLayout } from '../variant/layout.ts';
import { nameProblem } from '../variant/name.ts';
import type { Adopted } from '../plan/plan.ts';
import { notAVariant, readVariant } from '../variant/read-variant.ts';
import type { VariantRecord } from '../variant/record.ts';
import type { Context } from '../home/context.ts';

export interface AdoptedVariant {
  /** The Claude Code that it ran, as the earlier package called it. */
  from: string;
  record: VariantRecord;
  adoption: Adoption;
}

/**
 * Adopts a variant of an earlier cc-mirror: its folder, with configuration and key, becomes one of
 * ours, proved like any other. `rollbackVariant` undoes it.
 *
 * Errors: `no-such-variant`; `invalid-name`, `invalid-record`, `no-such-provider` and `usage` for
 * one that cannot be adopted; those of `installVariant`.
 */
export async function adoptVariant(
  wish: Wish,
  around: Context,
  change: Change,
): Promise<AdoptedVariant> {
  const { earlier, adoption, whole, adopted } = await understand(wish, around);
  const record = await installVariant(whole, null, around, change, adopted);
  const { folder, config } = variantLayout(around.layout, wish.name);
  // The earlier package left them readable for everyone, with the transcripts of sessions.
  for (const path of [folder, config]) await chmod(path, 0o700);
  const notes = [...record.notes, ...adoption.notes, ...leftNotes(adoption)];
  return { from: earlier.claude, record: { ...record, notes }, adoption };
}

/** What `adoptVariant` would do. Errors: the same, as far as they are known without the bundle. */
export async function previewAdoption(
  wish: Wish,
  around: Context,
): Promise<Preview & { adoption: Adoption }> {
  const { earlier, adoption, whole, adopted } = await understand(wish, around);
  const wanted = await understandWish(whole, null, around, adopted);
  const before = { from: earlier.claude, written: nothingWritten, skills: [], prove: wish.prove };
  return { ...(await preview(wanted, before, around)), adoption };
}

interface Understood {
  earlier: EarlierVariant;
  adoption: Adoption;
  /** The wish, completed by the earlier choices and the key. */
  whole: Wish;
  adopted: Adopted;
}

async function understand(wish: Wish, { layout }: Context): Promise<Understood> {
  const earlier = requireEarlier(layout, wish.name);
  const places = variantLayout(layout, wish.name);
  refuseOutside(wish.name, places);
  const { settings: path, config } = places;
  const text = readToEdit(path);
  const launcher = launcherOf(earlier, layout);
  const adoption = adoptionOf({
    earlier,
    config,
    settings: { path, text },
    launcher: { path: launcher, text: headOf(launcher) },
    platform: layout.platform,
    catalogue: allPresets(layout.providers),
    wanted: { provider: wish.provider, baseUrl: wish.baseUrl, auth: wish.auth },
  });
  const { chosen, key: variable } = adoption;
  const asked = wish.key === undefined && wish.keyHelper === undefined;
  const same = wish.provider === undefined && wish.baseUrl === undefined;
  // If an earlier cc-mirror had taken over one of ours, the key is still in our file.
  const kept = variable === null && same && readIfExists(places.secrets)?.trim();
  if (asked && kept) adoption.notes.push('this cc-mirror still had its key, and uses it');
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
function requireEarlier(layout: Layout, name: string): EarlierVariant {
  const problem = nameProblem(name);
  if (problem !== null) {
    throw new CcMirrorError(
      'invalid-name',
      `${problem} An earlier variant of that name keeps working, but cannot be adopted.`,
      'Create one under another name: cc-mirror quick --provider mirror --name mclaude',
    );
  }
  const state = readVariant(layout, name);
  switch (state.kind) {
    case 'earlier':
      return state.earlier;
    case 'foreign':
      throw notAVariant(state);
    case 'none':
      throw new CcMirrorError(
        'no-such-variant',
        `There is no variant ${JSON.stringify(name)}.`,
        'List the variants of an earlier cc-mirror: cc-mirror list',
      );
    case 'variant':
      throw new CcMirrorError(
        'usage',
        `${name} is a variant of this cc-mirror already.`,
        `Update it: cc-mirror update ${name}`,
      );
  }
}

/** Settings outside the variant cannot be written, and would override the launcher. */
function refuseOutside(
  name: string,
  { settings, folder }: Pick<VariantLayout, 'settings' | 'folder'>,
): void {
  const real = realPlace(settings);
  if (real.startsWith(`${realPlace(folder)}${sep}`)) return;
  throw new CcMirrorError(
    'invalid-record',
    `${settings} leads to ${real}, outside the variant; ${name} keeps working, but cannot be adopted.`,
    'Replace the link by a file, then run the command again.',
  );
}

/** The path at which its command is, or should be. */
function launcherOf({ name, binDir }: EarlierVariant, layout: Layout): string {
  const bin = binDir === null ? layout.bin : resolve(binDir);
  return variantLayout({ ...layout, bin }, name).launcher;
}

/** A skill's files as if we had installed them, so that the pack's replace them. */
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
  return [
    `kept only for rollback: ${parts.join(', ')} in ${folder}; to roll back: cc-mirror rollback ${name}`,
  ];
}
