import { type Tools, taskTools, workerToolOf } from './tools.ts';

/** What a pack's text depends on: a build and a provider. */
export interface Setting {
  tools: Tools;
  /**
   * The provider's model for a tier; null leaves the choice to Claude Code. With a model for
   * `subagent`, every worker runs on it, whatever its tier.
   */
  models: Readonly<Record<'haiku' | 'sonnet' | 'opus' | 'subagent', string | null>>;
}

/** A provider that leaves every model to Claude Code. */
export const ownModels: Setting['models'] = {
  haiku: null,
  sonnet: null,
  opus: null,
  subagent: null,
};

/** The values that templates can use; docs/packs.md lists them for authors. */
export type View = ReturnType<typeof viewOf>;

export function viewOf({ tools, models }: Setting) {
  const worker = workerToolOf(tools);
  const parameters = worker === null ? {} : (tools[worker]?.parameters ?? {});
  const states = tools['TaskUpdate']?.parameters['status'] ?? [];
  const oldest = states.includes('resolved');
  const { haiku, sonnet, opus, subagent } = models;
  const one = subagent !== null || (haiku !== null && haiku === sonnet && sonnet === opus);
  return {
    worker: {
      tool: worker ?? 'Agent',
      model: 'model' in parameters,
      background: 'run_in_background' in parameters,
      models: tiersOf(parameters['model'] ?? []),
    },
    tasks: taskTools.every((name) => name in tools),
    has: Object.fromEntries(
      Object.entries(tools).map(([name, shape]) => [name, flag(Object.keys(shape.parameters))]),
    ),
    status: {
      pending: oldest ? 'open' : 'pending',
      in_progress: oldest ? false : 'in_progress',
      completed: oldest ? 'resolved' : 'completed',
      deleted: states.includes('deleted') && 'deleted',
    },
    models: { haiku, sonnet, opus, one },
  };
}

/** Text that lists the tiers, cheapest first. */
function tiersOf(models: readonly string[]): string {
  const order = ['haiku', 'sonnet', 'opus'];
  const known = order.filter((tier) => models.includes(tier));
  const others = models.filter((model) => !order.includes(model));
  return [...known, ...others].map((tier) => `\`${tier}\``).join(', ');
}

/**
 * True as a section, with a true property for each parameter. It is a list of one text because the
 * properties of a plain object would hide the view's own names within the section.
 */
function flag(parameters: readonly string[]): unknown {
  const own = Object.fromEntries(parameters.map((name) => [name, true]));
  return Object.assign(Object.setPrototypeOf(['true'], null), own);
}
