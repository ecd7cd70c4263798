import type {
  AnonymousFunctionDeclaration,
  AnyNode,
  ArrowFunctionExpression,
  FunctionDeclaration,
  FunctionExpression,
} from 'acorn';
import { type Statement, pathTo } from './source.ts';

/** A syntax node with the top-level statement it stands in. */
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

/** The nodes around a node, from the program down to the innermost at its start. */
export function pathOf({ statement, node }: Located): AnyNode[] {
  return pathTo(statement, statement.start + node.start);
}

/** Whether one node stands inside another. */
export function contains(outer: Located, inner: Located): boolean {
  return (
    outer.statement === inner.statement &&
    outer.node.start <= inner.node.start &&
    inner.node.end <= outer.node.end
  );
}

/** The text of a node as the module has it. */
export function textOf({ statement, node }: Located): string {
  return statement.source.text.slice(statement.start + node.start, statement.start + node.end);
}

/** The property read by `a.b` or `a["b"]`; null if it is computed otherwise. */
export function memberName(node: Extract<AnyNode, { type: 'MemberExpression' }>): string | null {
  if (!node.computed) return node.property.type === 'Identifier' ? node.property.name : null;
  return node.property.type === 'Literal' && typeof node.property.value === 'string'
    ? node.property.value
    : null;
}

/** The variable whose value a node is, where it is declared or assigned. */
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
