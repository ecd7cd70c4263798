import { sep } from 'node:path';
import { realpath } from '../../disk/sync-read.ts';
import { type OwnedValues, knownBefore, mergeOwned } from '../../config/merge.ts';
import { readToEdit } from '../../disk/utf8.ts';
import type { View } from '../../skill/view.ts';
import type { Changes } from '../../transaction/changes.ts';
import { realPlace } from '../../disk/real-paths.ts';
import { placeHeaders, placeKey } from './place-secrets.ts';
import { hooksMissing, rulesProgram } from '../../variant/hooks.ts';
import { approvedKeys } from '../../variant/owned-values.ts';
import type { VariantLayout } from '../../variant/layout.ts';
import { type PlacedPacks, placePacks } from './place-packs.ts';
import { placeRules } from './place-rules.ts';
import type { Plan } from '../../plan/plan.ts';
import type { VariantRecord } from '../../variant/record.ts';
import { rulesScriptText } from './run-scripts.ts';

/**
 * Collects what a variant holds beside its bundle (configuration, packs, key) for `place`, staged
 * or in use, but for its record, which is returned.
 */
export async function placeContents(
  plan: Plan,
  record: VariantRecord,
  place: Omit<VariantLayout, 'launcher'>,
  view: View,
  changes: Changes,
): Promise<VariantRecord> {
  const before = (plan.current ?? plan.adopted)?.owned;
  const { 'settings.json': wanted, '.claude.json': state } = plan.owned;
  const settings = await ownedFile(place.settings, wanted, before?.['settings.json'], place.folder);
  const { replaced } = plan.key;
  const stateBefore = {
    ...before?.['.claude.json'],
    ...(replaced !== undefined && { [approvedKeys]: [replaced.slice(-20)] }),
  };
  const stateFile = await ownedFile(place.state, state, stateBefore, place.folder);
  for (const [file, mode] of [
    [settings, null],
    // It may hold the end of an approved key, so nobody else reads it.
    [stateFile, 0o600],
  ] as const) {
    if (!file.outside) changes.merge(file.path, file.wanted, file.before, mode);
  }
  const { skills, agents, notes } = await packsAt(plan, place, view, changes);
  const { tool } = view.worker;
  const native = record.bundle.kind === 'native' ? record.bundle.path : null;
  const script = rulesScriptText({
    folder: plan.layout.hooks,
    program: rulesProgram,
    node: plan.node,
    native,
  });
  await placeRules(plan.rules && { ...plan.rules, tool }, script, place.hooks, changes);
  await placeKey(plan, place, native, changes);
  placeHeaders(plan.headers, place, changes);
  notes.push(...hooksMissing(settings.merged, wanted));
  notes.push(...[settings, stateFile].flatMap(({ note }) => note ?? []));
  return { ...record, skills, agents, notes: [...record.notes, ...notes] };
}

/**
 * Collects the files of packs. Folders that lead out of the variant, as those who share their skills
 * have, are not ours to write. Error: `name-taken` where something of the user's is in the way.
 */
export async function packsAt(
  { packs, current, adopted }: Pick<Plan, 'packs' | 'current' | 'adopted'>,
  place: Omit<VariantLayout, 'launcher'>,
  view: View,
  changes: Changes,
): Promise<PlacedPacks> {
  const notes: string[] = [];
  for (const folder of [place.skills, place.agents]) {
    const real = realPlace(folder);
    if (await isInside(real, place.folder)) continue;
    notes.push(`${folder} leads to ${real}, outside of the variant: no pack is written there`);
  }
  if (notes.length === 0) return placePacks(packs, current ?? adopted, place, view, changes);
  return { skills: current?.skills ?? [], agents: current?.agents ?? [], notes };
}

interface OwnedFile {
  path: string;
  wanted: OwnedValues;
  before: OwnedValues | null;
  /** The text as it will be. */
  merged: string;
  /** It lies outside of the variant, where nothing is written. */
  outside: boolean;
  note: string | null;
}

/**
 * A configuration file with the values that we own in it. A link to a file elsewhere in the variant
 * stays one; a file outside of the variant is not ours to write.
 */
async function ownedFile(
  place: string,
  wanted: OwnedValues,
  written: OwnedValues | undefined,
  folder: string,
): Promise<OwnedFile> {
  const text = readToEdit(place);
  const path = text === null ? place : realpath(place);
  const before = knownBefore(text, wanted, written ?? null, path);
  const merged = mergeOwned(text, wanted, before, path);
  const outside = text !== null && !(await isInside(path, folder));
  if (!outside) return { path, wanted, before, merged, outside, note: null };
  const keys = Object.keys(wanted).join(', ');
  const note = `${place} leads to ${path}, outside of the variant, and stays as it is; cc-mirror would set ${keys} in it`;
  return { path, wanted, before, merged: text, outside, note: merged === text ? null : note };
}

async function isInside(real: string, folder: string): Promise<boolean> {
  return real.startsWith(`${realPlace(folder)}${sep}`);
}
