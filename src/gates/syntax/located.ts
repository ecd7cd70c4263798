import type {
  AnonymousFunctionDeclaration,
  AnyNode,
  ArrowFunctionExpression,
  FunctionDeclaration,
  FunctionExpression,
  MemberExpression,
} from 'acorn';
import { type Statement, children, pathTo } from './source.ts';

/** A syntax node with the top-level statement around it. */
export interface Located<N extends AnyNode = AnyNode> {
  statement: Statement;
  node: N;
}

export type FunctionNode =
  | FunctionDeclaration
  | AnonymousFunctionDeclaration
  | FunctionExpression
  | ArrowFunctionExpression;

export function isFunction(node: AnyNode): node is FunctionNode {
  return (
    node.type === 'FunctionDeclaration' ||
    node.type === 'FunctionExpression' ||
    node.type === 'ArrowFunctionExpression'
  );
}

/** A node and all nodes below it, in source order; nested functions are left out. */
export function* ownNodes(node: AnyNode): Generator<AnyNode> {
  const open = [node];
  for (let next = open.pop(); next; next = open.pop()) {
    if (isFunction(next)) continue;
    yield next;
    open.push(...children(next).reverse());
  }
}

/** Whether code holds a node of one of the types; nested functions are left out. */
export function hasOwnNode(node: AnyNode, types: ReadonlySet<string>): boolean {
  for (const { type } of ownNodes(node)) if (types.has(type)) return true;
  return false;
}

/** The nodes around a node, from the program down to the innermost at its start. */
export function pathOf({ statement, node }: Located): AnyNode[] {
  return pathTo(statement, statement.start + node.start);
}

/** Whether one node is inside another, or is that node. */
export function contains(outer: Located, inner: Located): boolean {
  return (
    outer.statement === inner.statement &&
    outer.node.start <= inner.node.start &&
    inner.node.end <= outer.node.end
  );
}

/** The text of a node, as written in its module. */
export function textOf({ statement, node }: Located): string {
  return statement.source.text.slice(statement.start + node.start, statement.start + node.end);
}

/** The property read by `a.b` or `a["b"]`; null if the name is computed. */
export function memberName(node: MemberExpression): string | null {
  if (!node.computed) return node.property.type === 'Identifier' ? node.property.name : null;
  return node.property.type === 'Literal' && typeof node.property.value === 'string'
    ? node.property.value
    : null;
}

/** The variable that a node is assigned to, in a declaration or an assignment. */
export function boundName(at: Located): string | null {
  const path = pathOf(at);
  const parent = path[path.indexOf(at.node) - 1];
  const target =
    parent?.type === 'VariableDeclarator' && parent.init === at.node
      ? parent.id
      : parent?.type === 'AssignmentExpression' && parent.right === at.node
        ? parent.left
        : undefined;
  return target?.type === 'Identifier' ? target.name : null;
}
