import type { AnyNode, Expression } from 'acorn';
import { callBuiltin, lengthOf } from './builtins.ts';
import { isConstant, writesOut } from './constants.ts';
import type { Call, EvaluationOptions, Frame } from './frame.ts';
import { type Located, contains, isFunction, memberName, textOf } from './located.ts';
import { binary, coalesce, unary } from './operators.ts';
import type { ModuleGraph } from './resolve.ts';
import { isFlagName, isInteractiveName, isProcess, isRegistryName } from './switches.ts';
import {
  type Atom,
  type Value,
  atomsOf,
  join,
  known,
  logical,
  not,
  truth,
  unknown,
} from './values.ts';

const MAX_STEPS = 20_000;
const MAX_NESTING = 400;

/** Follows expressions; a call of a function whose body is known goes back to `call`. */
export class Expressions {
  readonly #graph: ModuleGraph;
  readonly #options: EvaluationOptions;
  readonly #call: Call;
  #steps = 0;
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

  /** An assignment to a local name; other effects do not change what a gate returns. */
  effect(expression: Expression, frame: Frame): void {
    if (expression.type === 'SequenceExpression') {
      for (const part of expression.expressions) this.effect(part, frame);
    } else if (expression.type === 'AssignmentExpression') {
      this.assign(expression, frame);
    }
  }

  assign(node: Extract<AnyNode, { type: 'AssignmentExpression' }>, frame: Frame): Value {
    const value =
      node.operator === '=' ? this.follow(node.right, frame) : this.other(frame.at, node);
    if (node.left.type === 'Identifier' && frame.scope.has(node.left.name)) {
      this.set(node.left.name, value, frame);
    }
    return value;
  }

  set(name: string, value: Value, { at, scope, unstable }: Frame): void {
    scope.set(name, unstable.has(name) ? this.other(at, at.node, atomsOf(value)) : value);
  }

  /** Follows one more node, unless the code is larger or deeper than a gate ever is. */
  limited(node: AnyNode, frame: Frame, follow: () => Value): Value {
    if (++this.#steps > MAX_STEPS || this.#nesting > MAX_NESTING) return this.other(frame.at, node);
    this.#nesting++;
    const value = follow();
    this.#nesting--;
    return value;
  }

  #followed(node: AnyNode, frame: Frame): Value {
    switch (node.type) {
      case 'Literal':
        if (node.regex) return known(new RegExp(node.regex.pattern, node.regex.flags));
        return typeof node.value === 'bigint' || node.value instanceof RegExp
          ? this.other(frame.at, node)
          : known(node.value);
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
      case 'ArrayExpression':
        return known(
          node.elements.map((element) =>
            element && element.type !== 'SpreadElement'
              ? this.follow(element, frame)
              : this.other(frame.at, node),
          ),
        );
      case 'NewExpression': {
        const [items] = node.arguments;
        const isSet = node.callee.type === 'Identifier' && node.callee.name === 'Set';
        return isSet && items?.type === 'ArrayExpression'
          ? this.follow(items, frame)
          : this.other(frame.at, node);
      }
      case 'MemberExpression':
        return this.#member(node, frame);
      case 'CallExpression':
        return this.#callExpression(node, frame);
      default:
        return this.other(frame.at, node);
    }
  }

  #identifier(name: string, node: AnyNode, frame: Frame): Value {
    const local = frame.scope.get(name);
    if (local) return local;
    const from = { ...frame.at, node };
    const binding = this.#graph.resolve(name, from);
    if (binding.kind === 'unresolved' && binding.why === 'undeclared' && name === 'undefined') {
      return known(undefined);
    }
    // A variable of this very function that has no value yet is read before it is set.
    const early = binding.kind === 'value' && contains(frame.at, binding.at);
    if (binding.kind !== 'value' || early || !isConstant(binding.at)) {
      return this.other(frame.at, node);
    }
    const elsewhere = { at: binding.at, scope: new Map(), unstable: new Set<string>() };
    return this.follow(binding.at.node, { ...elsewhere, depth: frame.depth + 1 });
  }

  #member(node: Extract<AnyNode, { type: 'MemberExpression' }>, frame: Frame): Value {
    const name = memberName(node);
    if (name === null) return this.other(frame.at, node);
    if (isProcess(node.object, 'env')) return this.#atom({ kind: 'env', name, parsed: false });
    if (isRegistryName(name) && this.#mayBeRegistry(node.object, name, frame)) {
      return this.#atom({ kind: 'env', name, parsed: true });
    }
    if (isInteractiveName(name)) return this.#atom({ kind: 'interactive', name });
    const length = name === 'length' && lengthOf(this.follow(node.object, frame));
    if (length) return length;
    return this.other(frame.at, node);
  }

  /** A registry stands at the top level of a module and does not have its values written in it. */
  #mayBeRegistry(object: AnyNode, name: string, frame: Frame): boolean {
    if (object.type !== 'Identifier' || frame.scope.has(object.name)) return false;
    const binding = this.#graph.resolve(object.name, { ...frame.at, node: object });
    if (binding.kind === 'unresolved') return binding.why !== 'local';
    return binding.kind === 'external' || !writesOut(binding.at.node, name);
  }

  #callExpression(node: Extract<AnyNode, { type: 'CallExpression' }>, frame: Frame): Value {
    const { callee } = node;
    if (node.arguments.some(({ type }) => type === 'SpreadElement'))
      return this.other(frame.at, node);
    const args = node.arguments.map((argument) =>
      isFunction(argument) ? this.other(frame.at, argument) : this.follow(argument, frame),
    );
    if (callee.type === 'MemberExpression' && callee.object.type !== 'Super') {
      const method = memberName(callee);
      if (method === null) return this.other(frame.at, node);
      const [option] = args;
      if (isProcess(callee.object, 'argv') && option?.known && typeof option.value === 'string') {
        return this.#atom({ kind: 'argv', name: option.value });
      }
      const object = this.follow(callee.object, frame);
      return callBuiltin(object, method, args) ?? this.other(frame.at, node, atomsOf(object));
    }
    if (callee.type !== 'Identifier' || frame.scope.has(callee.name))
      return this.other(frame.at, node);
    const [first, second] = args;
    if (args.length <= 2 && first?.known && isFlagName(first.value)) {
      const fallback = second ?? this.other(frame.at, node);
      return this.#atom({ kind: 'remote-flag', name: first.value, fallback });
    }
    const from = { ...frame.at, node };
    const fn = this.#graph.resolveFunction(callee.name, from);
    if (fn) {
      const value = this.#call(fn, args, frame.depth + 1);
      return value.known || value.truth !== null || onlyFlags(value.atoms)
        ? value
        : this.other(frame.at, node, value.atoms);
    }
    const binding = this.#graph.resolve(callee.name, from);
    const global = binding.kind === 'unresolved' && binding.why === 'undeclared';
    if (global && first && callee.name === 'Boolean') return not(not(first));
    if (global && first?.known && callee.name === 'String' && typeof first.value !== 'object') {
      return known(String(first.value));
    }
    return this.other(frame.at, node, args.flatMap(atomsOf));
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

function onlyFlags(atoms: readonly Atom[]): boolean {
  return atoms.every(({ kind }) => kind !== 'other');
}
