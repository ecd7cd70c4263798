import { type Edge, closedCycle } from '../task/graph.ts';
import { fieldsOf, isTextList } from '../task/json.ts';
import type { ToolCall } from './input.ts';

/** The edges that a TaskUpdate adds; none for another tool. */
export function addedEdges({ tool, input }: ToolCall): Edge[] {
  const id = input['taskId'];
  if (tool !== 'TaskUpdate' || typeof id !== 'string') return [];
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

/** Edges as JSON, as another process of ours wrote them. */
export function parseEdges(text: string): Edge[] {
  const edges: unknown = JSON.parse(text);
  if (!Array.isArray(edges)) throw new TypeError(`not a list of edges: ${text}`);
  return edges.map((edge) => {
    const { from, to } = fieldsOf(edge);
    if (typeof from === 'string' && typeof to === 'string') return { from, to };
    throw new TypeError(`not a list of edges: ${text}`);
  });
}

function idsOf(value: unknown): string[] {
  return isTextList(value) ? value : [];
}
