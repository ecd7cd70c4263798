import { basename, dirname, join, resolve } from 'node:path';
import { readIfThere } from '../disk/atomic.ts';
import { ifThere } from '../disk/if-there.ts';
import { readdir, stat } from '../disk/look.ts';
import { isThere } from '../disk/paths.ts';
import { fieldsOf, parsed } from '../task/json.ts';
import type { VariantLayout } from './layout.ts';

/** Projects that go on with the task list they have, and what people should know of it. */
export interface EarlierLists {
  /** Absolute. */
  projects: string[];
  notes: string[];
}

/**
 * The projects of a variant whose lists were made when a list had only the folder's name. Which
 * project made one is not in the list, but .claude.json has every folder that the variant was
 * started in. Where several come into question, the list stays with the one used last.
 */
export async function earlierLists(
  variant: string,
  { config, state }: Pick<VariantLayout, 'config' | 'state'>,
): Promise<EarlierLists> {
  const lists = (await ifThere(() => readdir(join(config, 'tasks')))) ?? [];
  if (lists.length === 0) return { projects: [], notes: [] };
  const users = new Map<string, Map<string, number>>();
  for (const folder of Object.keys(fieldsOf(startedIn((await readIfThere(state)) ?? '')))) {
    const project = await projectOf(resolve(folder));
    const list = asFolder(`${variant}-${basename(project) || 'root'}`);
    const projects = users.get(list) ?? new Map<string, number>();
    const used = Math.max(projects.get(project) ?? 0, await lastUse(folder, config));
    users.set(list, projects.set(project, used));
  }
  const found: EarlierLists = { projects: [], notes: [] };
  for (const [list, projects] of users) {
    // TEAM gives a list of a longer name, which may also be that of another project.
    const made = lists.some((name) => name === list || (isTeamOf(list, name) && !users.has(name)));
    if (!made) continue;
    const [last = '', ...others] = [...projects.keys()].toSorted(
      (a, b) => (projects.get(b) ?? 0) - (projects.get(a) ?? 0),
    );
    found.projects.push(last);
    if (others.length === 0) continue;
    found.notes.push(
      `the task list ${list} was shared by folders of one name: it stays with ${last}, used last; ` +
        `${others.join(', ')} ${others.length > 1 ? 'get lists of their' : 'gets one of its'} own`,
    );
  }
  return found;
}

function startedIn(text: string): unknown {
  return fieldsOf(parsed(text))['projects'];
}

/** As the launcher finds it: the nearest folder upwards with `.git`, else the folder itself. */
async function projectOf(folder: string): Promise<string> {
  for (let place = folder; ; place = dirname(place)) {
    if (await isThere(join(place, '.git'))) return place;
    if (place === dirname(place)) return folder;
  }
}

/** When a session was last begun in a folder, in milliseconds; 0: not known. */
async function lastUse(folder: string, config: string): Promise<number> {
  const sessions = join(config, 'projects', folder.replaceAll(/[^A-Za-z0-9]/g, '-'));
  return (await ifThere(() => stat(sessions)))?.mtimeMs ?? 0;
}

/** What follows the list's name is no sum, as newer lists have it. */
function isTeamOf(list: string, name: string): boolean {
  return name.startsWith(`${list}-`) && !/^\d{4,}(-|$)/.test(name.slice(list.length + 1));
}

/** A list's folder as Claude Code names it. */
function asFolder(list: string): string {
  return list.replaceAll(/[^\w-]/g, '-');
}
