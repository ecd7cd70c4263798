import type { FunctionNode, Located, ModuleGraph } from './resolve.ts';
import { findTool } from './tools.ts';

/** The functions that decide a capability, or why there are none. */
export type GateSearch =
  | { kind: 'found'; gate: Located<FunctionNode>[] }
  | { kind: 'absent'; why: string }
  | { kind: 'unclear'; why: string };

const taskTools = ['TaskCreate', 'TaskGet', 'TaskUpdate', 'TaskList'];

/** The gate of `tasks`: the `isEnabled` of the four tools, found through their authored names. */
export function findTasksGate(graph: ModuleGraph): GateSearch {
  const gate: Located<FunctionNode>[] = [];
  const missing: string[] = [];
  for (const name of taskTools) {
    const tool = findTool(graph, name);
    if (tool.kind === 'unclear') return tool;
    if (tool.kind === 'found') gate.push(tool.isEnabled);
    else missing.push(name);
  }
  if (gate.length === 0) return { kind: 'absent', why: `no tool is named ${taskTools.join(', ')}` };
  if (missing.length > 0) {
    return { kind: 'unclear', why: `only some of the tools exist; missing: ${missing.join(', ')}` };
  }
  return { kind: 'found', gate };
}
