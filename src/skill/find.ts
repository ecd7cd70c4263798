import { readIfExists, readdir, stat } from '../disk/sync-read.ts';
import { join } from 'node:path';
import { ifExists } from '../disk/if-exists.ts';
import { kindOf } from './install/target.ts';

/**
 * Finds the folders with a SKILL.md in a folder, as paths below it: the folder itself (`.`), then
 * those in its `skills` folder, then its other subfolders.
 */
export function findSkills(folder: string): string[] {
  const inSkills = namesIn(join(folder, 'skills')).map((name) => `skills/${name}`);
  return ['.', ...inSkills, ...namesIn(folder)].filter(
    (path) => kindOf(join(folder, path, 'SKILL.md')) === 'file',
  );
}

/**
 * Finds the agent files in the `agents` folder of a pack, as paths below the pack. Markdown without
 * frontmatter is not an agent.
 */
export function findAgents(folder: string): string[] {
  return namesIn(join(folder, 'agents'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `agents/${name}`)
    .filter((path) => {
      const file = join(folder, path);
      const isFile = ifExists(() => stat(file))?.isFile() === true;
      return isFile && /^\uFEFF?---\s/u.test(readIfExists(file) ?? '');
    });
}

/** The visible names in a folder; none if it does not exist. */
function namesIn(folder: string): string[] {
  const names = ifExists(() => readdir(folder)) ?? [];
  return names.filter((name) => !name.startsWith('.')).sort();
}
