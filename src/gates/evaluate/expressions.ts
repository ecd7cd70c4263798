import type { AnyNode, AssignmentExpression, Expression, Identifier } from 'acorn';
import { followCall, functionCalled } from './calls.ts';
import { type Evaluator, type Frame, setLocal, unknownAt } from './frame.ts';
import { acts, throws } from './interrupts.ts';
import { followConstant, followMember } from './members.ts';
import { binary, coalesce, unary } from './operators.ts';
import { globalName, writesInput } from './references.ts';
import { type Value, atomsOf, join, known, logical, truth, unknown } from './values.ts';

/** The value of an expression; performs the assignments to local names in it. */
export function followExpression(evaluator: Evaluator, node: AnyNode, frame: Frame): Value {
  switch (node.type) {
    case 'Literal':
      // A pattern that this version of Node cannot compile has the value null.
      if (typeof node.value === 'bigint' || (node.regex && !node.value))
        return unknownAt(frame.at, node);
      return known(node.value);
    case 'TemplateLiteral': {
      const [quasi] = node.quasis;
      const simple = node.expressions.length === 0 && typeof quasi?.value.cooked === 'string';
      return simple ? known(quasi.value.cooked) : unknownAt(frame.at, node);
    }
    case 'Identifier':
      return identifier(evaluator, node, frame);
    case 'ChainExpression':
      return evaluator.follow(node.expression, frame);
    case 'SequenceExpression':
      for (const part of node.expressions.slice(0, -1)) followEffect(evaluator, part, frame);
      return evaluator.follow(node.expressions.at(-1) ?? node, frame);
    case 'AssignmentExpression':
      return followAssignment(evaluator, node, frame);
    case 'UnaryExpression': {
      evaluator.interrupted ||= writesInput(evaluator.graph, node, frame);
      const value = evaluator.follow(node.argument, frame);
      return unary(node.operator, value) ?? unknownAt(frame.at, node, atomsOf(value));
    }
    case 'LogicalExpression': {
      const left = evaluator.follow(node.left, frame);
      const right = (): Value => evaluator.follow(node.right, frame);
      return node.operator === '??' ? coalesce(left, right) : logical(node.operator, left, right);
    }
    case 'ConditionalExpression': {
      const test = evaluator.follow(node.test, frame);
      const certain = truth(test);
      if (certain !== null)
        return evaluator.follow(certain ? node.consequent : node.alternate, frame);
      const consequent = evaluator.follow(node.consequent, frame);
      return join(consequent, evaluator.follow(node.alternate, frame), test);
    }
    case 'BinaryExpression': {
      if (node.left.type === 'PrivateIdentifier') return unknownAt(frame.at, node);
      const left = evaluator.follow(node.left, frame);
      const right = evaluator.follow(node.right, frame);
      const value = binary(node.operator, left, right);
      if (value) return value;
      return unknownAt(frame.at, node, [...atomsOf(left), ...atomsOf(right)]);
    }
    case 'ArrayExpression': {
      const items = node.elements.map((element) => {
        if (!element) return known(undefined);
        const spread = element.type === 'SpreadElement';
        return evaluator.follow(spread ? element.argument : element, frame);
      });
      // A spread adds an unknown number of elements; a list of any length is truthy.
      return node.elements.some((element) => element?.type === 'SpreadElement')
        ? unknown(atomsOf(unknownAt(frame.at, node, items.flatMap(atomsOf))), true)
        : known(items);
    }
    case 'NewExpression': {
      const [items] = node.arguments;
      const isSet = globalName(evaluator.graph, node.callee, frame) === 'Set';
      const list = isSet && items?.type === 'ArrayExpression' && evaluator.follow(items, frame);
      return list && list.known && Array.isArray(list.value)
        ? known(new Set(list.value as readonly Value[]))
        : unknownAt(frame.at, node);
    }
    case 'MemberExpression':
      return followMember(evaluator, node, frame);
    case 'CallExpression':
      return followCall(evaluator, node, frame);
    default:
      evaluator.interrupted ||= throws(node) || writesInput(evaluator.graph, node, frame);
      return unknownAt(frame.at, node);
  }
}

/** Evaluates an expression whose value is unused: an assignment to a local name, a call. */
export function followEffect(evaluator: Evaluator, node: Expression, frame: Frame): void {
  if (node.type === 'SequenceExpression') {
    for (const part of node.expressions) followEffect(evaluator, part, frame);
  } else if (node.type === 'AssignmentExpression') {
    followAssignment(evaluator, node, frame);
  } else if (node.type === 'CallExpression' && functionCalled(evaluator, node, frame)) {
    const { silent } = evaluator;
    evaluator.silent = true;
    evaluator.follow(node, frame);
    evaluator.silent = silent;
  } else {
    evaluator.interrupted ||= acts(node) || writesInput(evaluator.graph, node, frame);
  }
}

function followAssignment(evaluator: Evaluator, node: AssignmentExpression, frame: Frame): Value {
  const { left, right, operator } = node;
  const value = operator === '=' ? evaluator.follow(right, frame) : unknownAt(frame.at, node);
  if (left.type === 'Identifier' && frame.scope.has(left.name)) {
    setLocal(left.name, value, frame);
    evaluator.interrupted ||= frame.untracked.unread.has(left.name) && acts(right);
  }
  evaluator.interrupted ||= writesInput(evaluator.graph, node, frame);
  return value;
}

function identifier(evaluator: Evaluator, node: Identifier, frame: Frame): Value {
  const { name } = node;
  const local = frame.scope.get(name);
  if (local) return local;
  const binding = evaluator.graph.resolve(name, { ...frame.at, node });
  if (binding.kind === 'unresolved' && binding.why === 'undeclared' && name === 'undefined') {
    return known(undefined);
  }
  return followConstant(evaluator, binding, frame) ?? unknownAt(frame.at, node);
}
