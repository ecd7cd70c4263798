import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { installSkill } from '../skill/install.ts';
import type { InstalledSkill } from '../skill/record.ts';
import type { WorkerTool } from '../skill/render.ts';
import { shippedSkillsDir } from '../skill/shipped.ts';
import { removeSkill, updateSkill } from '../skill/update.ts';
import { type Undo, readIfThere, writeAtomic } from './atomic.ts';
import type { VariantLayout } from './layout.ts';
import type { Plan } from './plan.ts';
import type { VariantRecord } from './record.ts';
import { type OwnedValues, mergeOwned } from './settings.ts';

/**
 * Writes what a variant holds beside its bundle (configuration, skills, key, record) into `place`,
 * staged or in use. In use, every file is remembered in `undo` before it is changed.
 */
export async function settle(
  plan: Plan,
  record: VariantRecord,
  place: Omit<VariantLayout, 'launcher'>,
  workerTool: WorkerTool | null,
  undo: Undo,
): Promise<VariantRecord> {
  await mkdir(place.config, { recursive: true, mode: 0o700 });
  await writeOwned(
    place.settings,
    plan.owned['settings.json'],
    plan.current?.owned['settings.json'],
    undo,
  );
  // It may hold the end of an approved key, so nobody else reads it.
  await writeOwned(
    place.state,
    plan.owned['.claude.json'],
    plan.current?.owned['.claude.json'],
    undo,
    0o600,
  );
  const skills = await placeSkills(plan, place.skills, workerTool);
  if (plan.newKey !== null) {
    await undo.keep(place.secrets);
    await writeAtomic(place.secrets, `${plan.newKey}\n`, 0o600);
  }
  const settled = { ...record, skills };
  await undo.keep(place.record);
  await writeAtomic(place.record, `${JSON.stringify(settled, null, 2)}\n`);
  return settled;
}

async function writeOwned(
  path: string,
  wanted: OwnedValues,
  before: OwnedValues | undefined,
  undo: Undo,
  mode?: number,
): Promise<void> {
  const text = await readIfThere(path);
  const merged = mergeOwned(text, wanted, before ?? null, path);
  if (merged === text) return;
  await undo.keep(path);
  await writeAtomic(path, merged, mode);
}

async function placeSkills(
  { current, choices }: Plan,
  into: string,
  workerTool: WorkerTool | null,
): Promise<InstalledSkill[]> {
  const placed: InstalledSkill[] = [];
  for (const name of choices.skills) {
    const before = current?.skills.find((skill) => skill.name === name);
    const source = { from: join(shippedSkillsDir, name), into, context: { workerTool } };
    placed.push(
      before ? (await updateSkill(source, before)).installed : await installSkill(source),
    );
  }
  for (const skill of current?.skills ?? []) {
    if (!choices.skills.includes(skill.name)) await removeSkill(into, skill);
  }
  return placed;
}
