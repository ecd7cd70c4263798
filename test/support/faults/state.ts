import type { Reference } from './check.ts';
import { type Tree, differences, plainTree, shortened } from './tree.ts';

type State = 'before' | 'after';

/** Which of the two states a world is in, the store apart; null with what is wrong where it is in neither. */
export function stateOf(
  reference: Reference,
  now: Tree,
  ...wanted: State[]
): { state: State | null; problems: string[] } {
  const states = wanted.length > 0 ? wanted : (['before', 'after'] as const);
  const there = plainTree(withoutStore(now));
  const told = states.map((state) => ({
    state,
    lines: differences(plainTree(withoutStore(reference[state])), there),
  }));
  const same = told.find(({ lines }) => lines.length === 0);
  if (same) return { state: same.state, problems: [] };
  const [nearest] = told.toSorted((a, b) => a.lines.length - b.lines.length);
  const { state = 'before', lines = [] } = nearest ?? {};
  return { state: null, problems: [`not as ${state}: ${shortened(lines).join('; ')}`] };
}

const store = 'mirror/.store/';
/** What the store knows of files by their inodes, which are others in each copy of a world. */
const knownHashes = `${store}hashes.json`;

/** Without the store, and without files of which a lock was to be made: the next lock's owner removes them. */
function withoutStore(tree: Tree): Tree {
  return new Map([...tree].filter(([path]) => !path.startsWith(store) && !lockDraft.test(path)));
}

/** A file from which a lock was to be made. */
export const lockDraft = /^mirror\/\.lock[a-z-]*\.[^/]+$/;

/**
 * The store may hold more builds or fewer than it does before and after, as they can be made again;
 * each of them is whole, and those that both states have are there.
 */
export function storeProblems({ before, after }: Reference, now: Tree): string[] {
  const [old, next, there] = [before, after, now].map(buildsIn);
  const problems: string[] = [];
  for (const [name, build] of there!) {
    const whole = [old!, next!].some(
      (builds) => differences(builds.get(name) ?? new Map(), build).length === 0,
    );
    if (!whole)
      problems.push(
        `the store holds a part of ${name}, or what is none: ${[...build.keys()].slice(0, 3).join(', ')}`,
      );
  }
  for (const name of old!.keys()) {
    if (next!.has(name) && !there!.has(name)) problems.push(`the store has lost ${name}`);
  }
  return problems;
}

/** The store's builds, each with its record: `<version>/<name>` → its part of the tree. */
function buildsIn(tree: Tree): Map<string, Tree> {
  const builds = new Map<string, Map<string, string>>();
  for (const [path, text] of plainTree(tree)) {
    if (!path.startsWith(store) || path === knownHashes) continue;
    const [version = '', name = ''] = path.slice(store.length).split('/');
    const build = `${version}/${name.replace(/\.json$/, '')}`;
    builds.set(build, (builds.get(build) ?? new Map()).set(path, text));
  }
  // A version's own folder counts as one that is empty only where it is.
  for (const version of [...builds.keys()].filter((name) => name.endsWith('/'))) {
    if ([...builds.keys()].some((name) => name !== version && name.startsWith(version)))
      builds.delete(version);
  }
  return builds;
}
