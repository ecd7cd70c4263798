/** A tool of a build, from the JSON Schema of its input. */
export interface ToolShape {
  required: readonly string[];
  /** The texts that a parameter allows; null: any value. */
  parameters: Readonly<Record<string, readonly string[] | null>>;
  /** JSON Schema's name for the type of a parameter, if it is known. */
  types?: Readonly<Record<string, string>>;
}

/** The tools of a build, by name. */
export type Tools = Readonly<Record<string, ToolShape>>;

export const taskTools: readonly string[] = ['TaskCreate', 'TaskGet', 'TaskUpdate', 'TaskList'];

/** A tool whose parameters allow any value except where `choices` lists some. */
function shape(required: string, optional = '', choices: ToolShape['parameters'] = {}): ToolShape {
  const words = (text: string): string[] => text.split(' ').filter((word) => word !== '');
  const names = [...words(required), ...words(optional)];
  const free = Object.fromEntries(names.map((name) => [name, null]));
  return { required: words(required), parameters: { ...free, ...choices } };
}

const withoutTasks: Tools = {
  Agent: shape('description prompt', 'subagent_type run_in_background', {
    model: ['sonnet', 'opus', 'haiku'],
  }),
  Bash: shape('command', 'timeout description run_in_background'),
  Edit: shape('file_path old_string new_string', 'replace_all'),
  NotebookEdit: shape('notebook_path new_source', 'cell_id cell_type edit_mode'),
  Read: shape('file_path', 'offset limit pages'),
  SendMessage: shape('to message', 'summary'),
  Skill: shape('skill', 'args'),
  TaskStop: shape('', 'task_id shell_id'),
  WebFetch: shape('url prompt'),
  WebSearch: shape('query', 'allowed_domains blocked_domains'),
  Write: shape('file_path content'),
};

/**
 * The tools assumed for a build that was not run: those that packs mention and every build from
 * 2.1.112 on has. Source: requests of 2.1.112, 2.1.240 and 2.1.329.
 */
export function assumedTools(tasks: boolean): Tools {
  if (!tasks) return withoutTasks;
  return {
    ...withoutTasks,
    TaskCreate: shape('subject description', 'activeForm metadata'),
    TaskGet: shape('taskId'),
    TaskList: shape(''),
    TaskUpdate: shape(
      'taskId',
      'subject description activeForm owner metadata addBlocks addBlockedBy',
      { status: ['pending', 'in_progress', 'completed', 'deleted'] },
    ),
  };
}

/** The tool that starts a worker: `Agent`, or `Task` in older builds. */
export function workerToolOf(tools: Tools): 'Agent' | 'Task' | null {
  if ('Agent' in tools) return 'Agent';
  return 'Task' in tools ? 'Task' : null;
}
