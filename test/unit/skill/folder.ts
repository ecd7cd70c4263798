import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Render,
  readSkillFiles,
  renderFiles,
} from '../../../src/skill/install/skill-files.ts';
import { type SkillSource, installSkill } from '../../../src/skill/install/install-skill.ts';
import type { InstalledSkill } from '../../../src/skill/install/installed-skill.ts';
import { type Targets, readTargets } from '../../../src/skill/install/target.ts';
import type { FileChange } from '../../../src/config/file-change.ts';
import { Changes } from '../../../src/transaction/changes.ts';
import { applyStep } from '../../../src/transaction/apply-step.ts';

export function textOf(...path: string[]): Promise<string> {
  return readFile(join(...path), 'utf8');
}

/** Renders for a build whose worker tool has that name. */
export function namesTool(tool: string): (text: string) => string {
  return (text) => text.replaceAll('{{worker.tool}}', tool);
}

export function skillText(name: string, body = 'Use `{{worker.tool}}`.'): string {
  return `---\nname: ${name}\ndescription: What it does and when.\n---\n\n${body}\n`;
}

/** A skill in a folder, and how it is rendered. */
export interface SkillFolder {
  name: string;
  from: string;
  into: string;
  render: Render;
  leaveOut?: readonly string[];
}

export function sourceOf({ name, from, into, render, leaveOut }: SkillFolder): SkillSource {
  return { name, into, files: renderFiles(readSkillFiles(from, leaveOut), render) };
}

/** What is on disk where the files of a skill go, or are recorded. */
export function targetsOf({ name, files, into }: SkillSource, recorded?: InstalledSkill): Targets {
  const all = [...files, ...(recorded?.files ?? [])];
  return readTargets(
    into,
    name,
    all.map(({ path }) => path),
  );
}

export async function install(skill: SkillFolder): Promise<InstalledSkill> {
  const source = sourceOf(skill);
  const { changes, installed } = installSkill(source, targetsOf(source));
  await apply(changes, skill.into);
  return installed;
}

/** Applies changes below a folder. */
export async function apply(changes: readonly FileChange[], folder: string): Promise<void> {
  for (const step of await new Changes(changes).steps([folder])) await applyStep(step, 'forward');
}
