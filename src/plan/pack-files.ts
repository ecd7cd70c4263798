import type { FileChange } from '../config/file-change.ts';
import { installSkill } from '../skill/install/install-skill.ts';
import { renderFiles } from '../skill/install/skill-files.ts';
import { type Targets, noTargets } from '../skill/install/target.ts';
import { updateAgents } from '../skill/install/update-agents.ts';
import { removeSkill, updateSkill } from '../skill/install/update-skill.ts';
import { renderOf } from '../skill/template.ts';
import { type Tools, assumedTools } from '../skill/tools.ts';
import { type Setting, type View, viewOf } from '../skill/view.ts';
import type { VariantLayout } from '../variant/layout.ts';
import type { VariantRecord } from '../variant/record.ts';
import { type Packs, modelsIn } from './packs.ts';
import type { Plan } from './plan.ts';

/** What is on disk where the files of packs are, or will be. */
export interface PackTargets {
  /** By name of a skill. */
  skills: ReadonlyMap<string, Targets>;
  agents: Targets;
}

/** The targets in folders that are empty. */
export const noPackTargets: PackTargets = { skills: new Map(), agents: noTargets };

export interface PackFiles extends Pick<VariantRecord, 'skills' | 'agents'> {
  changes: FileChange[];
  /** What stays as it is because it is the user's. */
  notes: string[];
}

/**
 * Plans the skills and agents of packs, rendered for a build: those to write, and those to remove as
 * no pack has them. What the user edited or created stays. Error: `name-taken`.
 */
export function planPacks(
  packs: Packs,
  recorded: Pick<VariantRecord, 'skills' | 'agents'> | null,
  folders: Pick<VariantLayout, 'skills' | 'agents'>,
  view: View,
  targets: PackTargets,
): PackFiles {
  const { skills, agents } = recorded ?? { skills: [], agents: [] };
  const planned = planSkills(packs, skills, folders.skills, view, targets.skills);
  const others = planAgents(packs, agents, folders.agents, view, targets.agents);
  const gone = packs.gone.map(
    ({ id, source }) => `the pack ${id} stays as it is: ${source} is gone`,
  );
  return {
    changes: [...planned.changes, ...others.changes],
    skills: planned.skills,
    agents: others.agents,
    notes: [...planned.notes, ...gone, ...others.notes],
  };
}

function planSkills(
  { present, gone }: Packs,
  recorded: VariantRecord['skills'],
  into: string,
  view: View,
  targets: PackTargets['skills'],
): Omit<PackFiles, 'agents'> {
  const planned: Omit<PackFiles, 'agents'> = { changes: [], skills: [], notes: [] };
  const targetsOf = (name: string): Targets => targets.get(name) ?? noTargets;
  for (const pack of present) {
    for (const { name, files } of pack.skills) {
      const before = recorded.find((skill) => skill.name === name);
      const source = { name, files: renderFiles(files, renderOf(pack, view)), into };
      const { changes, installed, kept } = before
        ? updateSkill(source, before, targetsOf(name))
        : installSkill(source, targetsOf(name));
      planned.changes.push(...changes);
      planned.skills.push(installed);
      planned.notes.push(...kept.map((path) => `the skill ${name} keeps your own ${path}`));
    }
  }
  const staying = new Set(gone.flatMap(({ skills }) => skills));
  for (const skill of recorded) {
    const { name } = skill;
    if (planned.skills.some((one) => one.name === name)) continue;
    if (staying.has(name)) {
      planned.skills.push(skill);
      continue;
    }
    const { changes, kept } = removeSkill(into, skill, targetsOf(name));
    planned.changes.push(...changes);
    planned.notes.push(
      ...kept.map((path) => `the skill ${name} was removed but for your own ${path}`),
    );
  }
  return planned;
}

function planAgents(
  { present, gone }: Packs,
  recorded: VariantRecord['agents'],
  into: string,
  view: View,
  targets: Targets,
): Omit<PackFiles, 'skills'> {
  const wanted = present.flatMap((pack) =>
    pack.agents.flatMap(({ files }) => renderFiles(files, renderOf(pack, view))),
  );
  const left = new Set(gone.flatMap(({ agents }) => agents.map((name) => `${name}.md`)));
  const staying = recorded.filter(({ path }) => left.has(path));
  const ours = recorded.filter(({ path }) => !left.has(path));
  const source = { files: wanted, into };
  const { changes, installed, kept } = updateAgents(source, ours, targets);
  const notes = kept.map((path) => `the agent file ${path} stays as you edited it`);
  return { changes, agents: [...installed.files, ...staying], notes };
}

/** What the packs' texts are filled in with. */
export function viewFor(plan: Pick<Plan, 'launcher' | 'capabilities'>, tools?: Tools): View {
  return viewOf(settingFor(plan, tools));
}

/** What the packs' texts depend on; a build that was not run is taken to be like most are. */
export function settingFor(
  { launcher, capabilities }: Pick<Plan, 'launcher' | 'capabilities'>,
  tools?: Tools,
): Setting {
  const assumed = tools ?? assumedTools(capabilities.tasks.state === 'on');
  return { tools: assumed, models: modelsIn(launcher.env) };
}
