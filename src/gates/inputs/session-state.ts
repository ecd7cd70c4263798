import type { AnyNode } from 'acorn';
import { constantOf } from '../evaluate/conjuncts.ts';
import { propertyOf } from '../names/properties.ts';
import { resultsOf } from '../evaluate/returns.ts';
import { type Binding, type ModuleGraph, functionOf } from '../names/resolve.ts';

/**
 * Whether an object is state whose property `name` starts as `true` or `false`: `var state={…}`, or
 * `var state=initial()` with a function that returns the object, as in all published builds. Any
 * other object with such a property may compute it from a policy.
 */
export function isStateOf(graph: ModuleGraph, object: Binding | undefined, name: string): boolean {
  if (object?.kind !== 'value') return false;
  const { node } = object.at;
  if (node.type === 'ObjectExpression') return startsBoolean(node, name);
  if (node.type !== 'CallExpression') return false;
  const initial = functionOf(graph.resolveNode(node.callee, object.at))?.node;
  if (!initial || initial.async || initial.generator) return false;
  const [state, ...more] = resultsOf(initial);
  return !!state && more.length === 0 && startsBoolean(state, name);
}

function startsBoolean(node: AnyNode, name: string): boolean {
  const value = node.type === 'ObjectExpression' ? propertyOf(node, name) : null;
  return value !== null && constantOf(value) !== null;
}
