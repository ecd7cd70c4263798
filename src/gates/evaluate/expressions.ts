import type { AnyNode, AssignmentExpression, Expression } from 'acorn';
import { Budget } from './budget.ts';
import { followCall, functionCalled } from './calls.ts';
import {
  type Call,
  type EvaluationOptions,
  type Evaluator,
  type Frame,
  setLocal,
  unknownAt,
} from './frame.ts';
import { acts, throws } from './interrupts.ts';
import { followMember } from './members.ts';
import { binary, coalesce, unary } from './operators.ts';
import { globalName, writesInput } from './references.ts';
import type { UntrackedLocals } from './untracked-locals.ts';
import { type Atom, type Value, atomsOf, join, known, logical, truth, unknown } from './values.ts';
import { isConstant } from '../names/constants.ts';
import type { Binding, ModuleGraph } from '../names/resolve.ts';
import { type Located, contains } from '../syntax/located.ts';

const none: ReadonlySet<string> = new Set();
const noLocals: UntrackedLocals = { values: none, mutated: none, iterated: none, unread: none };

/** Evaluates expressions; calls of functions whose bodies are known go to `call`. */
export class Expressions implements Evaluator {
  readonly graph: ModuleGraph;
  readonly call: Call;
  readonly #options: EvaluationOptions;
  readonly budget: Budget;
  /** The functions entered so far. */
  readonly entered = new Set<AnyNode>();
  interrupted = false;
  /** Set while a call is followed for its effect alone: nothing then decides the gate. */
  silent = false;

  constructor(graph: ModuleGraph, options: EvaluationOptions, call: Call) {
    this.graph = graph;
    this.call = call;
    this.#options = options;
    this.budget = new Budget(graph);
  }

  /** The value of an expression; performs the assignments to local names in it. */
  follow(node: AnyNode, frame: Frame): Value {
    return this.limited(node, frame, () => this.#followed(node, frame));
  }

  /** Evaluates an expression whose value is unused: an assignment to a local name, a call. */
  effect(expression: Expression, frame: Frame): void {
    if (expression.type === 'SequenceExpression') {
      for (const part of expression.expressions) this.effect(part, frame);
    } else if (expression.type === 'AssignmentExpression') {
      this.assign(expression, frame);
    } else if (expression.type === 'CallExpression' && functionCalled(this, expression, frame)) {
      const { silent } = this;
      this.silent = true;
      this.follow(expression, frame);
      this.silent = silent;
    } else {
      this.interrupted ||= acts(expression) || writesInput(this.graph, expression, frame);
    }
  }

  assign(node: AssignmentExpression, frame: Frame): Value {
    const value =
      node.operator === '=' ? this.follow(node.right, frame) : unknownAt(frame.at, node);
    if (node.left.type === 'Identifier' && frame.scope.has(node.left.name)) {
      setLocal(node.left.name, value, frame);
      this.interrupted ||= frame.untracked.unread.has(node.left.name) && acts(node.right);
    }
    this.interrupted ||= writesInput(this.graph, node, frame);
    return value;
  }

  /** Evaluates one more node if the budget allows; if not, `rest` is not reached either. */
  limited(node: AnyNode, frame: Frame, follow: () => Value, rest: readonly AnyNode[] = []): Value {
    const value = this.budget.step(follow);
    if (value) return value;
    this.interrupted ||= [node, ...rest].some(throws);
    return unknownAt(frame.at, node);
  }

  #followed(node: AnyNode, frame: Frame): Value {
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
        return this.#identifier(node.name, node, frame);
      case 'ParenthesizedExpression':
      case 'ChainExpression':
        return this.follow(node.expression, frame);
      case 'SequenceExpression':
        for (const part of node.expressions.slice(0, -1)) this.effect(part, frame);
        return this.follow(node.expressions.at(-1) ?? node, frame);
      case 'AssignmentExpression':
        return this.assign(node, frame);
      case 'UnaryExpression': {
        this.interrupted ||= writesInput(this.graph, node, frame);
        const value = this.follow(node.argument, frame);
        return unary(node.operator, value) ?? unknownAt(frame.at, node, atomsOf(value));
      }
      case 'LogicalExpression': {
        const left = this.follow(node.left, frame);
        const right = (): Value => this.follow(node.right, frame);
        return node.operator === '??' ? coalesce(left, right) : logical(node.operator, left, right);
      }
      case 'ConditionalExpression': {
        const test = this.follow(node.test, frame);
        const certain = truth(test);
        if (certain !== null) return this.follow(certain ? node.consequent : node.alternate, frame);
        const consequent = this.follow(node.consequent, frame);
        return join(consequent, this.follow(node.alternate, frame), test);
      }
      case 'BinaryExpression': {
        if (node.left.type === 'PrivateIdentifier') return unknownAt(frame.at, node);
        const left = this.follow(node.left, frame);
        const right = this.follow(node.right, frame);
        const value = binary(node.operator, left, right);
        if (value) return value;
        return unknownAt(frame.at, node, [...atomsOf(left), ...atomsOf(right)]);
      }
      case 'ArrayExpression': {
        const items = node.elements.map((element) => {
          if (!element) return known(undefined);
          const spread = element.type === 'SpreadElement';
          return this.follow(spread ? element.argument : element, frame);
        });
        // A spread adds an unknown number of elements; a list of any length is truthy.
        return node.elements.some((element) => element?.type === 'SpreadElement')
          ? unknown(atomsOf(unknownAt(frame.at, node, items.flatMap(atomsOf))), true)
          : known(items);
      }
      case 'NewExpression': {
        const [items] = node.arguments;
        const isSet = globalName(this.graph, node.callee, frame) === 'Set';
        const list = isSet && items?.type === 'ArrayExpression' && this.follow(items, frame);
        return list && list.known && Array.isArray(list.value)
          ? known(new Set(list.value as readonly Value[]))
          : unknownAt(frame.at, node);
      }
      case 'MemberExpression':
        return followMember(this, node, frame, (binding) => this.#constant(binding, frame));
      case 'CallExpression':
        return followCall(this, node, frame);
      default:
        this.interrupted ||= throws(node) || writesInput(this.graph, node, frame);
        return unknownAt(frame.at, node);
    }
  }

  #identifier(name: string, node: AnyNode, frame: Frame): Value {
    const local = frame.scope.get(name);
    if (local) return local;
    const binding = this.graph.resolve(name, { ...frame.at, node });
    if (binding.kind === 'unresolved' && binding.why === 'undeclared' && name === 'undefined') {
      return known(undefined);
    }
    return this.#constant(binding, frame) ?? unknownAt(frame.at, node);
  }

  #constant(binding: Binding, frame: Frame): Value | undefined {
    // A variable of the current function that is not in scope yet is read before it is set.
    if (binding.kind !== 'value' || contains(frame.at, binding.at)) return undefined;
    if (!isConstant(binding.at) || !this.isSettled(binding.at)) return undefined;
    const elsewhere = { at: binding.at, scope: new Map(), untracked: noLocals };
    return this.follow(binding.at.node, { ...elsewhere, depth: frame.depth + 1 });
  }

  isSettled(at: Located): boolean {
    return this.graph.isSettled(at, this.entered);
  }

  read(atom: Atom): Value {
    this.#options.onAtom?.(atom);
    return this.#options.oracle(atom) ?? unknown([atom]);
  }
}
