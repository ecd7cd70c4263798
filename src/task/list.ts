import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Task } from './graph.ts';
import { ifExists } from '../disk/if-exists.ts';
import { fieldsOf, isTextList } from './json.ts';

/**
 * The folders in which a session's task list can be, the likeliest first:
 * `<config folder>/tasks/<list>`. Up to 2.1.15 CLAUDE_CODE_TEAM_NAME names the list, later
 * CLAUDE_CODE_TASK_LIST_ID, and where nothing does, the session's id. Newer builds write whatever is
 * not a letter, a digit, `-` or `_` as `-`, and a character beyond U+FFFF as two (2.1.112, 2.1.332).
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
 * The unfinished tasks in the first of the folders that is there; none if none is. One file a task,
 * `<id>.json`; `.lock` and `.highwatermark` lie beside them. Both forms of the store are read: up to
 * 2.1.2 with `references` and `comments`, from 2.1.16 on with `owner` and `metadata`.
 * @throws Error for a file that is not a task's, also when it is read again a moment later
 */
export function readTaskList(folders: readonly string[]): Task[] {
  for (const folder of folders) {
    const names = ifExists(() => readdirSync(folder));
    if (names === null) continue;
    return names
      .filter((name) => /^[^.].*\.json$/u.test(name))
      .map((name) => readTask(join(folder, name)))
      .filter((task) => task !== null);
  }
  return [];
}

/** What a task's status is once nothing is to be done any more; up to 2.1.2 `resolved`. */
const over = ['completed', 'resolved', 'deleted'];

/** Null for a file that is gone, and for a task that is finished or deleted. */
function readTask(path: string): Task | null {
  for (let attempt = 1; ; attempt += 1) {
    const text = ifExists(() => readFileSync(path, 'utf8'));
    if (text === null) return null;
    try {
      return parseTask(text);
    } catch (cause) {
      if (attempt === 2) throw new Error(`${path} is not a task`, { cause });
      // Claude Code writes in place: half a file is whole a moment later.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    }
  }
}

function parseTask(text: string): Task | null {
  const { id, blocks, blockedBy, status } = fieldsOf(JSON.parse(text));
  if (typeof id !== 'string') throw new TypeError('it has no id');
  if (over.includes(String(status))) return null;
  return { id, blocks: readIds(blocks), blockedBy: readIds(blockedBy) };
}

function readIds(value: unknown): string[] {
  if (value === undefined) return [];
  if (isTextList(value)) return value;
  throw new TypeError('its dependencies are not a list of ids');
}
