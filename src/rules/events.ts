import type { RulesConfig } from './config.ts';
import { fileTools, guardedTools } from './checks/conductor.ts';
import { type RuleName, ruleNames } from './rule-names.ts';
import { graphTools } from './checks/worker.ts';

export interface HookEvent {
  event: string;
  /** Tool names, or `*`. */
  matcher: string;
}

/** The tools of each rule by event; `*` if the event is not about a tool. */
const needs: Record<RuleName, Readonly<Record<string, readonly string[]>>> = {
  conductor: { PreToolUse: guardedTools },
  worker: { PreToolUse: graphTools },
  report: workerEvents(),
  contract: workerEvents(),
  memory: { PostToolUse: fileTools },
  dependencies: { PreToolUse: ['TaskUpdate'], PostToolUse: ['TaskUpdate'] },
};

/** The hooks for a set of rules, one per event, so that an event runs the program once. */
export function hookEvents(rules: RulesConfig['rules']): HookEvent[] {
  const tools = new Map<string, Set<string>>();
  const add = (event: string, names: readonly string[]): void => {
    tools.set(event, new Set([...(tools.get(event) ?? []), ...names]));
  };
  for (const name of ruleNames) {
    if (!rules[name]) continue;
    for (const [event, names] of Object.entries(needs[name])) add(event, names);
    if (name === 'dependencies') continue;
    // These show which skills are active.
    add('PostToolUse', ['Skill']);
    add('UserPromptSubmit', ['*']);
  }
  return Array.from(tools, ([event, names]) => ({ event, matcher: [...names].join('|') }));
}

/** After these tools, the main session is told about a worker's message. */
function workerEvents(): Readonly<Record<string, readonly string[]>> {
  return {
    SubagentStart: ['*'],
    SubagentStop: ['*'],
    PostToolUse: ['Agent', 'Task', 'TaskList', 'TaskUpdate'],
  };
}
