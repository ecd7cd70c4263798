import { chainsOf } from './chain.ts';
import { editorOf } from './decide/edited.ts';
import { alreadyEdited, explain, list, staying } from './explain.ts';
import { flipEdit } from './decide/flip.ts';
import { otherConditions } from './decide/flip-plan.ts';
import { ModuleGraph } from './names/resolve.ts';
import { type Solution, solve } from './decide/solve.ts';
import type { FoundGate, GateSearch } from './find/gate-search.ts';
import { findTasksGate } from './find/tasks.ts';
import { findTeamsGate, teamsVariables } from './find/teams.ts';
import type { Analysis, CapabilityAnalysis, ChainLink, SourceModule, Verdict } from './types.ts';

/**
 * Finds and solves the gates of a bundle, by syntax alone and without changing anything. A capability
 * whose gate is missing, ambiguous or not understood is `absent` or `unknown`.
 */
export function analyze(modules: readonly SourceModule[]): Analysis {
  const graph = new ModuleGraph(modules);
  const tasks = analyzeGate(graph, findTasksGate(graph), []);
  const teams = analyzeGate(graph, findTeamsGate(graph), teamsVariables);
  return overlap(tasks, teams) ? { tasks, teams: withoutFlip(teams) } : { tasks, teams };
}

/** Whether both edits overlap: only one of them can be made. */
function overlap({ flip: a }: CapabilityAnalysis, { flip: b }: CapabilityAnalysis): boolean {
  if (!a || !b || a.edit.module !== b.edit.module) return false;
  return a.edit.start < b.edit.end && b.edit.start < a.edit.end;
}

function withoutFlip(analysis: CapabilityAnalysis): CapabilityAnalysis {
  const reason = `${analysis.reason}; the function to edit also decides about tasks`;
  const verdict = analysis.verdict === 'flip' ? 'unknown' : analysis.verdict;
  return { ...analysis, verdict, reason, flip: null };
}

/** `anchors`: the texts by which the gate was found; an edit keeps one, so that it is found again. */
function analyzeGate(
  graph: ModuleGraph,
  search: GateSearch,
  anchors: readonly string[],
): CapabilityAnalysis {
  const nothing = { env: null, switches: [], flip: null, chains: () => [] };
  switch (search.kind) {
    case 'absent':
      return { ...nothing, verdict: 'absent', reason: search.why };
    case 'unclear':
      return { ...nothing, verdict: 'unknown', reason: search.why };
    case 'edited':
      return { ...nothing, verdict: 'on', reason: alreadyEdited(search.by), env: {} };
    default:
      return solved(graph, search, anchors);
  }
}

function solved(
  graph: ModuleGraph,
  search: FoundGate,
  anchors: readonly string[],
): CapabilityAnalysis {
  const { gate, anchored } = search;
  const chains = (): ChainLink[] => chainsOf(graph, search);
  const solution = solve(graph, gate);
  const stays = !anchored || solution.flip?.fn.node === anchored;
  const edit = solution.flip && stays ? flipEdit(solution.flip, anchors) : null;
  const moduleBytes = solution.flip?.fn.statement.source.module.bytes.length ?? 0;
  const verdict = decide(solution, edit !== null);
  const editor = gate.map((fn) => editorOf(graph, fn)).find((found) => found !== null);
  // Checks that an edit of ours left in place may still say no: the gate counts as on.
  if (editor && (verdict === 'on' || (verdict !== 'env' && editor === 'cc-mirror'))) {
    const { switches } = solution;
    return { verdict: 'on', reason: alreadyEdited(editor), env: {}, switches, flip: null, chains };
  }
  const reason = explain(graph, gate, solution, verdict);
  return {
    verdict,
    reason: [reason, ...usersOf(graph, search)].join('; '),
    env: solution.env && Object.fromEntries(solution.env.map((name) => [name, '1'])),
    switches: solution.switches,
    flip: edit && { edit, moduleBytes },
    chains,
  };
}

function decide({ env }: Solution, flips: boolean): Verdict {
  if (env) return env.length > 0 ? 'env' : 'on';
  return flips ? 'flip' : 'unknown';
}

/** The conditions of tools besides the gate. */
function usersOf(graph: ModuleGraph, { gate, users }: FoundGate): string[] {
  const [first] = gate;
  return users.flatMap(({ tool, isEnabled }) => {
    const others = first ? otherConditions(graph, isEnabled, first.node) : [];
    return others.length > 0 ? [staying(`the tool ${tool} also needs ${list(others)}`)] : [];
  });
}
