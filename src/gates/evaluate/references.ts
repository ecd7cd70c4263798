import type { AnyNode } from 'acorn';
import { isInteractiveName, isRegistryName } from '../inputs/flag-names.ts';
import type { Frame } from './frame.ts';
import type { Binding, ModuleGraph } from '../names/resolve.ts';
import { targetsOf } from '../names/scope.ts';
import { memberName } from '../syntax/located.ts';

/** What `a` or `a.b` refers to outside the frame; undefined for a local name. */
export function resolveOutside(
  graph: ModuleGraph,
  node: AnyNode,
  frame: Frame,
): Binding | undefined {
  const root = rootOf(node);
  if (root === null || frame.scope.has(root)) return undefined;
  return graph.resolveNode(node, { ...frame.at, node });
}

/** The name that `a` and `a.b.c` begin with. */
function rootOf(node: AnyNode): string | null {
  if (node.type === 'MemberExpression') return rootOf(node.object);
  return node.type === 'Identifier' ? node.name : null;
}

/** The name of a global (`Boolean`, `process`): no module declares it. */
export function globalName(graph: ModuleGraph, node: AnyNode, frame: Frame): string | undefined {
  if (node.type !== 'Identifier') return undefined;
  const binding = resolveOutside(graph, node, frame);
  return binding?.kind === 'unresolved' && binding.why === 'undeclared' ? node.name : undefined;
}

/** Whether a node is `process.env` or `process.argv`, of the global or of the imported `process`. */
export function isProcess(
  graph: ModuleGraph,
  node: AnyNode,
  property: 'env' | 'argv',
  frame: Frame,
): boolean {
  if (node.type !== 'MemberExpression' || memberName(node) !== property) return false;
  const { object } = node;
  if (object.type !== 'Identifier' || object.name !== 'process') return false;
  const binding = resolveOutside(graph, object, frame);
  const imported = binding?.kind === 'external' && /^(?:node:)?process$/.test(binding.module);
  return imported || globalName(graph, object, frame) === 'process';
}

/** Whether an expression writes to an environment variable, or to something read like one. */
export function writesInput(graph: ModuleGraph, node: AnyNode, frame: Frame): boolean {
  return targetsOf(node).some((target) => {
    if (target?.type !== 'MemberExpression') return !!target && writesInput(graph, target, frame);
    const name = memberName(target) ?? '';
    // A computed name may be that of a variable.
    const isInput = name === '' || isRegistryName(name) || isInteractiveName(name);
    return isInput || isProcess(graph, target.object, 'env', frame);
  });
}
