import { join } from 'node:path';
import { ifExists } from '../disk/if-exists.ts';
import { pause } from '../disk/pause.ts';
import { readIfExists, readdir } from '../disk/sync-read.ts';
import type { Task } from './graph.ts';
import { fieldsOf, isTextList } from './json.ts';

/**
 * The folders where a session's task list may be, most likely first: `<config folder>/tasks/<list>`.
 * The list is named by CLAUDE_CODE_TEAM_NAME up to 2.1.15, later by CLAUDE_CODE_TASK_LIST_ID, and by
 * default by the session's id. Newer builds replace all but letters, digits, `-` and `_` by `-`, and a
 * character beyond U+FFFF by two (2.1.112, 2.1.332).
 */
export function taskFolders(
  config: string,
  env: Readonly<Record<string, string | undefined>>,
  session: string,
): string[] {
  const named = [env['CLAUDE_CODE_TASK_LIST_ID'], env['CLAUDE_CODE_TEAM_NAME'], session];
  const names = named
    .filter((name) => typeof name === 'string')
    .flatMap((name) => [name, name.replaceAll(/[^\w-]/g, '-')]);
  return [...new Set(names)]
    .filter((name) => !['', '.', '..'].includes(name) && !/[\\/\0]/u.test(name))
    .map((name) => join(config, 'tasks', name));
}

/**
 * Reads the unfinished tasks in the first folder that exists. A task is a file `<id>.json`; `.lock`
 * and `.highwatermark` are in the same folder. Both formats of the store are read: up to 2.1.2 with
 * `references` and `comments`, from 2.1.16 on with `owner` and `metadata`.
 * @throws {Error} for a file that is not a task, even when it is read again a moment later
 */
export function readTaskList(folders: readonly string[]): Task[] {
  for (const folder of folders) {
    const names = ifExists(() => readdir(folder));
    if (names === null) continue;
    return names
      .filter((name) => /^[^.].*\.json$/u.test(name))
      .map((name) => readTask(join(folder, name)))
      .filter((task) => task !== null);
  }
  return [];
}

/** The statuses of tasks that are done; up to 2.1.2 `resolved`. */
const done = ['completed', 'resolved', 'deleted'];

/** Null if the file was deleted meanwhile, and for a finished or deleted task. */
function readTask(path: string): Task | null {
  for (let attempt = 1; ; attempt += 1) {
    const text = readIfExists(path);
    if (text === null) return null;
    try {
      return parseTask(text);
    } catch (cause) {
      if (attempt === 2) throw new Error(`${path} is not a task`, { cause });
      // Claude Code writes files in place: half a file is complete a moment later.
      pause(50);
    }
  }
}

function parseTask(text: string): Task | null {
  const { id, blocks, blockedBy, status } = fieldsOf(JSON.parse(text));
  if (typeof id !== 'string') throw new TypeError('it has no id');
  if (done.includes(String(status))) return null;
  return { id, blocks: readIds(blocks), blockedBy: readIds(blockedBy) };
}

function readIds(value: unknown): string[] {
  if (value === undefined) return [];
  if (isTextList(value)) return value;
  throw new TypeError('its dependencies are not a list of ids');
}
