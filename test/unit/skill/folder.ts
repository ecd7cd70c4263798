import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type Render,
  readSkillFiles,
  renderFiles,
} from '../../../src/skill/install/skill-files.ts';
import { type SkillSource, installSkill } from '../../../src/skill/install/install-skill.ts';
import type { InstalledSkill } from '../../../src/skill/install/installed-skill.ts';
import { Changes } from '../../../src/transaction/changes.ts';
import { applyStep } from '../../../src/transaction/apply-step.ts';

export async function writeTree(folder: string, files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

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

export async function sourceOf(skill: SkillFolder): Promise<SkillSource> {
  const { name, from, into, render, leaveOut } = skill;
  return { name, into, files: renderFiles(await readSkillFiles(from, leaveOut), render) };
}

export function install(skill: SkillFolder): Promise<InstalledSkill> {
  return making(skill.into, async (changes) => installSkill(await sourceOf(skill), changes));
}

/** Applies the changes that `act` collects, below a folder. */
export async function making<T>(folder: string, act: (changes: Changes) => Promise<T>): Promise<T> {
  const changes = new Changes();
  const result = await act(changes);
  for (const step of await changes.steps([folder])) await applyStep(step, 'forward');
  return result;
}
