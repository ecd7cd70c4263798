import { mkdir, realpath, rm } from 'node:fs/promises';
import type { View } from '../skill/view.ts';
import { type Undo, readIfThere, writeAtomic } from './atomic.ts';
import { hooksMissing } from './hooks.ts';
import type { VariantLayout } from './layout.ts';
import { placePacks } from './place-packs.ts';
import { placeRules } from './place-rules.ts';
import type { Plan } from './plan.ts';
import type { VariantRecord } from './record.ts';
import { type OwnedValues, mergeOwned } from './settings.ts';

/**
 * Writes what a variant holds beside its bundle (configuration, packs, key, record) into `place`,
 * staged or in use. In use, every file is remembered in `undo` before it is changed.
 */
export async function settle(
  plan: Plan,
  record: VariantRecord,
  place: Omit<VariantLayout, 'launcher'>,
  view: View,
  undo: Undo,
): Promise<VariantRecord> {
  await mkdir(place.config, { recursive: true, mode: 0o700 });
  const wanted = plan.owned['settings.json'];
  const before = plan.current?.owned['settings.json'];
  const settings = await writeOwned(place.settings, wanted, before, undo);
  // It may hold the end of an approved key, so nobody else reads it.
  await writeOwned(
    place.state,
    plan.owned['.claude.json'],
    plan.current?.owned['.claude.json'],
    undo,
    0o600,
  );
  const { skills, agents, notes } = await placePacks(plan.packs, plan.current, place, view);
  const { tool } = view.worker;
  await placeRules(plan.rules && { ...plan.rules, tool }, place.hooks);
  await placeKey(plan, place.secrets, undo);
  notes.push(...hooksMissing(settings, wanted));
  const settled = { ...record, skills, agents, notes: [...record.notes, ...notes] };
  await undo.keep(place.record);
  await writeAtomic(place.record, `${JSON.stringify(settled, null, 2)}\n`);
  return settled;
}

/** Writes a new key, leaves one that is kept, removes one that has no use any more. */
async function placeKey({ newKey, keyVariable }: Plan, path: string, undo: Undo): Promise<void> {
  if (newKey === null && keyVariable !== null) return;
  await undo.keep(path);
  if (newKey === null) await rm(path, { force: true });
  else await writeAtomic(path, `${newKey}\n`, 0o600);
}

/**
 * Puts the values we own into a file; its text then. A link to a file elsewhere, as those who keep
 * their settings in one place have, stays one.
 */
async function writeOwned(
  place: string,
  wanted: OwnedValues,
  before: OwnedValues | undefined,
  undo: Undo,
  mode?: number,
): Promise<string> {
  const text = await readIfThere(place);
  const path = text === null ? place : await realpath(place);
  const merged = mergeOwned(text, wanted, before ?? null, path);
  if (merged === text) return text;
  await undo.keep(path);
  await writeAtomic(path, merged, mode);
  return merged;
}
