import type { AnyNode } from 'acorn';
import { constantOf } from './conjuncts.ts';
import { propertyOf } from '../names/properties.ts';
import { resultsOf } from './returns.ts';
import { type Binding, type ModuleGraph, functionOf } from '../names/resolve.ts';

/**
 * Whether an object is state that has `true` or `false` under a name to begin with: written as
 * `var state={…}`, or as `var state=initial()` with a function that returns it, as in all published
 * builds. What else answers to such a name may ask anybody.
 */
export function isStateOf(graph: ModuleGraph, object: Binding | undefined, name: string): boolean {
  if (object?.kind !== 'value') return false;
  const { node } = object.at;
  if (node.type === 'ObjectExpression') return begins(node, name);
  if (node.type !== 'CallExpression') return false;
  const initial = functionOf(graph.resolveNode(node.callee, object.at))?.node;
  if (!initial || initial.async || initial.generator) return false;
  const [given, ...more] = resultsOf(initial);
  return !!given && more.length === 0 && begins(given, name);
}

function begins(node: AnyNode, name: string): boolean {
  const value = node.type === 'ObjectExpression' ? propertyOf(node, name) : null;
  return value !== null && constantOf(value) !== null;
}
