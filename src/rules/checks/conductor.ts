import { join, resolve } from 'node:path';
import type { ToolCall } from '../hook-input.ts';
import { followed, wayInto } from './followed-paths.ts';

/** Tools that change one file, with the key of its path. */
const pathKeys: Readonly<Record<string, string>> = {
  Write: 'file_path',
  Edit: 'file_path',
  MultiEdit: 'file_path',
  NotebookEdit: 'notebook_path',
};

/** What changes a text file. */
export const fileTools = ['Write', 'Edit', 'MultiEdit'];

/** What a conductor leaves to workers. */
export const guardedTools = [...Object.keys(pathKeys), 'Bash', 'PowerShell'];

/** The absolute path of the file that a call is about to change; null where it changes none. */
export function changedFile({ tool, input, cwd }: ToolCall): string | null {
  const path = Object.hasOwn(pathKeys, tool) ? input[pathKeys[tool] ?? ''] : undefined;
  return typeof path === 'string' ? resolve(cwd, path) : null;
}

/**
 * Refuses the conductor's own changes and commands, but for its plan and notes and the router's
 * memory in the project's `.cc-mirror`, and what Claude Code has a session write in its `config`
 * folder. The caller is known to be the main session. Null where the call may be made.
 */
export function refuseConductor(
  call: ToolCall,
  { tool, skill, ...folders }: Folders & { tool: string; skill: string },
): string | null {
  if (!guardedTools.includes(call.tool)) return null;
  const file = changedFile(call);
  if (file !== null && isOwn(file, folders)) return null;
  return [
    `refused: while the skill ${skill} is active, this session does not use ${call.tool} itself.`,
    `Start a worker with the ${tool} tool (general-purpose) and give it this step.`,
    `You may write plan.md, notes/ and router/ in ${join(folders.project, '.cc-mirror')}.`,
    `The user ends this with: /${skill} off`,
  ].join(' ');
}

interface Folders {
  project: string;
  config: string;
}

/**
 * Where the links of the path lead counts. In the user's own home, `.cc-mirror` also holds what
 * cc-mirror itself keeps, so that not all of it is a project's.
 */
function isOwn(path: string, { project, config }: Folders): boolean {
  const file = followed(path);
  if (file === null) return false;
  const wayFrom = (...names: string[]): string => {
    const folder = followed(resolve(...names));
    return (folder === null ? null : wayInto(folder, file))?.join('/') ?? '';
  };
  return (
    /^\.cc-mirror\/(?:plan\.md$|(?:notes|router)\/.)/u.test(wayFrom(project)) ||
    /^[^/]+\/memory\/./u.test(wayFrom(config, 'projects')) ||
    wayFrom(config, 'plans') !== ''
  );
}
