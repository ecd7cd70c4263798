import type { AnyNode } from 'acorn';
import { type FunctionNode, type Located, isFunction } from '../syntax/located.ts';
import type { ModuleGraph } from '../names/resolve.ts';
import { patternNames, targetsOf } from '../names/scope.ts';
import { descendants } from '../syntax/source.ts';

/**
 * Whether a function, or one that it calls for an effect, writes to more than its own variables:
 * other code may depend on that, and a flip would remove it. A call whose value is used may cache
 * that value, as those in published builds do.
 */
export function writesOutside(
  graph: ModuleGraph,
  fn: Located<FunctionNode>,
  seen = new Set<FunctionNode>(),
): boolean {
  if (seen.has(fn.node)) return false;
  seen.add(fn.node);
  const nodes = [...descendants(fn.node.body)];
  const own = new Set([fn.node, ...nodes].flatMap(declaredBy));
  return (
    nodes.some((node) => !isPattern(node) && writes(node, own)) ||
    nodes.flatMap(effectsOf).some((node) => {
      if (node.type !== 'CallExpression') return false;
      const callee = graph.resolveCallee(node.callee, { ...fn, node: node.callee });
      return callee !== null && writesOutside(graph, callee, seen);
    })
  );
}

/** The parts of a node whose values are unused. */
function effectsOf(node: AnyNode): AnyNode[] {
  if (node.type === 'ExpressionStatement') return [node.expression];
  return node.type === 'SequenceExpression' ? node.expressions.slice(0, -1) : [];
}

function declaredBy(node: AnyNode): string[] {
  if (node.type === 'VariableDeclarator') return patternNames(node.id);
  return isFunction(node) ? node.params.flatMap(patternNames) : [];
}

function writes(node: AnyNode, own: ReadonlySet<string>): boolean {
  return targetsOf(node).some((target) => {
    if (target?.type === 'Identifier') return !own.has(target.name);
    return target?.type === 'MemberExpression' || (!!target && writes(target, own));
  });
}

function isPattern({ type }: AnyNode): boolean {
  return type.endsWith('Pattern') || type === 'RestElement';
}
