import { type Edge, closedCycle } from '../../task/graph.ts';
import { fieldsOf, isTextList, parsed } from '../../task/json.ts';
import type { ToolCall } from '../hook-input.ts';

/** The edges that a TaskUpdate adds; none for another tool, nor where it deletes the task. */
export function addedEdges({ tool, input }: ToolCall): Edge[] {
  const id = input['taskId'];
  if (tool !== 'TaskUpdate' || typeof id !== 'string' || input['status'] === 'deleted') return [];
  return [
    ...idsOf(input['addBlockedBy']).map((other) => ({ from: id, to: other })),
    ...idsOf(input['addBlocks']).map((other) => ({ from: other, to: id })),
  ];
}

/** Refuses edges that would close a cycle, with its path; null where they close none. */
export function refuseCycle(edges: readonly Edge[], added: readonly Edge[]): string | null {
  const cycle = closedCycle(edges, added);
  if (cycle === null) return null;
  return `refused: this would close a cycle: ${cycle.join(' → ')} (→ means "waits for"). None of these tasks could ever start. Leave out one of these dependencies.`;
}

/** Edges as JSON, as another process of ours wrote them; null for anything else. */
export function parseEdges(text: string): Edge[] | null {
  const list = parsed(text);
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
