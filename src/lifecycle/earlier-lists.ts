import { open } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { readIfExists, readdir, stat, exists } from '../disk/sync-read.ts';
import { ifExists } from '../disk/if-exists.ts';
import { fieldsOf, tryParse } from '../task/json.ts';
import type { VariantLayout } from '../variant/layout.ts';

/** Projects that go on with the task list they have, and what people should know of it. */
export interface EarlierLists {
  /** Absolute. */
  projects: string[];
  notes: string[];
}

/**
 * The projects of a variant whose lists were made when a list had only the folder's name. Which
 * project made one is not in the list, but there is what tells where the variant was started. Where
 * several folders come into question, the list stays with the one used last.
 */
export async function earlierLists(
  variant: string,
  places: Pick<VariantLayout, 'config' | 'state'>,
): Promise<EarlierLists> {
  const made = ifExists(() => readdir(join(places.config, 'tasks'))) ?? [];
  const lists = made.map(asFolder);
  if (lists.length === 0) return { projects: [], notes: [] };
  const users = new Map<string, Map<string, number>>();
  for (const [folder, at] of await startedIn(places)) {
    const project = await projectOf(resolve(folder));
    const list = asFolder(`${variant}-${basename(project) || 'root'}`);
    const projects = users.get(list) ?? new Map<string, number>();
    users.set(list, projects.set(project, Math.max(projects.get(project) ?? 0, at)));
  }
  const found: EarlierLists = { projects: [], notes: [] };
  for (const [list, projects] of users) {
    // TEAM gives a list of a longer name, which may also be that of another project.
    const isMade = lists.some(
      (name) => name === list || (isTeamOf(list, name) && !users.has(name)),
    );
    if (!isMade) continue;
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

/**
 * The folders that sessions were started in, each with when that was last so, in milliseconds, or 0:
 * those of interactive sessions are in .claude.json, and all have a folder of transcripts, named by
 * their path as far as that goes (2.0.77, 2.1.112, 2.1.240, 2.1.332).
 */
async function startedIn({
  config,
  state,
}: Pick<VariantLayout, 'config' | 'state'>): Promise<Map<string, number>> {
  const { projects } = fieldsOf(tryParse(readIfExists(state) ?? ''));
  const folders = new Map(Object.keys(fieldsOf(projects)).map((folder) => [folder, 0]));
  const transcripts = join(config, 'projects');
  for (const name of ifExists(() => readdir(transcripts)) ?? []) {
    const folder = await folderOf(join(transcripts, name));
    const known = folder ?? [...folders.keys()].find((one) => asName(one) === name);
    if (known === undefined) continue;
    folders.set(known, stat(join(transcripts, name)).mtimeMs);
  }
  return folders;
}

/** The path that a folder of transcripts is named by, from the beginning of one of them. */
async function folderOf(transcripts: string): Promise<string | null> {
  for (const name of ifExists(() => readdir(transcripts)) ?? []) {
    if (!name.endsWith('.jsonl')) continue;
    const text = await beginningOf(join(transcripts, name));
    for (const [, json] of text.matchAll(/"cwd":("(?:[^"\\]|\\.)*")/g)) {
      const folder = tryParse(json ?? '');
      if (typeof folder === 'string' && asName(folder) === basename(transcripts)) return folder;
    }
  }
  return null;
}

/** The first 256 KB; a session's first entries may hold a long prompt. */
async function beginningOf(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(262_144), 0, 262_144, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

function asName(folder: string): string {
  return folder.replaceAll(/[^A-Za-z0-9]/g, '-');
}

/** As the launcher finds it: the nearest folder upwards with `.git`, else the folder itself. */
export async function projectOf(folder: string): Promise<string> {
  for (let place = folder; ; place = dirname(place)) {
    if (exists(join(place, '.git'))) return place;
    if (place === dirname(place)) return folder;
  }
}

/** What follows the list's name is no sum, as newer lists have it. */
function isTeamOf(list: string, name: string): boolean {
  return name.startsWith(`${list}-`) && !/^\d{4,}(-|$)/.test(name.slice(list.length + 1));
}

/** A list's folder as Claude Code names it; up to 2.1.15 it had the name itself. */
function asFolder(list: string): string {
  return list.replaceAll(/[^\w-]/g, '-');
}
