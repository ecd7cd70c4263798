import { readdir, stat, readIfExists } from '../disk/sync-read.ts';
import { join } from 'node:path';
import { ifExists } from '../disk/if-exists.ts';
import { kindOf } from './install/target.ts';

/**
 * The folders with a SKILL.md in a folder, as paths below it: itself (`.`), then those in its
 * folder `skills`, then its own.
 */
export async function findSkills(folder: string): Promise<string[]> {
  const inSkills = (await namesIn(join(folder, 'skills'))).map((name) => `skills/${name}`);
  const found: string[] = [];
  for (const path of ['.', ...inSkills, ...(await namesIn(folder))]) {
    if ((await kindOf(join(folder, path, 'SKILL.md'))) === 'file') found.push(path);
  }
  return found;
}

/**
 * The agent files in the folder `agents` of a pack, as paths below it. A Markdown file without a
 * frontmatter is something else that a skill keeps there.
 */
export async function findAgents(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await namesIn(join(folder, 'agents'))) {
    const path = `agents/${name}`;
    const there = ifExists(() => stat(join(folder, path)));
    const readable = name.endsWith('.md') && there?.isFile() === true;
    const text = readable ? readIfExists(join(folder, path)) : null;
    if (text !== null && /^\uFEFF?---\s/u.test(text)) found.push(path);
  }
  return found;
}

/** What a folder holds, but for hidden names; nothing where there is no such folder. */
async function namesIn(folder: string): Promise<string[]> {
  const names = ifExists(() => readdir(folder)) ?? [];
  return names.filter((name) => !name.startsWith('.')).sort();
}
