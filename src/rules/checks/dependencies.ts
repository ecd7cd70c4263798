import { type Edge, closedCycle } from '../../task/graph.ts';
import { fieldsOf, isTextList, tryParse } from '../../task/json.ts';
import type { ToolCall } from '../hook-input.ts';

/** The edges that a TaskUpdate adds; none for other tools, or if it deletes the task. */
export function addedEdges({ tool, input }: ToolCall): Edge[] {
  const id = input['taskId'];
  if (tool !== 'TaskUpdate' || typeof id !== 'string' || input['status'] === 'deleted') return [];
  return [
    ...idsOf(input['addBlockedBy']).map((other) => ({ from: id, to: other })),
    ...idsOf(input['addBlocks']).map((other) => ({ from: other, to: id })),
  ];
}

/** Refuses edges that would close a cycle, and shows it; null if they close none. */
export function refuseCycle(edges: readonly Edge[], added: readonly Edge[]): string | null {
  const cycle = closedCycle(edges, added);
  if (cycle === null) return null;
  return `refused: this would close a cycle: ${cycle.join(' → ')} (→ means "waits for"). None of these tasks could ever start. Leave out one of these dependencies.`;
}

/** Parses edges that another process of ours wrote; null for anything else. */
export function parseEdges(text: string): Edge[] | null {
  const list = tryParse(text);
  if (!Array.isArray(list)) return null;
  const edges = list.flatMap((edge) => {
    const { from, to } = fieldsOf(edge);
    return typeof from === 'string' && typeof to === 'string' ? [{ from, to }] : [];
  });
  return edges.length === list.length ? edges : null;
}

function idsOf(value: unknown): string[] {
  return isTextList(value) ? value : [];
}
