import { join, resolve } from 'node:path';
import type { ToolCall } from '../hook-input.ts';
import { followed, wayInto } from './followed-paths.ts';

/** Tools that change a file, with the parameter for its path. */
const pathKeys: Readonly<Record<string, string>> = {
  Write: 'file_path',
  Edit: 'file_path',
  MultiEdit: 'file_path',
  NotebookEdit: 'notebook_path',
};

/** The tools that change text files. */
export const fileTools = ['Write', 'Edit', 'MultiEdit'];

/** The tools that a conductor leaves to workers. */
export const guardedTools = [...Object.keys(pathKeys), 'Bash', 'PowerShell'];

/** The absolute path of the file that a call changes; null if it changes none. */
export function changedFile({ tool, input, cwd }: ToolCall): string | null {
  const path = Object.hasOwn(pathKeys, tool) ? input[pathKeys[tool] ?? ''] : undefined;
  return typeof path === 'string' ? resolve(cwd, path) : null;
}

/**
 * Refuses a conductor's own changes and commands, except to its plan and notes and the router's
 * memory in the project's `.cc-mirror`, and to Claude Code's plans and memory in the `config` folder.
 * The caller has to be the main session. Null if the call is allowed.
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
 * Links are followed first. In the user's home folder, `.cc-mirror` also contains cc-mirror's own
 * files, so not all of it belongs to a project.
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
