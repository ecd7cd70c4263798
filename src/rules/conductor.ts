import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { ToolCall } from './input.ts';

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
 * Refuses the conductor's own changes and commands, but for files below the project's `.cc-mirror`.
 * The caller is known to be the main session. Null where the call may be made.
 */
export function refuseConductor(
  call: ToolCall,
  { project, tool, skill }: { project: string; tool: string; skill: string },
): string | null {
  if (!guardedTools.includes(call.tool)) return null;
  const file = changedFile(call);
  // The same folder can have two paths, one of them through a link.
  const folders = [project, call.cwd].map((folder) => join(folder, '.cc-mirror'));
  if (file !== null && folders.some((folder) => isBelow(folder, file))) return null;
  return [
    `refused: while the skill ${skill} is active, this session plans and delegates, and does not use ${call.tool} itself.`,
    `Start a worker with the ${tool} tool (subagent_type "general-purpose") and give it this step, with the paths and commands it needs.`,
    `You may write files below ${join(project, '.cc-mirror')}${sep} yourself. The user ends this with: /${skill} off`,
  ].join(' ');
}

/** Whether an absolute path, with its `..` worked out, is within a folder. */
function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
