import { flipEdit } from './flip.ts';
import { ModuleGraph } from './resolve.ts';
import { type Solution, solve } from './solve.ts';
import type { Source } from './source.ts';
import { type GateSearch, findTasksGate } from './tasks.ts';
import { findTeamsGate } from './teams.ts';
import type { Analysis, CapabilityAnalysis, SourceModule } from './types.ts';

/**
 * Finds and solves the gates of a bundle. Nothing is changed; every conclusion comes from syntax.
 * A capability whose gate is missing, doubled or not understood is `absent` or `unknown`.
 */
export function analyze(modules: readonly SourceModule[]): Analysis {
  const graph = new ModuleGraph(modules);
  return {
    tasks: analyzeGate(graph, findTasksGate(graph)),
    teams: analyzeGate(graph, findTeamsGate(graph)),
  };
}

function analyzeGate(graph: ModuleGraph, search: GateSearch): CapabilityAnalysis {
  if (search.kind === 'absent') return undecided('absent', search.why);
  if (search.kind === 'unclear') return undecided('unknown', search.why);
  const solution = solve(graph, search.gate);
  const edit = solution.flip && flipEdit(solution.flip);
  const flip = edit && { edit, moduleBytes: moduleBytes(solution.flip?.statement.source) };
  const env = solution.env && Object.fromEntries(solution.env.map((name) => [name, '1']));
  const verdict = !solution.env
    ? flip
      ? 'flip'
      : 'unknown'
    : solution.env.length > 0
      ? 'env'
      : 'on';
  return { verdict, reason: explain(solution, verdict), env, flip };
}

function undecided(verdict: 'absent' | 'unknown', reason: string): CapabilityAnalysis {
  return { verdict, reason, env: null, flip: null };
}

function moduleBytes(source: Source | undefined): number {
  return source?.module.bytes.length ?? 0;
}

/** One sentence or two: what the gate looks at, what opens it, what it still depends on. */
function explain(
  { env, assumes, remaining, reads }: Solution,
  verdict: CapabilityAnalysis['verdict'],
): string {
  const inputs = reads.flatMap((atom) => {
    if (atom.kind === 'env') return [atom.name];
    if (atom.kind === 'remote-flag') return [`the remote flag ${atom.name}`];
    if (atom.kind === 'interactive') return ['whether the session is interactive'];
    return atom.kind === 'argv' ? [`the option ${atom.name}`] : [];
  });
  const others = reads.some(({ kind }) => kind === 'other') ? ['conditions of its own'] : [];
  const all = [...new Set([...inputs, ...others])];
  const looks = all.length > 0 ? `decided by ${list(all)}` : 'a constant';
  const parts = [
    verdict === 'on' ? `on already; ${looks}` : '',
    verdict === 'env'
      ? `${looks}; ${list((env ?? []).map((name) => `${name}=1`))} turns it on`
      : '',
    verdict === 'flip' ? `${looks}; no environment turns it on for certain` : '',
    verdict === 'unknown' ? `${looks}; no safe edit was found` : '',
    env && assumes.length > 0
      ? `as long as ${list(assumes.map((name) => `the remote flag ${name}`))} keeps its default`
      : '',
    remaining.length > 0
      ? `it also needs ${list(remaining)}, which is no feature flag and stays as it is`
      : '',
  ];
  return parts.filter((part) => part !== '').join('; ');
}

function list(items: readonly string[]): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}
