import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseFrontmatter } from './frontmatter.ts';

export interface ShippedSkill {
  name: string;
  description: string;
  folder: string;
}

/** The skills that come with this package; `src` and `dist` lie equally deep. */
export const shippedSkillsDir = fileURLToPath(new URL('../../skills', import.meta.url));

/** The skills that come with this package, by name. */
export async function listShippedSkills(): Promise<ShippedSkill[]> {
  const skills: ShippedSkill[] = [];
  for (const entry of await readdir(shippedSkillsDir, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const folder = join(shippedSkillsDir, entry.name);
    const { fields } = parseFrontmatter(await readFile(join(folder, 'SKILL.md'), 'utf8'));
    const description = fields.get('description');
    if (typeof description !== 'string') throw new Error(`${folder} has no description`);
    skills.push({ name: entry.name, description, folder });
  }
  return skills.sort((a, b) => (a.name < b.name ? -1 : 1));
}
