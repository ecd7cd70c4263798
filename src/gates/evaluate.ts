import type { AnyNode, Expression, Statement as AcornStatement } from 'acorn';
import { callBuiltin } from './builtins.ts';
import { type FunctionNode, type Located, type ModuleGraph, isFunction } from './resolve.ts';
import {
  type Atom,
  type Value,
  atomsOf,
  join,
  known,
  logical,
  looselyEqual,
  not,
  strictlyEqual,
  truth,
  unknown,
} from './values.ts';

/** Decides an atom for one evaluation; undefined leaves it unknown. */
export type Oracle = (atom: Atom) => Value | undefined;

export interface EvaluationOptions {
  oracle: Oracle;
  /** Functions taken to return true whatever their body says: flips being tried. */
  flipped?: ReadonlySet<AnyNode>;
  /** Told of every atom met. */
  onAtom?: (atom: Atom) => void;
}

type Scope = Map<string, Value>;
/** Where evaluation stands: the place in the source, the local names, the depth of calls. */
interface Frame {
  at: Located;
  scope: Scope;
  depth: number;
}

const MAX_DEPTH = 12;
const MAX_STEPS = 20_000;

/**
 * The value a function returns when called with `args`, in three-valued logic. Nothing is run:
 * the syntax is followed, both ways where a condition is unknown; loops, exceptions and whatever
 * else is not understood give an unknown value, never a wrong one.
 */
export function evaluateCall(
  graph: ModuleGraph,
  fn: Located<FunctionNode>,
  args: readonly Value[],
  options: EvaluationOptions,
): Value {
  return new Evaluation(graph, options).call(fn, args, 0);
}

class Evaluation {
  readonly #graph: ModuleGraph;
  readonly #options: EvaluationOptions;
  #steps = 0;

  constructor(graph: ModuleGraph, options: EvaluationOptions) {
    this.#graph = graph;
    this.#options = options;
  }

  call(fn: Located<FunctionNode>, args: readonly Value[], depth: number): Value {
    const { node } = fn;
    if (this.#options.flipped?.has(node)) return known(true);
    if (node.async || node.generator || depth > MAX_DEPTH) return this.#other(fn, node);
    const scope: Scope = new Map();
    for (const [index, parameter] of node.params.entries()) {
      if (parameter.type !== 'Identifier') return this.#other(fn, node);
      scope.set(parameter.name, args[index] ?? known(undefined));
    }
    const at = { statement: fn.statement, node, enclosing: [...fn.enclosing, node] };
    const frame = { at, scope, depth };
    if (node.body.type !== 'BlockStatement') return this.#expression(node.body, frame);
    return this.#statements(node.body.body, frame);
  }

  /** The value returned by a list of statements; undefined where they run through. */
  #statements(statements: readonly AcornStatement[], frame: Frame): Value {
    const [first, ...rest] = statements;
    if (!first) return known(undefined);
    if (++this.#steps > MAX_STEPS) return this.#other(frame.at, first);
    switch (first.type) {
      case 'ReturnStatement':
        return first.argument ? this.#expression(first.argument, frame) : known(undefined);
      case 'BlockStatement':
        return this.#statements([...first.body, ...rest], frame);
      case 'IfStatement': {
        const test = this.#expression(first.test, frame);
        const certain = truth(test);
        const taken = (branch: AcornStatement | null | undefined): Value => {
          const scope = certain === null ? new Map(frame.scope) : frame.scope;
          return this.#statements(branch ? [branch, ...rest] : rest, { ...frame, scope });
        };
        if (certain !== null) return taken(certain ? first.consequent : first.alternate);
        return join(taken(first.consequent), taken(first.alternate), test);
      }
      case 'VariableDeclaration':
        for (const { id, init } of first.declarations) {
          if (id.type !== 'Identifier') return this.#other(frame.at, first);
          frame.scope.set(id.name, init ? this.#expression(init, frame) : known(undefined));
        }
        return this.#statements(rest, frame);
      case 'ExpressionStatement':
        this.#effect(first.expression, frame);
        return this.#statements(rest, frame);
      case 'TryStatement': {
        const tried = this.#statements([first.block, ...rest], {
          ...frame,
          scope: new Map(frame.scope),
        });
        const caught = this.#statements([...(first.handler?.body.body ?? []), ...rest], {
          ...frame,
          scope: new Map(frame.scope),
        });
        return first.finalizer
          ? this.#other(frame.at, first)
          : join(tried, caught, this.#other(frame.at, first.block));
      }
      case 'FunctionDeclaration':
      case 'EmptyStatement':
        return this.#statements(rest, frame);
      default:
        return this.#other(frame.at, first);
    }
  }

  /** An assignment to a local name; other effects do not change what a gate returns. */
  #effect(expression: Expression, frame: Frame): void {
    if (expression.type === 'SequenceExpression') {
      for (const part of expression.expressions) this.#effect(part, frame);
    } else if (expression.type === 'AssignmentExpression') {
      this.#assign(expression, frame);
    }
  }

  #assign(node: Extract<AnyNode, { type: 'AssignmentExpression' }>, frame: Frame): Value {
    const value =
      node.operator === '=' ? this.#expression(node.right, frame) : this.#other(frame.at, node);
    if (node.left.type === 'Identifier' && frame.scope.has(node.left.name)) {
      frame.scope.set(node.left.name, value);
    }
    return value;
  }

  #expression(node: AnyNode, frame: Frame): Value {
    if (++this.#steps > MAX_STEPS) return this.#other(frame.at, node);
    switch (node.type) {
      case 'Literal':
        if (node.regex) return known(new RegExp(node.regex.pattern, node.regex.flags));
        return typeof node.value === 'bigint' || node.value instanceof RegExp
          ? this.#other(frame.at, node)
          : known(node.value);
      case 'TemplateLiteral': {
        const [quasi] = node.quasis;
        const simple = node.expressions.length === 0 && typeof quasi?.value.cooked === 'string';
        return simple ? known(quasi.value.cooked) : this.#other(frame.at, node);
      }
      case 'Identifier':
        return this.#identifier(node.name, node, frame);
      case 'ParenthesizedExpression':
      case 'ChainExpression':
        return this.#expression(node.expression, frame);
      case 'SequenceExpression':
        for (const part of node.expressions.slice(0, -1)) this.#effect(part, frame);
        return this.#expression(node.expressions.at(-1) ?? node, frame);
      case 'AssignmentExpression':
        return this.#assign(node, frame);
      case 'UnaryExpression':
        return this.#unary(node.operator, this.#expression(node.argument, frame), node, frame);
      case 'LogicalExpression': {
        const left = this.#expression(node.left, frame);
        const right = (): Value => this.#expression(node.right, frame);
        if (node.operator !== '??') return logical(node.operator, left, right);
        if (left.known) return left.value === null || left.value === undefined ? right() : left;
        return left.truth === true ? left : join(left, right(), left);
      }
      case 'ConditionalExpression': {
        const test = this.#expression(node.test, frame);
        const certain = truth(test);
        if (certain !== null)
          return this.#expression(certain ? node.consequent : node.alternate, frame);
        const consequent = this.#expression(node.consequent, frame);
        return join(consequent, this.#expression(node.alternate, frame), test);
      }
      case 'BinaryExpression': {
        if (node.left.type === 'PrivateIdentifier') return this.#other(frame.at, node);
        const left = this.#expression(node.left, frame);
        const right = this.#expression(node.right, frame);
        if (node.operator === '===') return strictlyEqual(left, right);
        if (node.operator === '!==') return not(strictlyEqual(left, right));
        if (node.operator === '==') return looselyEqual(left, right);
        if (node.operator === '!=') return not(looselyEqual(left, right));
        return this.#other(frame.at, node, [...atomsOf(left), ...atomsOf(right)]);
      }
      case 'ArrayExpression':
        return known(
          node.elements.map((element) =>
            element && element.type !== 'SpreadElement'
              ? this.#expression(element, frame)
              : this.#other(frame.at, node),
          ),
        );
      case 'NewExpression': {
        const [items] = node.arguments;
        const isSet = node.callee.type === 'Identifier' && node.callee.name === 'Set';
        return isSet && items?.type === 'ArrayExpression'
          ? this.#expression(items, frame)
          : this.#other(frame.at, node);
      }
      case 'MemberExpression':
        return this.#member(node, frame);
      case 'CallExpression':
        return this.#callExpression(node, frame);
      default:
        return this.#other(frame.at, node);
    }
  }

  #unary(operator: string, value: Value, node: AnyNode, frame: Frame): Value {
    if (operator === '!') return not(value);
    if (operator === 'void') return known(undefined);
    if (operator === 'typeof' && value.known) {
      return known(
        value.value === null || typeof value.value === 'object' ? 'object' : typeof value.value,
      );
    }
    return this.#other(frame.at, node, atomsOf(value));
  }

  #identifier(name: string, node: AnyNode, frame: Frame): Value {
    if (name === 'undefined') return known(undefined);
    const local = frame.scope.get(name);
    if (local) return local;
    const binding = this.#graph.resolve(name, frame.at);
    if (binding.kind !== 'value' || frame.depth > MAX_DEPTH) return this.#other(frame.at, node);
    const { at } = binding;
    // A variable may be written elsewhere; what is authored as text, list or pattern is a constant.
    const constant =
      at.node.type === 'ArrayExpression' ||
      at.node.type === 'NewExpression' ||
      at.node.type === 'TemplateLiteral' ||
      (at.node.type === 'Literal' && (typeof at.node.value === 'string' || at.node.regex));
    if (!constant) return this.#other(frame.at, node);
    return this.#expression(at.node, { at, scope: new Map(), depth: frame.depth + 1 });
  }

  #member(node: Extract<AnyNode, { type: 'MemberExpression' }>, frame: Frame): Value {
    const name = memberName(node);
    if (name === null) return this.#other(frame.at, node);
    if (isProcess(node.object, 'env')) return this.#atom({ kind: 'env', name, parsed: false });
    if (
      registryName.test(name) &&
      node.object.type === 'Identifier' &&
      !frame.scope.has(node.object.name)
    ) {
      return this.#atom({ kind: 'env', name, parsed: true });
    }
    if (interactiveName.test(name)) return this.#atom({ kind: 'interactive', name });
    return this.#other(frame.at, node);
  }

  #callExpression(node: Extract<AnyNode, { type: 'CallExpression' }>, frame: Frame): Value {
    const args = node.arguments.map((argument) =>
      isFunction(argument) || argument.type === 'SpreadElement'
        ? this.#other(frame.at, argument)
        : this.#expression(argument, frame),
    );
    const { callee } = node;
    if (callee.type === 'MemberExpression' && callee.object.type !== 'Super') {
      const method = memberName(callee);
      if (method === null) return this.#other(frame.at, node);
      const [option] = args;
      if (isProcess(callee.object, 'argv') && option?.known) {
        return this.#atom({ kind: 'argv', name: String(option.value) });
      }
      const object = this.#expression(callee.object, frame);
      return callBuiltin(object, method, args) ?? this.#other(frame.at, node, atomsOf(object));
    }
    if (callee.type !== 'Identifier' || frame.scope.has(callee.name))
      return this.#other(frame.at, node);
    const [first, second] = args;
    if (args.length === 2 && first?.known && isFlagName(first.value) && second?.known) {
      return this.#atom({ kind: 'remote-flag', name: first.value, fallback: second });
    }
    const binding = this.#graph.resolve(callee.name, frame.at);
    if (binding.kind === 'value' && isFunction(binding.at.node)) {
      const value = this.call({ ...binding.at, node: binding.at.node }, args, frame.depth + 1);
      return value.known || value.truth !== null || onlyFlags(value.atoms)
        ? value
        : this.#other(frame.at, node, value.atoms);
    }
    const global = binding.kind === 'unresolved' && binding.why === 'undeclared';
    if (global && first && callee.name === 'Boolean') return not(not(first));
    if (global && first?.known && callee.name === 'String' && typeof first.value !== 'object') {
      return known(String(first.value));
    }
    return this.#other(frame.at, node, args.flatMap(atomsOf));
  }

  #atom(atom: Atom): Value {
    this.#options.onAtom?.(atom);
    return this.#options.oracle(atom) ?? unknown([atom]);
  }

  #other(at: Located, node: AnyNode, atoms: readonly Atom[] = []): Value {
    const { source, start } = at.statement;
    const text = source.text.slice(
      start + node.start,
      Math.min(start + node.end, start + node.start + 60),
    );
    return unknown([...atoms, { kind: 'other', name: text }]);
  }
}

const registryName = /^(CLAUDE|ANTHROPIC|ENABLE|DISABLE)_[A-Z0-9_]+$/;
const interactiveName = /^(is)?(non)?interactive(session)?$/i;

/**
 * The first argument of a flag look-up (`flag("tengu_amber_flint", true)`): authored words joined by
 * underscores. A name that speaks of what an account may do is no feature flag.
 */
function isFlagName(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    /^[a-z]+(_[a-z0-9]+)+$/.test(value) &&
    !/polic|permission|allow|plan|subscri|entitle|safety|managed|admin|billing/.test(value)
  );
}

function onlyFlags(atoms: readonly Atom[]): boolean {
  return atoms.every(({ kind }) => kind !== 'other');
}

/** The property read by `a.b` or `a["b"]`; null if it is computed otherwise. */
function memberName(node: Extract<AnyNode, { type: 'MemberExpression' }>): string | null {
  if (!node.computed) return node.property.type === 'Identifier' ? node.property.name : null;
  return node.property.type === 'Literal' && typeof node.property.value === 'string'
    ? node.property.value
    : null;
}

/** `process.env` or `process.argv`. */
function isProcess(node: AnyNode, property: 'env' | 'argv'): boolean {
  return (
    node.type === 'MemberExpression' &&
    node.object.type === 'Identifier' &&
    node.object.name === 'process' &&
    memberName(node) === property
  );
}
