import type { AnyNode, MemberExpression } from 'acorn';
import { lengthOf } from './builtins.ts';
import { isInteractiveName, isRegistryName } from '../inputs/flag-names.ts';
import { type Evaluator, type Frame, unknownAt } from './frame.ts';
import { isProcess, resolveOutside } from './references.ts';
import { isStateOf } from '../inputs/session-state.ts';
import type { UntrackedLocals } from './untracked-locals.ts';
import { type Value, known } from './values.ts';
import { hasProperty, isConstant } from '../names/constants.ts';
import type { Binding, ModuleGraph } from '../names/resolve.ts';
import { contains, isFunction, memberName } from '../syntax/located.ts';
import { descendants } from '../syntax/source.ts';

/** The value of `a.b` or `a["b"]`, which may be an input of the gate. */
export function followMember(evaluator: Evaluator, node: MemberExpression, frame: Frame): Value {
  const { graph } = evaluator;
  if (isProcess(graph, node.object, 'env', frame)) return variable(evaluator, node, frame);
  const name = memberName(node);
  if (name === null) return unknownAt(frame.at, node);
  const object = resolveOutside(graph, node.object, frame);
  if (object?.kind === 'namespace') {
    const member = graph.resolveNode(node, { ...frame.at, node });
    return followConstant(evaluator, member, frame) ?? unknownAt(frame.at, node);
  }
  const registry = object ?? bindingCalled(graph, node.object, frame);
  if (isRegistryName(name) && mayBeRegistry(registry, name)) {
    return evaluator.read({ kind: 'env', name, parsed: true });
  }
  if (isInteractiveName(name)) {
    return isStateOf(graph, object, name)
      ? evaluator.read({ kind: 'interactive', name })
      : unknownAt(frame.at, node);
  }
  const length = name === 'length' ? lengthOf(evaluator.follow(node.object, frame)) : undefined;
  return length ?? unknownAt(frame.at, node);
}

const none: ReadonlySet<string> = new Set();
const noLocals: UntrackedLocals = { values: none, mutated: none, iterated: none, unread: none };

/** The value of a constant of a module; undefined for any other binding. */
export function followConstant(
  evaluator: Evaluator,
  binding: Binding,
  frame: Frame,
): Value | undefined {
  // A variable of the current function that is not in scope yet is read before it is set.
  if (binding.kind !== 'value' || contains(frame.at, binding.at)) return undefined;
  if (!isConstant(binding.at) || !evaluator.isSettled(binding.at)) return undefined;
  const elsewhere = { at: binding.at, scope: new Map(), untracked: noLocals };
  return evaluator.follow(binding.at.node, { ...elsewhere, depth: frame.depth + 1 });
}

/** `process.env.NAME`; the name may be computed from a constant. */
function variable(evaluator: Evaluator, node: MemberExpression, frame: Frame): Value {
  const name = node.computed ? evaluator.follow(node.property, frame) : known(memberName(node));
  return name.known && typeof name.value === 'string'
    ? evaluator.read({ kind: 'env', name: name.value, parsed: false })
    : unknownAt(frame.at, node);
}

/** What `f()` calls, outside the frame. */
function bindingCalled(graph: ModuleGraph, node: AnyNode, frame: Frame): Binding | undefined {
  if (node.type !== 'CallExpression' || node.arguments.length > 0) return undefined;
  return resolveOutside(graph, node.callee, frame);
}

/**
 * Whether a binding may be a registry of variables, or the function that returns it: either stands
 * at the top level of a module, and the registry's values are not written in it.
 */
function mayBeRegistry(binding: Binding | undefined, name: string): boolean {
  if (binding?.kind === 'unresolved') return !['local', 'computed'].includes(binding.why);
  if (binding?.kind !== 'value') return false;
  const { node } = binding.at;
  if (!isFunction(node)) return !hasProperty(node, name);
  return !node.async && ![...descendants(node)].some((inner) => hasProperty(inner, name));
}
