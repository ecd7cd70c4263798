import type { AnyNode } from 'acorn';
import { type FunctionNode, isFunction } from './located.ts';
import { assignedBy, patternNames } from './scope.ts';
import { children } from './source.ts';

const known = new WeakMap<FunctionNode, ReadonlySet<string>>();

/**
 * The local names of a function whose value cannot be followed from statement to statement: they
 * are declared twice, seen outside the block that declares them, or assigned where it is not
 * certain that and when the assignment is reached (before the declaration, in a nested function, a
 * loop, a `try`, on one side of `&&`).
 */
export function unstableLocals(fn: FunctionNode): ReadonlySet<string> {
  const cached = known.get(fn);
  if (cached) return cached;
  const found = new Search(fn).unstable;
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

class Search {
  readonly unstable = new Set<string>();
  readonly #fn: FunctionNode;
  readonly #declared = new Map<string, AnyNode>();
  readonly #seen = new Map<string, AnyNode[]>();

  constructor(fn: FunctionNode) {
    this.#fn = fn;
    for (const name of fn.params.flatMap(patternNames)) this.#declare(name, fn);
    const block = fn.body.type === 'BlockStatement';
    const parts = block ? children(fn.body) : [fn.body];
    const open = parts.map((node): Visit => ({ node, straight: true, block: fn })).reverse();
    for (let next = open.pop(); next; next = open.pop()) open.push(...this.#visit(next).reverse());
    for (const [name, scope] of this.#declared) {
      const inside = (node: AnyNode): boolean => scope.start <= node.start && node.end <= scope.end;
      if (!(this.#seen.get(name) ?? []).every(inside)) this.unstable.add(name);
    }
  }

  /** Notes what one node declares, assigns and mentions; returns what to visit below it. */
  #visit({ node, straight, block }: Visit): Visit[] {
    const assigned = assignedBy(node);
    const simple =
      straight && node.type === 'AssignmentExpression' && node.left.type === 'Identifier';
    for (const name of assigned) {
      if (!simple || !this.#declared.has(name)) this.unstable.add(name);
    }
    if (node.type === 'Identifier') {
      this.#seen.set(node.name, [...(this.#seen.get(node.name) ?? []), node]);
    } else if (node.type === 'VariableDeclaration') {
      const scope = node.kind === 'var' ? this.#fn : block;
      for (const { id } of node.declarations) {
        for (const name of patternNames(id)) this.#declare(name, scope);
      }
    } else if (node.type === 'CatchClause' && node.param) {
      for (const name of patternNames(node.param)) this.#declare(name, node);
    } else if (node.type === 'FunctionDeclaration' && node.id) {
      this.#declare(node.id.name, block);
    }
    const inside = isFunction(node) ? node : node.type === 'BlockStatement' ? node : block;
    const follows =
      straight &&
      (followed.has(node.type) || (node.type === 'AssignmentExpression' && node.operator === '='));
    return children(node).map((child) => ({ node: child, straight: follows, block: inside }));
  }

  #declare(name: string, scope: AnyNode): void {
    if (this.#declared.has(name)) this.unstable.add(name);
    this.#declared.set(name, scope);
  }
}

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
