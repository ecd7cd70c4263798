import type { AnyNode, CallExpression, Expression } from 'acorn';
import { throws } from '../evaluate/interrupts.ts';
import { asksForTelemetry, builtins } from './telemetry.ts';
import { type FunctionNode, type Located, isFunction, memberName } from '../syntax/located.ts';
import { type ModuleGraph, functionOf } from '../names/resolve.ts';
import { children, descendants } from '../syntax/source.ts';

/**
 * Whether a function that takes the name of a remote flag, and maybe its default, only looks the
 * flag up: its result comes from the name or the default, and the only other thing it asks is
 * whether the build may send telemetry (if not, no flags are fetched). The readers of all published
 * builds are like that. Anything else in it may be a check that a flip would remove.
 */
export function readsFlags(graph: ModuleGraph, fn: Located<FunctionNode>): boolean {
  const found = known.get(fn.node) ?? new Reader(graph, fn, 0, 0).isPlain();
  known.set(fn.node, found);
  return found;
}

const known = new WeakMap<FunctionNode, boolean>();

const MAX_DEPTH = 5;
/** Methods that look up a name, in maps and in the class that later builds keep flags in. */
const lookups = /^(?:has|hasOwn|add|set|get[A-Z]?\w*)$/;

class Reader {
  readonly #graph: ModuleGraph;
  readonly #fn: Located<FunctionNode>;
  readonly #depth: number;
  /** Names that hold the flag's name, or the value found under it. */
  readonly #carrying = new Set<string>();
  /** Other parameters, and local names whose values are plain. */
  readonly #plain = new Set(['undefined']);
  /** Names of what the flag is looked up in. */
  readonly #containers = new Set<string>();

  constructor(graph: ModuleGraph, fn: Located<FunctionNode>, index: number, depth: number) {
    this.#graph = graph;
    this.#fn = fn;
    this.#depth = depth;
    for (const [at, parameter] of fn.node.params.entries()) {
      const { left: name } =
        parameter.type === 'AssignmentPattern' ? parameter : { left: parameter };
      if (name.type === 'Identifier') (at === index ? this.#carrying : this.#plain).add(name.name);
    }
  }

  isPlain(): boolean {
    const { body, params, async, generator } = this.#fn.node;
    if (async || generator || this.#depth > MAX_DEPTH || this.#carrying.size === 0) return false;
    const defaults = params.flatMap((one) => (one.type === 'AssignmentPattern' ? one.right : []));
    return this.#carries(body) && [...defaults, body].every((node) => this.#is(node));
  }

  /** Whether code is plain: it can hold no check. */
  #is(node: AnyNode): boolean {
    switch (node.type) {
      case 'Literal':
      case 'EmptyStatement':
        return true;
      case 'Identifier':
        return this.#carrying.has(node.name) || this.#plain.has(node.name);
      case 'Property':
        return !node.computed && this.#is(node.value);
      case 'VariableDeclarator':
        return this.#declares(node);
      case 'AssignmentExpression':
        return node.left.type === 'Identifier'
          ? this.#assigns(node.left.name, node.right)
          : this.#carries(node.left) && children(node).every((part) => this.#is(part));
      case 'MemberExpression':
      case 'CallExpression':
        return this.#carries(node)
          ? this.#isLookup(node, false)
          : asksForTelemetry(this.#graph, node, this.#fn);
      case 'ExpressionStatement':
        return this.#isEffect(node.expression);
      case 'SequenceExpression': {
        const { expressions } = node;
        const last = expressions.at(-1);
        return (
          !!last && this.#is(last) && expressions.slice(0, -1).every((one) => this.#isEffect(one))
        );
      }
      case 'LogicalExpression':
        return this.#mayLookIn(node) ? this.#is(node.right) : this.#are(node);
      case 'BinaryExpression':
        return node.operator === 'in' ? this.#carries(node.left) : this.#are(node);
      default:
        return parts.has(node.type) && this.#are(node);
    }
  }

  #are(node: AnyNode): boolean {
    return children(node).every((part) => this.#is(part));
  }

  #carries(node: AnyNode): boolean {
    return this.#mentions(node, this.#carrying);
  }

  #mentions(node: AnyNode, names: ReadonlySet<string>): boolean {
    for (const inner of descendants(node)) {
      if (inner.type === 'Identifier' && names.has(inner.name)) return true;
    }
    return false;
  }

  #declares({ id, init }: Extract<AnyNode, { type: 'VariableDeclarator' }>): boolean {
    if (id.type !== 'Identifier') return false;
    return !init || this.#assigns(id.name, init);
  }

  #assigns(name: string, value: Expression): boolean {
    if (this.#carries(value)) this.#carrying.add(name);
    else if (isContainer(value)) {
      this.#containers.add(name);
      return true;
    } else this.#plain.add(name);
    return this.#is(value);
  }

  /** `held && name in held`: a test that the container exists. */
  #mayLookIn({ operator, left, right }: Extract<AnyNode, { type: 'LogicalExpression' }>): boolean {
    if (operator !== '&&' || left.type !== 'Identifier') return false;
    return this.#containers.has(left.name) && this.#mentions(right, new Set([left.name]));
  }

  /** A call whose value is unused: it gets the name, and cannot end the reader. */
  #isEffect(node: AnyNode): boolean {
    if (node.type !== 'CallExpression') {
      return /^(?:Assignment|Sequence|Logical|Conditional)/.test(node.type) && this.#is(node);
    }
    return this.#carries(node) && this.#isLookup(node, true);
  }

  /** Whether a chain of members and calls that contains the name (`config().flags?.[name]`) looks it up. */
  #isLookup(node: AnyNode, effect: boolean): boolean {
    switch (node.type) {
      case 'ChainExpression':
        return this.#isLookup(node.expression, effect);
      case 'MemberExpression':
        if (node.computed && this.#carries(node.property)) {
          return this.#holdsFlags(node.object) && this.#is(node.property);
        }
        return this.#isLookup(node.object, effect);
      case 'CallExpression':
        return this.#isCall(node, effect);
      default:
        return this.#is(node);
    }
  }

  #isCall(node: CallExpression, effect: boolean): boolean {
    const { callee } = node;
    const index = node.arguments.findIndex((one) => this.#carries(one));
    if (index < 0) return this.#isLookup(callee, effect);
    const isContainerName = (one: AnyNode): boolean =>
      one.type === 'Identifier' && this.#containers.has(one.name);
    if (!node.arguments.every((one) => this.#is(one) || (effect && isContainerName(one))))
      return false;
    const binding = this.#graph.resolveNode(callee, { ...this.#fn, node: callee });
    const fn = functionOf(binding);
    if (effect) {
      if (fn) return !throws(fn.node.body);
      if (binding.kind === 'value') return isLater(binding.at.node);
    } else if (fn) return new Reader(this.#graph, fn, index, this.#depth + 1).isPlain();
    if (callee.type === 'Identifier') return builtins.has(callee.name);
    if (callee.type !== 'MemberExpression') return false;
    return lookups.test(memberName(callee) ?? '') && this.#holdsFlags(callee.object);
  }

  /** Whether a flag may be looked up in a value: another one may be chosen by a policy. */
  #holdsFlags(node: AnyNode): boolean {
    return this.#carries(node) ? this.#isLookup(node, false) : isContainer(node);
  }
}

/** Nodes that are plain if their parts are. */
const parts = new Set([
  'ArrayExpression',
  'BlockStatement',
  'CatchClause',
  'ChainExpression',
  'ConditionalExpression',
  'IfStatement',
  'ObjectExpression',
  'ReturnStatement',
  'TryStatement',
  'UnaryExpression',
  'VariableDeclaration',
]);

/** `once(async (name) => …)`: an error in it does not end the caller. */
function isLater(node: AnyNode): boolean {
  const [only] = node.type === 'CallExpression' ? node.arguments : [];
  return !!only && isFunction(only) && only.async;
}

/** `overrides()`, `config().flags`, `state().pinned ??= new Map`. */
function isContainer(node: AnyNode): boolean {
  switch (node.type) {
    case 'AssignmentExpression':
    case 'LogicalExpression':
      return (
        /^(?:\?\?|\|\|)/.test(node.operator) && isContainer(node.left) && isContainer(node.right)
      );
    case 'ChainExpression':
      return isContainer(node.expression);
    case 'MemberExpression':
      return !node.computed && isContainer(node.object);
    case 'CallExpression':
      return node.arguments.length === 0 && node.callee.type === 'Identifier';
    case 'NewExpression':
      return node.arguments.length === 0;
    case 'ObjectExpression':
      return node.properties.length === 0;
    case 'Identifier':
    case 'ThisExpression':
      return true;
    default:
      return false;
  }
}
