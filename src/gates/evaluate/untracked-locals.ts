import type { AnyNode, Pattern } from 'acorn';
import { isQuery, iteratedBy } from '../names/constants.ts';
import { type FunctionNode, isFunction, memberName } from '../syntax/located.ts';
import { assignedBy, patternNames, targetsOf } from '../names/scope.ts';
import { children, descendants } from '../syntax/source.ts';

/** The local names of a function that evaluation cannot track from statement to statement. */
export interface UntrackedLocals {
  /**
   * Declared twice, used outside the declaring block, or assigned where it is uncertain whether and
   * when the assignment runs (before the declaration, in a nested function, a loop, a `try`, on one
   * side of `&&`).
   */
  values: ReadonlySet<string>;
  /** Used for more than queries: a list or pattern in it may be mutated. */
  mutated: ReadonlySet<string>;
  /** Iterated with a callback that gets the list: only an empty one is certain to stay the same. */
  iterated: ReadonlySet<string>;
  /** Assigned but never read: the value is computed for its effect alone. */
  unread: ReadonlySet<string>;
}

const known = new WeakMap<FunctionNode, UntrackedLocals>();

export function untrackedLocals(fn: FunctionNode): UntrackedLocals {
  const cached = known.get(fn);
  if (cached) return cached;
  const found = new Search(fn);
  known.set(fn, found);
  return found;
}

interface Visit {
  node: AnyNode;
  /** Whether it runs exactly once each time the statement around it does. */
  straight: boolean;
  /** The function or block that `let` and `const` in it belong to. */
  block: AnyNode;
}

class Search implements UntrackedLocals {
  readonly values = new Set<string>();
  readonly mutated = new Set<string>();
  readonly iterated = new Set<string>();
  readonly unread = new Set<string>();
  readonly #fn: FunctionNode;
  readonly #declared = new Map<string, AnyNode>();
  readonly #mentions = new Map<string, AnyNode[]>();
  readonly #queried = new Set<AnyNode>();
  readonly #written = new Set<AnyNode>();
  readonly #assigned = new Set<AnyNode>();

  constructor(fn: FunctionNode) {
    this.#fn = fn;
    for (const name of fn.params.flatMap(patternNames)) this.#declare(name, fn);
    const block = fn.body.type === 'BlockStatement';
    const parts = block ? children(fn.body) : [fn.body];
    const defaults = fn.params.flatMap(evaluatedIn);
    const open = [
      ...parts.map((node): Visit => ({ node, straight: true, block: fn })).reverse(),
      ...defaults.map((node): Visit => ({ node, straight: false, block: fn })),
    ];
    for (let next = open.pop(); next; next = open.pop()) open.push(...this.#visit(next).reverse());
    // Either may read or change a local variable without naming it.
    const mayAlias = this.#mentions.has('arguments') || this.#mentions.has('eval');
    for (const [name, scope] of this.#declared) {
      const mentions = this.#mentions.get(name) ?? [];
      const inside = (node: AnyNode): boolean => scope.start <= node.start && node.end <= scope.end;
      if (mayAlias || !mentions.every(inside)) this.values.add(name);
      const isWrite = (node: AnyNode): boolean =>
        this.#assigned.has(node) || this.#written.has(node);
      if (!mayAlias && mentions.every(isWrite)) this.unread.add(name);
    }
  }

  /** Records what one node declares, assigns and mentions; returns what to visit below it. */
  #visit({ node, straight, block }: Visit): Visit[] {
    const assigned = assignedBy(node);
    const simple =
      straight && node.type === 'AssignmentExpression' && node.left.type === 'Identifier';
    for (const name of assigned) {
      if (!simple || !this.#declared.has(name)) this.values.add(name);
    }
    this.#noteQueries(node);
    if (node.type === 'Identifier') {
      if (!this.#queried.has(node)) this.mutated.add(node.name);
      this.#mentions.set(node.name, [...(this.#mentions.get(node.name) ?? []), node]);
    } else if (node.type === 'VariableDeclaration') {
      const scope = node.kind === 'var' ? this.#fn : block;
      for (const { id } of node.declarations) {
        for (const name of patternNames(id)) this.#declare(name, scope);
        for (const part of descendants(id)) this.#assigned.add(part);
      }
    } else if (node.type === 'CatchClause' && node.param) {
      for (const name of patternNames(node.param)) this.#declare(name, node);
    } else if (node.type === 'FunctionDeclaration' && node.id) {
      this.#declare(node.id.name, block);
    }
    const inside = isFunction(node) || blocks.has(node.type) ? node : block;
    const follows =
      straight &&
      (followed.has(node.type) || (node.type === 'AssignmentExpression' && node.operator === '='));
    return children(node).map((child) => ({ node: child, straight: follows, block: inside }));
  }

  /** Records the mentions that leave a list unchanged: declarations, assignments and queries. */
  #noteQueries(node: AnyNode): void {
    for (const target of targetsOf(node)) if (target) this.#written.add(target);
    const iterated = iteratedBy(node);
    if (iterated?.list.type === 'Identifier') {
      this.#queried.add(iterated.list);
      if (!iterated.keeps) this.iterated.add(iterated.list.name);
    }
    // Assigning `list.length` is no query.
    if (!this.#written.has(node)) for (const part of queriedBy(node)) this.#queried.add(part);
  }

  #declare(name: string, scope: AnyNode): void {
    if (this.#declared.has(name)) this.values.add(name);
    this.#declared.set(name, scope);
  }
}

const blocks = new Set(['BlockStatement', 'SwitchStatement']);

/** Nodes whose parts evaluation follows in order. */
const followed = new Set([
  'BlockStatement',
  'ExpressionStatement',
  'IfStatement',
  'ReturnStatement',
  'SequenceExpression',
  'VariableDeclaration',
  'VariableDeclarator',
]);

/** What runs when a parameter is bound: the defaults and computed keys in it. */
function evaluatedIn(pattern: Pattern): AnyNode[] {
  switch (pattern.type) {
    case 'AssignmentPattern':
      return [pattern.right, ...evaluatedIn(pattern.left)];
    case 'RestElement':
      return evaluatedIn(pattern.argument);
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element ? evaluatedIn(element) : []));
    case 'ObjectPattern':
      return pattern.properties.flatMap((one) =>
        one.type === 'Property'
          ? [...(one.computed ? [one.key] : []), ...evaluatedIn(one.value)]
          : evaluatedIn(one.argument),
      );
    default:
      return [];
  }
}

/** The parts of a node whose values it neither changes nor passes on. */
function queriedBy(node: AnyNode): readonly AnyNode[] {
  switch (node.type) {
    case 'VariableDeclarator':
      return [node.id];
    case 'AssignmentExpression':
      return [node.left];
    case 'MemberExpression':
      return isQuery(node) ? [node.object] : [];
    case 'UnaryExpression':
    case 'SpreadElement':
      return [node.argument];
    case 'BinaryExpression':
      return [node.left, node.right];
    case 'ReturnStatement':
      return node.argument ? [node.argument] : [];
    case 'IfStatement':
    case 'ConditionalExpression':
      return [node.test];
    case 'CallExpression': {
      const { callee } = node;
      const isArray = callee.type === 'MemberExpression' && memberName(callee) === 'isArray';
      return isArray ? node.arguments : [];
    }
    default:
      return [];
  }
}
