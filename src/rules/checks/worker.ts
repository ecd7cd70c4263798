import type { ToolCall } from '../hook-input.ts';

/** Tools that start workers or change dependencies. */
export const graphTools = ['Agent', 'Task', 'TaskCreate', 'TaskUpdate'];

/** Refuses a worker the conductor's tools; null if the call is allowed. */
export function refuseWorker({ tool }: ToolCall): string | null {
  if (!graphTools.includes(tool)) return null;
  const what = ['Agent', 'Task'].includes(tool) ? 'start workers' : 'change the task list';
  return [
    `refused: a worker does not ${what}; the session that started you does.`,
    'Do your own step without it, and say in your final message what else has to be done.',
  ].join(' ');
}
