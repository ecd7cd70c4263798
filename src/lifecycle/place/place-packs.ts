import { join } from 'node:path';
import { CcMirrorError } from '../../errors.ts';
import { type SkillFile, renderFiles } from '../../skill/install/skill-files.ts';
import { installSkill } from '../../skill/install/install-skill.ts';
import type { InstalledSkill } from '../../skill/install/installed-skill.ts';
import { inspectTarget } from '../../skill/install/target.ts';
import { renderOf } from '../../skill/template.ts';
import type { FileChanges } from '../../transaction/changes.ts';
import { removeSkill, updateFiles, updateSkill } from '../../skill/install/update-skill.ts';
import type { View } from '../../skill/view.ts';
import type { Packs } from '../../plan/packs.ts';
import type { VariantRecord } from '../../variant/record.ts';

/** Where the parts of packs go. */
export interface PackPlaces {
  skills: string;
  agents: string;
}

export interface PlacedPacks extends Pick<VariantRecord, 'skills' | 'agents'> {
  /** What was left because it is the user's by now. */
  notes: string[];
}

/**
 * Has the skills and agents of packs written, rendered for a build, and those taken out that are not
 * wanted any more. What the user edited or made stays. Error: `name-taken`.
 */
export async function placePacks(
  { present, gone }: Packs,
  current: Pick<VariantRecord, 'skills' | 'agents'> | null,
  { skills: into, agents: agentsFolder }: PackPlaces,
  view: View,
  changes: FileChanges,
): Promise<PlacedPacks> {
  const before = current ?? { skills: [], agents: [] };
  const placed: PlacedPacks = { skills: [], agents: [], notes: [] };
  for (const pack of present) {
    for (const skill of pack.skills) {
      const recorded = before.skills.find(({ name }) => name === skill.name);
      const files = renderFiles(await skill.files(), renderOf(pack, view));
      const source = { name: skill.name, files, into };
      const { installed, kept } = recorded
        ? await updateSkill(source, recorded, changes)
        : { installed: await installSkill(source, changes), kept: [] };
      placed.skills.push(installed);
      placed.notes.push(...kept.map((path) => `the skill ${skill.name} keeps your own ${path}`));
    }
  }
  const left = new Set(gone.flatMap(({ skills }) => skills));
  for (const skill of before.skills) {
    if (placed.skills.some(({ name }) => name === skill.name)) continue;
    if (left.has(skill.name)) placed.skills.push(skill);
    else placed.notes.push(...(await takeOut(skill, into, changes)));
  }
  placed.notes.push(
    ...gone.map(({ id, source }) => `the pack ${id} stays as it is: ${source} is gone`),
  );
  const agents = await placeAgents({ present, gone }, before.agents, agentsFolder, view, changes);
  return { ...placed, agents: agents.files, notes: [...placed.notes, ...agents.notes] };
}

async function takeOut(
  skill: InstalledSkill,
  into: string,
  changes: FileChanges,
): Promise<string[]> {
  const { kept } = await removeSkill(into, skill, changes);
  return kept.map((path) => `the skill ${skill.name} was removed but for your own ${path}`);
}

async function placeAgents(
  { present, gone }: Packs,
  recorded: VariantRecord['agents'],
  folder: string,
  view: View,
  changes: FileChanges,
): Promise<{ files: VariantRecord['agents']; notes: string[] }> {
  const wanted: SkillFile[] = [];
  for (const pack of present) {
    const render = renderOf(pack, view);
    for (const { files } of pack.agents) wanted.push(...renderFiles(await files(), render));
  }
  const left = new Set(gone.flatMap(({ agents }) => agents.map((name) => `${name}.md`)));
  const staying = recorded.filter(({ path }) => left.has(path));
  const ours = recorded.filter(({ path }) => !left.has(path));
  for (const file of wanted) {
    if (!ours.some(({ path }) => path === file.path)) await refuseTaken(file, folder);
  }
  const { installed, kept } = await updateFiles(folder, wanted, { name: '', files: ours }, changes);
  const notes = kept.map((path) => `the agent file ${path} stays as you edited it`);
  return { files: [...installed.files, ...staying], notes };
}

/** A new agent does not go in the place of one of the user's. */
async function refuseTaken({ path, sha256 }: SkillFile, folder: string): Promise<void> {
  const state = await inspectTarget(folder, '', path);
  if (state.kind === 'free' || (state.kind === 'file' && state.sha256 === sha256)) return;
  throw new CcMirrorError(
    'name-taken',
    `${join(folder, path)} exists and is not an agent that cc-mirror installed`,
    'Rename or remove it, or leave its pack out (--skills names others, --no-skills none), then run the command again.',
  );
}
