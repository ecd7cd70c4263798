import type { AnyNode } from 'acorn';
import type { ModuleGraph } from '../names/resolve.ts';
import { type FunctionNode, type Located, textOf } from '../syntax/located.ts';
import { descendants } from '../syntax/source.ts';

/** Whether `f()` asks if the build may send telemetry, and asks no policy. */
export function asksForTelemetry(graph: ModuleGraph, node: AnyNode, from: Located): boolean {
  if (node.type !== 'CallExpression' || node.arguments.length > 0) return false;
  const fn = graph.resolveCallee(node.callee, { ...from, node: node.callee });
  const functions = new Map<FunctionNode, Located<FunctionNode>>();
  if (!fn || !collectCalled(graph, fn, functions, 0)) return false;
  const texts = [...functions.values()].map(textOf);
  return texts.some((text) => telemetry.test(text)) && !texts.some((text) => policy.test(text));
}

/** Globals that only convert their argument. */
export const builtins: ReadonlySet<string> = new Set(['Boolean', 'Number', 'String']);

/** The variables by which users keep a build from sending telemetry and fetching flags. */
const telemetry =
  /\b(?:DISABLE_TELEMETRY|DISABLE_GROWTHBOOK|DO_NOT_TRACK|CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC)\b/;
const policy = /polic|permi|allow|forbid|restrict|den(?:y|ie)|entitle|subscri/i;

/** Far deeper than in any build, and far from the end of the stack. */
const MAX_DEPTH = 50;

/** Adds a function and those that it calls; false if one of them is unknown or too deep. */
function collectCalled(
  graph: ModuleGraph,
  fn: Located<FunctionNode>,
  found: Map<FunctionNode, Located<FunctionNode>>,
  depth: number,
): boolean {
  if (found.has(fn.node)) return true;
  if (depth > MAX_DEPTH) return false;
  found.set(fn.node, fn);
  for (const node of descendants(fn.node.body)) {
    if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier') continue;
    const callee = graph.resolveCallee(node.callee, { ...fn, node: node.callee });
    if (!callee && !builtins.has(node.callee.name)) return false;
    if (callee && !collectCalled(graph, callee, found, depth + 1)) return false;
  }
  return true;
}
