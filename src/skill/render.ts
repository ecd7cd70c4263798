/** The name that a build gives to the tool that starts a worker. */
export type WorkerTool = 'Agent' | 'Task';

/** What a skill's text depends on. */
export interface SkillContext {
  /** `null` where no probe has seen the build's tools. */
  workerTool: WorkerTool | null;
}

/** A variable in a skill's text: double braces round a lower-case name, nothing else. */
export const markerPattern = /\{\{([a-z][a-z0-9_]*)\}\}/gu;

/**
 * Fills in the variables of one of our skills for a build: `{{worker_tool}}` is the tool's name,
 * `{{worker_tool_note}}` what to say about it where it is first mentioned (empty if it is known).
 * @throws {Error} on an unknown variable, which is a bug of ours
 */
export function renderSkill(text: string, context: SkillContext): string {
  const rendered = fillIn(text, context);
  const [left] = rendered.match(markerPattern) ?? [];
  if (left === undefined) return rendered;
  throw new Error(`unknown variable ${left} in a skill's text`);
}

/** The same, leaving unknown variables where they are. */
export function fillIn(text: string, context: SkillContext): string {
  const values = new Map([
    ['worker_tool', context.workerTool ?? 'Agent'],
    ['worker_tool_note', context.workerTool === null ? ' (older builds call it `Task`)' : ''],
  ]);
  return text.replace(markerPattern, (marker, name: string) => values.get(name) ?? marker);
}

/** Which of the tools that a build offers starts a worker: `Agent`, in older builds `Task`. */
export function workerToolOf(tools: readonly string[]): WorkerTool | null {
  if (tools.includes('Agent')) return 'Agent';
  return tools.includes('Task') ? 'Task' : null;
}
