import type { AnyNode, CallExpression, MemberExpression } from 'acorn';
import { callBuiltin } from './builtins.ts';
import { isFlagName, isOptionName } from '../inputs/flag-names.ts';
import { readsFlags } from '../inputs/flag-reader.ts';
import { type Evaluator, type Frame, unknownAt } from './frame.ts';
import { throws } from './interrupts.ts';
import { globalName, isProcess, resolveOutside } from './references.ts';
import { returnsOpposite } from './returns.ts';
import { type Atom, type Value, atomsOf, known, not } from './values.ts';
import { functionOf } from '../names/resolve.ts';
import { type FunctionNode, type Located, isFunction, memberName } from '../syntax/located.ts';

/** The value of a call: of a function whose body is known, of a built-in, or of a flag's reader. */
export function followCall(evaluator: Evaluator, node: CallExpression, frame: Frame): Value {
  const { graph } = evaluator;
  const { callee } = node;
  const fn = functionCalled(evaluator, node, frame);
  // A function that is handed the environment may change it.
  evaluator.interrupted ||= node.arguments.some((one) => isProcess(graph, one, 'env', frame));
  if (node.arguments.some(({ type }) => type === 'SpreadElement')) {
    evaluator.interrupted ||= throws(fn?.node.body ?? callee);
    return unknownAt(frame.at, node);
  }
  const args = node.arguments.map((argument) =>
    isFunction(argument) ? unknownAt(frame.at, argument) : evaluator.follow(argument, frame),
  );
  const [first, second] = args;
  if (fn && args.length <= 2 && first?.known && isFlagName(first.value)) {
    if (readsFlags(graph, fn) && (args.length < 2 || !returnsOpposite(fn.node))) {
      // If a condition decides the default, the flag alone does not decide.
      if (second && !onlyFlags(atomsOf(second))) {
        return unknownAt(frame.at, node, atomsOf(second));
      }
      const fallback = second ?? unknownAt(frame.at, node);
      return evaluator.read({ kind: 'remote-flag', name: first.value, fallback });
    }
  }
  if (fn) {
    const value = evaluator.call(fn, args, frame.depth + 1);
    return value.known || value.truth !== null || onlyFlags(value.atoms)
      ? value
      : unknownAt(frame.at, node, value.atoms);
  }
  if (callee.type === 'MemberExpression' && callee.object.type !== 'Super') {
    return followMethod(evaluator, node, callee, args, frame);
  }
  if (callee.type !== 'Identifier') evaluator.interrupted ||= throws(callee);
  const name = globalName(graph, callee, frame);
  if (first && name === 'Boolean') return not(not(first));
  if (first?.known && name === 'String' && typeof first.value !== 'object') {
    return known(String(first.value));
  }
  return unknownAt(frame.at, node, args.flatMap(atomsOf));
}

/** The function that a call enters, if that is certain. */
export function functionCalled(
  evaluator: Evaluator,
  { callee, optional }: CallExpression,
  frame: Frame,
): Located<FunctionNode> | null {
  const binding = resolveOutside(evaluator.graph, callee, frame);
  const fn = binding && functionOf(binding);
  return fn && !(optional && !evaluator.isSettled(fn)) ? fn : null;
}

function followMethod(
  evaluator: Evaluator,
  node: AnyNode,
  callee: MemberExpression,
  args: readonly Value[],
  frame: Frame,
): Value {
  const method = memberName(callee);
  if (method === null) return unknownAt(frame.at, node);
  if (isProcess(evaluator.graph, callee.object, 'argv', frame)) {
    const [option] = args;
    return method === 'includes' && option?.known && isOptionName(option.value)
      ? evaluator.read({ kind: 'argv', name: option.value })
      : unknownAt(frame.at, node);
  }
  const object = evaluator.follow(callee.object, frame);
  return callBuiltin(object, method, args) ?? unknownAt(frame.at, node, atomsOf(object));
}

function onlyFlags(atoms: readonly Atom[]): boolean {
  return atoms.every(({ kind }) => kind !== 'other');
}
