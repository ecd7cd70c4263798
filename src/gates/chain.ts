import { evaluateCall } from './evaluate/evaluate.ts';
import { type FunctionNode, type Located, boundName, textOf } from './syntax/located.ts';
import { cut } from './explain.ts';
import type { ModuleGraph } from './names/resolve.ts';
import type { FoundGate } from './find/gate-search.ts';
import type { ChainLink } from './types.ts';
import type { Atom } from './evaluate/values.ts';

/** The chains from the tools to what decides about them: each function with what it reads and calls. */
export function chainsOf(graph: ModuleGraph, { gate, users }: FoundGate): ChainLink[] {
  const entries = new Map<FunctionNode, { names: string[]; fn: Located<FunctionNode> }>();
  for (const { tool, isEnabled } of users) {
    const entry = entries.get(isEnabled.node) ?? { names: [], fn: isEnabled };
    entries.set(isEnabled.node, { ...entry, names: [...entry.names, tool] });
  }
  const links = [...entries.values()].map(({ names, fn }) => ({
    ...chainFrom(graph, fn),
    name: `isEnabled of ${names.join(', ')}`,
  }));
  // Gates without tools, or whose tools call them in a way that is not understood.
  const shown = new Set(links.flatMap(places));
  const others = gate.map((fn) => chainFrom(graph, fn)).filter((link) => !shown.has(place(link)));
  return merged([...links, ...others]);
}

/** Merges tools whose chains differ only in their own function. */
function merged(links: readonly ChainLink[]): ChainLink[] {
  const found = new Map<string, ChainLink>();
  for (const link of links) {
    const key = JSON.stringify([link.module, link.source, link.reads, link.calls.map(place)]);
    const same = found.get(key);
    const name = same ? `${same.name}, ${link.name.replace(/^isEnabled of /, '')}` : link.name;
    found.set(key, { ...(same ?? link), name });
  }
  return [...found.values()];
}

/** The calls of a function that decide its result; each function appears once. */
function chainFrom(graph: ModuleGraph, entry: Located<FunctionNode>): ChainLink {
  const root: ChainLink = linkTo(entry);
  const seen = new Map<FunctionNode, ChainLink>([[entry.node, root]]);
  const path: ChainLink[] = [];
  evaluateCall(graph, entry, {
    oracle: () => undefined,
    onAtom: (atom) => {
      const reader = path.at(-1);
      const words = wordsFor(atom);
      if (reader && !reader.reads.includes(words)) reader.reads.push(words);
    },
    onCall: (fn) => {
      const known = seen.get(fn.node);
      const link = known ?? linkTo(fn);
      if (!known) path.at(-1)?.calls.push(link);
      seen.set(fn.node, link);
      path.push(link);
      return () => void path.pop();
    },
  });
  return root;
}

function linkTo(fn: Located<FunctionNode>): ChainLink {
  const { source, start } = fn.statement;
  const own = 'id' in fn.node ? fn.node.id?.name : undefined;
  return {
    name: own ?? boundName(fn) ?? '(anonymous)',
    module: source.module.name,
    start: source.byteOffset(start + fn.node.start),
    source: cut(textOf(fn).replaceAll(/\s+/g, ' '), MAX_CODE),
    reads: [],
    calls: [],
  };
}

const MAX_CODE = 2000;

function wordsFor(atom: Atom): string {
  switch (atom.kind) {
    case 'env':
      return atom.name;
    case 'remote-flag': {
      const { fallback } = atom;
      const value = fallback.known ? `, ${JSON.stringify(fallback.value)} by default` : '';
      return `remote flag ${atom.name}${value}`;
    }
    case 'argv':
      return `option ${atom.name}`;
    case 'interactive':
      return 'whether the session is interactive';
    default:
      return atom.name;
  }
}

function place({ module, start }: ChainLink): string {
  return `${module} ${start}`;
}

function places(link: ChainLink): string[] {
  return [place(link), ...link.calls.flatMap(places)];
}
