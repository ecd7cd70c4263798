import type { AnyNode, Pattern } from 'acorn';
import { asks, walkedBy } from '../names/constants.ts';
import { type FunctionNode, isFunction, memberName } from '../syntax/located.ts';
import { assignedBy, patternNames, targetsOf } from '../names/scope.ts';
import { children, descendants } from '../syntax/source.ts';

/** The local names of a function whose value cannot be followed from statement to statement. */
export interface UntrackedLocals {
  /**
   * Declared twice, seen outside the block that declares them, or assigned where it is not certain
   * that and when the assignment is reached (before the declaration, in a nested function, a loop,
   * a `try`, on one side of `&&`).
   */
  values: ReadonlySet<string>;
  /** Not only asked questions: if it holds a list or a pattern, that may be changed. */
  mutated: ReadonlySet<string>;
  /** Handed to a function once for each element: only an empty list is certain to stay as it is. */
  iterated: ReadonlySet<string>;
  /** Given a value that nothing asks for: it is worked out for its effect alone. */
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
  /** Certainly reached, and once, when control comes to the statement around it. */
  straight: boolean;
  /** The function or block that `let` and `const` declare for. */
  block: AnyNode;
}

class Search implements UntrackedLocals {
  readonly values = new Set<string>();
  readonly mutated = new Set<string>();
  readonly iterated = new Set<string>();
  readonly unread = new Set<string>();
  readonly #fn: FunctionNode;
  readonly #declared = new Map<string, AnyNode>();
  readonly #seen = new Map<string, AnyNode[]>();
  readonly #asked = new Set<AnyNode>();
  readonly #written = new Set<AnyNode>();
  readonly #given = new Set<AnyNode>();

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
    for (const [name, scope] of this.#declared) {
      const inside = (node: AnyNode): boolean => scope.start <= node.start && node.end <= scope.end;
      if (!(this.#seen.get(name) ?? []).every(inside)) this.values.add(name);
      // Either may change a local name without writing it.
      const seesAll = this.#seen.has('arguments') || this.#seen.has('eval');
      if (seesAll) this.values.add(name);
      const given = (node: AnyNode): boolean => this.#given.has(node) || this.#written.has(node);
      if (!seesAll && (this.#seen.get(name) ?? []).every(given)) this.unread.add(name);
    }
  }

  /** Notes what one node declares, assigns and mentions; returns what to visit below it. */
  #visit({ node, straight, block }: Visit): Visit[] {
    const assigned = assignedBy(node);
    const simple =
      straight && node.type === 'AssignmentExpression' && node.left.type === 'Identifier';
    for (const name of assigned) {
      if (!simple || !this.#declared.has(name)) this.values.add(name);
    }
    this.#noteAsked(node);
    if (node.type === 'Identifier') {
      if (!this.#asked.has(node)) this.mutated.add(node.name);
      this.#seen.set(node.name, [...(this.#seen.get(node.name) ?? []), node]);
    } else if (node.type === 'VariableDeclaration') {
      const scope = node.kind === 'var' ? this.#fn : block;
      for (const { id } of node.declarations) {
        for (const name of patternNames(id)) this.#declare(name, scope);
        for (const part of descendants(id)) this.#given.add(part);
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

  /** Notes the mentions that leave a list as it is: where it is declared, assigned, or looked at. */
  #noteAsked(node: AnyNode): void {
    for (const target of targetsOf(node)) if (target) this.#written.add(target);
    const walked = walkedBy(node);
    if (walked?.list.type === 'Identifier') {
      this.#asked.add(walked.list);
      if (!walked.looks) this.iterated.add(walked.list.name);
    }
    // Where `list.length` is written, the list is not only looked at.
    if (!this.#written.has(node)) for (const part of looksAt(node)) this.#asked.add(part);
  }

  #declare(name: string, scope: AnyNode): void {
    if (this.#declared.has(name)) this.values.add(name);
    this.#declared.set(name, scope);
  }
}

const blocks = new Set(['BlockStatement', 'SwitchStatement']);

/** Nodes whose parts the evaluation goes through in order. */
const followed = new Set([
  'BlockStatement',
  'ExpressionStatement',
  'IfStatement',
  'ReturnStatement',
  'SequenceExpression',
  'VariableDeclaration',
  'VariableDeclarator',
]);

/** What is evaluated where a parameter gets its value: the defaults and computed keys in it. */
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

/** The parts of a node whose value it does not change or hand on. */
function looksAt(node: AnyNode): readonly AnyNode[] {
  switch (node.type) {
    case 'VariableDeclarator':
      return [node.id];
    case 'AssignmentExpression':
      return [node.left];
    case 'MemberExpression':
      return asks(node) ? [node.object] : [];
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
