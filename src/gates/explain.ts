import type { Editor } from './decide/edited.ts';
import type { Gate, Solution } from './decide/solve.ts';
import { evaluateCall } from './evaluate/evaluate.ts';
import type { ModuleGraph } from './names/resolve.ts';
import { environment } from './decide/assignments.ts';
import type { Verdict } from './types.ts';
import { type Atom, atomsOf } from './evaluate/values.ts';

/** Characters of a condition shown in a sentence. */
const MAX_CODE = 200;

/** Explains in one sentence what decides a gate, what opens it and what it still depends on. */
export function explain(
  graph: ModuleGraph,
  gate: Gate,
  solution: Solution,
  verdict: Verdict,
): string {
  const { assumes, remaining } = solution;
  const parts = [head(graph, gate, solution, verdict)];
  if (assumes.length > 0) {
    parts[0] += `, as long as ${list(assumes.map((name) => `the remote flag ${name}`))} keeps its default`;
  }
  if (remaining.length > 0)
    parts.push(staying(`it also needs ${list(remaining.map((code) => cut(code, MAX_CODE)))}`));
  return parts.join('; ');
}

/** Says who edited a gate. */
export function alreadyEdited(editor: Editor): string {
  return `already edited by ${editor}`;
}

/** Says that a condition is left alone. */
export function staying(condition: string): string {
  return `${condition}, which is not a feature flag and stays as it is`;
}

/** The first characters of a piece of code. */
export function cut(code: string, length: number): string {
  return code.length > length ? `${code.slice(0, length)}…` : code;
}

export function list(items: readonly string[]): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

function head(graph: ModuleGraph, gate: Gate, solution: Solution, verdict: Verdict): string {
  const { env } = solution;
  const inputs = list(inputsOf(graph, gate, solution));
  const decided = inputs === '' ? 'set by a constant' : `depends on ${inputs}`;
  switch (verdict) {
    case 'on':
      return inputs === ''
        ? 'the gate is a constant true, as published or by an earlier edit'
        : `on by default; ${decided}`;
    case 'env':
      return `${decided}; ${list((env ?? []).map((name) => `${name}=1`))} turns it on`;
    case 'flip':
      return inputs === ''
        ? 'switched off by a constant'
        : `${decided}; no environment variable reliably turns it on`;
    default:
      return `${decided}; neither an environment variable nor a safe edit was found`;
  }
}

/**
 * The inputs of a gate, in words. Other conditions are named only if they matter when no variable is
 * set; with an unknown variable, the test of its text would count as one.
 */
function inputsOf(
  graph: ModuleGraph,
  gate: Gate,
  { reads, switches, assumes }: Solution,
): string[] {
  const oracle = environment([], assumes.length > 0);
  const mattering = gate.flatMap((fn) => atomsOf(evaluateCall(graph, fn, { oracle })));
  const named = (words: (atom: Atom) => string | false): string[] =>
    reads.flatMap((atom) => words(atom) || []);
  return [
    ...new Set([
      ...switches,
      ...named(({ kind, name }) => kind === 'argv' && `the option ${name}`),
      ...named(({ kind, name }) => kind === 'remote-flag' && `the remote flag ${name}`),
      ...named(({ kind }) => kind === 'interactive' && 'whether the session is interactive'),
      ...(mattering.some(({ kind }) => kind === 'other') ? ['other conditions'] : []),
    ]),
  ];
}
