import { basename, dirname, join, resolve } from 'node:path';
import { exists, readHead, readIfExists, readdir, stat } from '../disk/sync-read.ts';
import { ifExists } from '../disk/if-exists.ts';
import { fieldsOf, tryParse } from '../task/json.ts';
import type { VariantLayout } from '../variant/layout.ts';

/** Projects that keep their task list from before checksums, with notes for the user. */
export interface EarlierLists {
  /** Absolute paths. */
  projects: string[];
  notes: string[];
}

/**
 * The projects of a variant whose task lists are named by the folder alone. A list does not say which
 * project it belongs to, but the configuration says in which folders the variant was started. If
 * several match, the one used last keeps the list.
 */
export function earlierLists(
  variant: string,
  places: Pick<VariantLayout, 'config' | 'state'>,
): EarlierLists {
  const lists = (ifExists(() => readdir(join(places.config, 'tasks'))) ?? []).map(asFolder);
  if (lists.length === 0) return { projects: [], notes: [] };
  const users = new Map<string, Map<string, number>>();
  for (const [folder, at] of startedIn(places)) {
    const project = projectOf(resolve(folder));
    const list = asFolder(`${variant}-${basename(project) || 'root'}`);
    const projects = users.get(list) ?? new Map<string, number>();
    users.set(list, projects.set(project, Math.max(projects.get(project) ?? 0, at)));
  }
  const found: EarlierLists = { projects: [], notes: [] };
  for (const [list, projects] of users) {
    // TEAM gives a list a longer name, which may also be the name of another project's list.
    if (!lists.some((name) => name === list || (isTeamOf(list, name) && !users.has(name))))
      continue;
    const [last = '', ...others] = [...projects.keys()].toSorted(
      (a, b) => (projects.get(b) ?? 0) - (projects.get(a) ?? 0),
    );
    found.projects.push(last);
    if (others.length === 0) continue;
    found.notes.push(
      `folders of the same name shared the task list ${list}: ${last}, used last, keeps it; ` +
        `${others.join(', ')} ${others.length > 1 ? 'get new lists' : 'gets a new one'}`,
    );
  }
  return found;
}

/**
 * The folders that sessions were started in, each with the time of the last one in milliseconds (0 if
 * unknown): .claude.json lists those of interactive sessions, and each has a folder of transcripts,
 * named by its path with all but letters and digits replaced (2.0.77, 2.1.112, 2.1.240, 2.1.332).
 */
function startedIn({
  config,
  state,
}: Pick<VariantLayout, 'config' | 'state'>): Map<string, number> {
  const { projects } = fieldsOf(tryParse(readIfExists(state) ?? ''));
  const folders = new Map(Object.keys(fieldsOf(projects)).map((folder) => [folder, 0]));
  const transcripts = join(config, 'projects');
  for (const name of ifExists(() => readdir(transcripts)) ?? []) {
    const folder = folderOf(join(transcripts, name));
    const known = folder ?? [...folders.keys()].find((one) => asName(one) === name);
    if (known === undefined) continue;
    folders.set(known, stat(join(transcripts, name)).mtimeMs);
  }
  return folders;
}

/** The path that a folder of transcripts is named after, from the beginning of one of them. */
function folderOf(transcripts: string): string | null {
  for (const name of ifExists(() => readdir(transcripts)) ?? []) {
    if (!name.endsWith('.jsonl')) continue;
    // 256 KB, as a session's first entries may contain a long prompt.
    const text = readHead(join(transcripts, name), 262_144).toString('utf8');
    for (const [, json] of text.matchAll(/"cwd":("(?:[^"\\]|\\.)*")/g)) {
      const folder = tryParse(json ?? '');
      if (typeof folder === 'string' && asName(folder) === basename(transcripts)) return folder;
    }
  }
  return null;
}

function asName(folder: string): string {
  return folder.replaceAll(/[^A-Za-z0-9]/g, '-');
}

/** As the launcher finds it: the nearest folder upwards with `.git`, else the folder itself. */
export function projectOf(folder: string): string {
  for (let place = folder; ; place = dirname(place)) {
    if (exists(join(place, '.git'))) return place;
    if (place === dirname(place)) return folder;
  }
}

/** Whether the list's name is followed by a team, and not by a checksum as in newer lists. */
function isTeamOf(list: string, name: string): boolean {
  return name.startsWith(`${list}-`) && !/^\d{4,}(-|$)/.test(name.slice(list.length + 1));
}

/** A list's folder as Claude Code names it; up to 2.1.15 the name was used unchanged. */
function asFolder(list: string): string {
  return list.replaceAll(/[^\w-]/g, '-');
}
