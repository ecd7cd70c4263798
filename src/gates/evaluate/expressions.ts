import type { AnyNode, Expression } from 'acorn';
import { callBuiltin, lengthOf } from './builtins.ts';
import { isConstant, writesOut } from '../names/constants.ts';
import type { Call, EvaluationOptions, Frame } from './frame.ts';
import { acts, throws } from './interrupts.ts';
import {
  type FunctionNode,
  type Located,
  contains,
  isFunction,
  memberName,
  textOf,
} from '../syntax/located.ts';
import { binary, coalesce, unary } from './operators.ts';
import { type Binding, type ModuleGraph, functionOf } from '../names/resolve.ts';
import { returnsOpposite } from './returns.ts';
import { targetsOf } from '../names/scope.ts';
import { descendants } from '../syntax/source.ts';
import {
  isFlagName,
  isInteractiveName,
  isProcess,
  isRegistryName,
  isOptionName,
} from './flag-names.ts';
import type { Unfollowed } from './mutated-locals.ts';
import { readsFlags } from './flag-reader.ts';
import { isStateOf } from './session-state.ts';
import {
  type Atom,
  type Value,
  atomsOf,
  isObject,
  join,
  known,
  logical,
  not,
  truth,
  unknown,
} from './values.ts';

const MAX_STEPS = 2000;
/** Steps that a call leaves to what comes after it. */
const RESERVE = 200;
const MAX_NESTING = 400;

const none: ReadonlySet<string> = new Set();
const nothing: Unfollowed = { values: none, lists: none, walked: none, unread: none };

/** Follows expressions; a call of a function whose body is known goes back to `call`. */
export class Expressions {
  readonly #graph: ModuleGraph;
  readonly #options: EvaluationOptions;
  readonly #call: Call;
  /** The functions that were gone into. */
  readonly entered = new Set<AnyNode>();
  /**
   * Whether on a way that was followed something may be thrown, or changes what a gate reads: what
   * is returned is then not certain, whatever it is. A call that cannot be followed counts where
   * its value is not used; where it is, it is taken to give one.
   */
  interrupted = false;
  /** While something is followed for its effect alone: it is on no way to what decides. */
  silent = false;
  #steps = 0;
  #limit = MAX_STEPS;
  #nesting = 0;

  constructor(graph: ModuleGraph, options: EvaluationOptions, call: Call) {
    this.#graph = graph;
    this.#options = options;
    this.#call = call;
  }

  /** The value of an expression; assignments to local names on the way are carried out. */
  follow(node: AnyNode, frame: Frame): Value {
    return this.limited(node, frame, () => this.#followed(node, frame));
  }

  /** Follows an expression whose value is not used: an assignment to a local name, a call. */
  effect(expression: Expression, frame: Frame): void {
    if (expression.type === 'SequenceExpression') {
      for (const part of expression.expressions) this.effect(part, frame);
    } else if (expression.type === 'AssignmentExpression') {
      this.assign(expression, frame);
    } else if (expression.type === 'CallExpression' && this.#functionCalled(expression, frame)) {
      const { silent } = this;
      this.silent = true;
      this.follow(expression, frame);
      this.silent = silent;
    } else {
      this.interrupted ||= acts(expression) || this.#writesInput(expression, frame);
    }
  }

  assign(node: Extract<AnyNode, { type: 'AssignmentExpression' }>, frame: Frame): Value {
    const value =
      node.operator === '=' ? this.follow(node.right, frame) : this.other(frame.at, node);
    if (node.left.type === 'Identifier' && frame.scope.has(node.left.name)) {
      this.set(node.left.name, value, frame);
      this.interrupted ||= frame.unfollowed.unread.has(node.left.name) && acts(node.right);
    }
    this.interrupted ||= this.#writesInput(node, frame);
    return value;
  }

  set(name: string, value: Value, { at, scope, unfollowed }: Frame): void {
    const other = (): Value => this.other(at, at.node, atomsOf(value));
    if (unfollowed.values.has(name)) scope.set(name, other());
    // What a list that may be changed holds is not known; it is still a list, and so true.
    else if (
      isObject(value) &&
      (unfollowed.lists.has(name) || (unfollowed.walked.has(name) && !isEmpty(value)))
    ) {
      scope.set(name, unknown(atomsOf(other()), true));
    } else scope.set(name, value);
  }

  /** Follows a call no further than that what comes after it can be followed too. */
  portion(call: () => Value): Value {
    const limit = this.#limit;
    this.#limit = limit - Math.min(RESERVE, (limit - this.#steps) / 2);
    const value = call();
    this.#limit = limit;
    return value;
  }

  /**
   * Follows one more node, unless the code is larger or deeper than a gate ever is; `rest`: what is
   * not reached then.
   */
  limited(node: AnyNode, frame: Frame, follow: () => Value, rest: readonly AnyNode[] = []): Value {
    const spent = ++this.#steps > this.#limit || --this.#graph.stepsLeft < 0;
    if (spent || this.#nesting > MAX_NESTING) {
      this.interrupted ||= [node, ...rest].some(throws);
      return this.other(frame.at, node);
    }
    this.#nesting++;
    const value = follow();
    this.#nesting--;
    return value;
  }

  #followed(node: AnyNode, frame: Frame): Value {
    switch (node.type) {
      case 'Literal':
        // A pattern that this Node cannot compile has null as its value.
        if (typeof node.value === 'bigint' || (node.regex && !node.value))
          return this.other(frame.at, node);
        return known(node.value);
      case 'TemplateLiteral': {
        const [quasi] = node.quasis;
        const simple = node.expressions.length === 0 && typeof quasi?.value.cooked === 'string';
        return simple ? known(quasi.value.cooked) : this.other(frame.at, node);
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
        this.interrupted ||= this.#writesInput(node, frame);
        const value = this.follow(node.argument, frame);
        return unary(node.operator, value) ?? this.other(frame.at, node, atomsOf(value));
      }
      case 'LogicalExpression': {
        const left = this.follow(node.left, frame);
        const right = (): Value => this.follow(node.right, frame);
        return node.operator === '??'
          ? coalesce(left, right, join)
          : logical(node.operator, left, right);
      }
      case 'ConditionalExpression': {
        const test = this.follow(node.test, frame);
        const certain = truth(test);
        if (certain !== null) return this.follow(certain ? node.consequent : node.alternate, frame);
        const consequent = this.follow(node.consequent, frame);
        return join(consequent, this.follow(node.alternate, frame), test);
      }
      case 'BinaryExpression': {
        if (node.left.type === 'PrivateIdentifier') return this.other(frame.at, node);
        const left = this.follow(node.left, frame);
        const right = this.follow(node.right, frame);
        const value = binary(node.operator, left, right);
        if (value) return value;
        return this.other(frame.at, node, [...atomsOf(left), ...atomsOf(right)]);
      }
      case 'ArrayExpression': {
        const items = node.elements.map((element) => {
          if (!element) return known(undefined);
          const spread = element.type === 'SpreadElement';
          return this.follow(spread ? element.argument : element, frame);
        });
        // How many elements a spread gives is not known; a list is true however many it has.
        return node.elements.some((element) => element?.type === 'SpreadElement')
          ? unknown(atomsOf(this.other(frame.at, node, items.flatMap(atomsOf))), true)
          : known(items);
      }
      case 'NewExpression': {
        const [items] = node.arguments;
        const isSet = this.#globalName(node.callee, frame) === 'Set';
        const list = isSet && items?.type === 'ArrayExpression' && this.follow(items, frame);
        return list && list.known && Array.isArray(list.value)
          ? known(new Set(list.value as readonly Value[]))
          : this.other(frame.at, node);
      }
      case 'MemberExpression':
        return this.#member(node, frame);
      case 'CallExpression':
        return this.#callExpression(node, frame);
      default:
        this.interrupted ||= throws(node) || this.#writesInput(node, frame);
        return this.other(frame.at, node);
    }
  }

  #identifier(name: string, node: AnyNode, frame: Frame): Value {
    const local = frame.scope.get(name);
    if (local) return local;
    const binding = this.#graph.resolve(name, { ...frame.at, node });
    if (binding.kind === 'unresolved' && binding.why === 'undeclared' && name === 'undefined') {
      return known(undefined);
    }
    return this.#constant(binding, frame) ?? this.other(frame.at, node);
  }

  #constant(binding: Binding, frame: Frame): Value | undefined {
    // A variable of this very function that has no value yet is read before it is set.
    if (binding.kind !== 'value' || contains(frame.at, binding.at)) return undefined;
    if (!isConstant(binding.at) || !this.#isSettled(binding.at)) return undefined;
    const elsewhere = { at: binding.at, scope: new Map(), unfollowed: nothing };
    return this.follow(binding.at.node, { ...elsewhere, depth: frame.depth + 1 });
  }

  #isSettled(at: Located): boolean {
    return this.#graph.isSettled(at, this.entered);
  }

  /** The name of something that no module declares (`Boolean`, `process`). */
  #globalName(node: AnyNode, frame: Frame): string | undefined {
    const binding = node.type === 'Identifier' ? this.#resolve(node, frame) : undefined;
    const global = binding?.kind === 'unresolved' && binding.why === 'undeclared';
    return global && node.type === 'Identifier' ? node.name : undefined;
  }

  /** What a callee or an object stands for outside the frame; undefined for a local name. */
  #resolve(node: AnyNode, frame: Frame): Binding | undefined {
    const root = rootOf(node);
    if (!root || frame.scope.has(root)) return undefined;
    return this.#graph.resolveNode(node, { ...frame.at, node });
  }

  /** What is called by `f()`, outside the frame. */
  #called(node: AnyNode, frame: Frame): Binding | undefined {
    if (node.type !== 'CallExpression' || node.arguments.length > 0) return undefined;
    return this.#resolve(node.callee, frame);
  }

  #member(node: Extract<AnyNode, { type: 'MemberExpression' }>, frame: Frame): Value {
    if (this.#isProcess(node.object, 'env', frame)) return this.#variable(node, frame);
    const name = memberName(node);
    if (name === null) return this.other(frame.at, node);
    const object = this.#resolve(node.object, frame);
    if (object?.kind === 'namespace') {
      const member = this.#graph.resolveNode(node, { ...frame.at, node });
      return this.#constant(member, frame) ?? this.other(frame.at, node);
    }
    const registry = object ?? this.#called(node.object, frame);
    if (isRegistryName(name) && mayBeRegistry(registry, name)) {
      return this.#atom({ kind: 'env', name, parsed: true });
    }
    if (isInteractiveName(name)) {
      return isStateOf(this.#graph, object, name)
        ? this.#atom({ kind: 'interactive', name })
        : this.other(frame.at, node);
    }
    const length = name === 'length' && lengthOf(this.follow(node.object, frame));
    return length || this.other(frame.at, node);
  }

  /** `process.env.NAME`; the name may be computed from a constant. */
  #variable(node: Extract<AnyNode, { type: 'MemberExpression' }>, frame: Frame): Value {
    const name = node.computed ? this.follow(node.property, frame) : known(memberName(node));
    return name.known && typeof name.value === 'string'
      ? this.#atom({ kind: 'env', name: name.value, parsed: false })
      : this.other(frame.at, node);
  }

  #isProcess(node: AnyNode, property: 'env' | 'argv', frame: Frame): boolean {
    if (node.type !== 'MemberExpression' || !isProcess(node, property)) return false;
    const object = this.#resolve(node.object, frame);
    const imported = object?.kind === 'external' && /^(?:node:)?process$/.test(object.module);
    return imported || this.#globalName(node.object, frame) === 'process';
  }

  /** Whether an expression changes a variable of the environment, or what is read like one. */
  #writesInput(node: AnyNode, frame: Frame): boolean {
    return targetsOf(node).some((target) => {
      if (target?.type !== 'MemberExpression') return !!target && this.#writesInput(target, frame);
      const name = memberName(target) ?? '';
      // A name that is worked out may be that of a variable.
      const isInput = name === '' || isRegistryName(name) || isInteractiveName(name);
      return isInput || this.#isProcess(target.object, 'env', frame);
    });
  }

  /** The function that a call goes into, if it is certain. */
  #functionCalled(
    { callee, optional }: CallExpression,
    frame: Frame,
  ): Located<FunctionNode> | null {
    const binding = this.#resolve(callee, frame);
    const fn = binding && functionOf(binding);
    return fn && !(optional && !this.#isSettled(fn)) ? fn : null;
  }

  #callExpression(node: CallExpression, frame: Frame): Value {
    const { callee } = node;
    const fn = this.#functionCalled(node, frame);
    // Whoever is given the environment may change it.
    this.interrupted ||= node.arguments.some((one) => this.#isProcess(one, 'env', frame));
    if (node.arguments.some(({ type }) => type === 'SpreadElement')) {
      this.interrupted ||= throws(fn?.node.body ?? callee);
      return this.other(frame.at, node);
    }
    const args = node.arguments.map((argument) =>
      isFunction(argument) ? this.other(frame.at, argument) : this.follow(argument, frame),
    );
    const binding = this.#resolve(callee, frame);
    const [first, second] = args;
    if (binding && args.length <= 2 && first?.known && isFlagName(first.value)) {
      if (fn && readsFlags(this.#graph, fn) && (args.length < 2 || !returnsOpposite(fn.node))) {
        const fallback = second ?? this.other(frame.at, node);
        // What else decides it as long as the vendor says nothing of it makes it no feature flag.
        if (second && !onlyFlags(atomsOf(second)))
          return this.other(frame.at, node, atomsOf(second));
        return this.#atom({ kind: 'remote-flag', name: first.value, fallback });
      }
    }
    if (fn) {
      const value = this.#call(fn, args, frame.depth + 1);
      return value.known || value.truth !== null || onlyFlags(value.atoms)
        ? value
        : this.other(frame.at, node, value.atoms);
    }
    if (callee.type === 'MemberExpression' && callee.object.type !== 'Super') {
      return this.#method(node, callee, args, frame);
    }
    if (callee.type !== 'Identifier') this.interrupted ||= throws(callee);
    const name = this.#globalName(callee, frame);
    if (first && name === 'Boolean') return not(not(first));
    if (first?.known && name === 'String' && typeof first.value !== 'object') {
      return known(String(first.value));
    }
    return this.other(frame.at, node, args.flatMap(atomsOf));
  }

  #method(
    node: AnyNode,
    callee: Extract<AnyNode, { type: 'MemberExpression' }>,
    args: readonly Value[],
    frame: Frame,
  ): Value {
    const method = memberName(callee);
    if (method === null || callee.object.type === 'Super') return this.other(frame.at, node);
    if (this.#isProcess(callee.object, 'argv', frame)) {
      const [option] = args;
      return method === 'includes' && option?.known && isOptionName(option.value)
        ? this.#atom({ kind: 'argv', name: option.value })
        : this.other(frame.at, node);
    }
    const object = this.follow(callee.object, frame);
    return callBuiltin(object, method, args) ?? this.other(frame.at, node, atomsOf(object));
  }

  #atom(atom: Atom): Value {
    this.#options.onAtom?.(atom);
    return this.#options.oracle(atom) ?? unknown([atom]);
  }

  /** An unknown value that depends on a piece of code. */
  other(at: Located, node: AnyNode, atoms: readonly Atom[] = []): Value {
    const text = textOf({ ...at, node }).slice(0, 60);
    return unknown([...atoms, { kind: 'other', name: text }]);
  }
}

function isEmpty(value: Value): boolean {
  return value.known && Array.isArray(value.value) && value.value.length === 0;
}

type CallExpression = Extract<AnyNode, { type: 'CallExpression' }>;

function onlyFlags(atoms: readonly Atom[]): boolean {
  return atoms.every(({ kind }) => kind !== 'other');
}

/** The name that `a` and `a.b.c` begin with. */
function rootOf(node: AnyNode): string | null {
  if (node.type === 'MemberExpression') return rootOf(node.object);
  return node.type === 'Identifier' ? node.name : null;
}

/**
 * A registry, or the function that gives it, stands at the top level of a module and does not have
 * its values written in it.
 */
function mayBeRegistry(binding: Binding | undefined, name: string): boolean {
  if (binding?.kind === 'unresolved') return !['local', 'computed'].includes(binding.why);
  if (binding?.kind !== 'value') return false;
  const { node } = binding.at;
  if (!isFunction(node)) return !writesOut(node, name);
  return !node.async && ![...descendants(node)].some((inner) => writesOut(inner, name));
}
