import type { AnyNode } from 'acorn';
import { companions, traceOf } from './absence.ts';
import type { GateSearch, User } from './gate-search.ts';
import type { FunctionNode, Located } from '../syntax/located.ts';
import type { ModuleGraph } from '../names/resolve.ts';
import { findTool } from './tool-definitions.ts';

const taskTools = ['TaskCreate', 'TaskGet', 'TaskUpdate', 'TaskList'];

/** The gate of `tasks`: the `isEnabled` of the four tools, found through their authored names. */
export function findTasksGate(graph: ModuleGraph): GateSearch {
  const gate = new Map<AnyNode, Located<FunctionNode>>();
  const users: User[] = [];
  const missing: string[] = [];
  for (const name of taskTools) {
    const tool = findTool(graph, name);
    if (tool.kind === 'unclear') return tool;
    if (tool.kind === 'found') {
      gate.set(tool.isEnabled.node, tool.isEnabled);
      users.push({ tool: name, isEnabled: tool.isEnabled });
    } else missing.push(name);
  }
  if (gate.size === 0) {
    const trace = traceOf(graph, taskTools, companions.tasks);
    if (trace !== null) return { kind: 'unclear', why: trace };
    const why = `the build has no tool named ${taskTools.join(', ')}: nothing in its code gives a tool such a name`;
    return { kind: 'absent', why };
  }
  if (missing.length > 0) {
    return {
      kind: 'unclear',
      why: `the build has only some of the tools; it lacks ${missing.join(', ')}`,
    };
  }
  return { kind: 'found', gate: [...gate.values()], users };
}
