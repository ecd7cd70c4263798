/** The dependencies of a task in Claude Code's store. */
export interface Task {
  id: string;
  blocks: string[];
  blockedBy: string[];
}

/** Task `from` waits for task `to`. */
export interface Edge {
  from: string;
  to: string;
}

/** The dependencies of tasks as edges, from both directions. Tasks outside of the list wait for none. */
export function edgesOf(tasks: readonly Task[]): Edge[] {
  const ids = new Set(tasks.map(({ id }) => id));
  return tasks
    .flatMap(({ id, blocks, blockedBy }) => [
      ...blockedBy.map((other) => ({ from: id, to: other })),
      ...blocks.map((other) => ({ from: other, to: id })),
    ])
    .filter(({ from }) => ids.has(from));
}

/**
 * The shortest cycle that one of `added` closes in the graph of `edges` and `added`, as a list of ids
 * that ends with the first one again; null if there is none. A task that waits for itself is a cycle
 * of one. Cycles without an edge from `added` do not count.
 */
export function closedCycle(edges: readonly Edge[], added: readonly Edge[]): string[] | null {
  const next = new Map<string, string[]>();
  for (const { from, to } of [...edges, ...added]) {
    const others = next.get(from);
    if (others) others.push(to);
    else next.set(from, [to]);
  }
  let shortest: string[] | null = null;
  for (const { from, to } of added) {
    const path = shortestPath(next, to, from);
    if (path && (shortest === null || path.length + 1 < shortest.length))
      shortest = [from, ...path];
  }
  return shortest;
}

/** Breadth first; the ids from `start` to `goal`, inclusive. */
function shortestPath(
  next: ReadonlyMap<string, readonly string[]>,
  start: string,
  goal: string,
): string[] | null {
  const cameFrom = new Map<string, string | null>([[start, null]]);
  // Iterating over a Map includes entries that are added meanwhile.
  for (const [id] of cameFrom) {
    if (id === goal) return pathTo(cameFrom, id);
    for (const other of next.get(id) ?? []) {
      if (!cameFrom.has(other)) cameFrom.set(other, id);
    }
  }
  return null;
}

function pathTo(cameFrom: ReadonlyMap<string, string | null>, goal: string): string[] {
  const path: string[] = [];
  for (let id: string | null = goal; id !== null; id = cameFrom.get(id) ?? null) path.push(id);
  return path.reverse();
}
