import { parseAst } from 'vitest/node';

/** A node of a syntax tree in ESTree's form, with the place it has in its parent. */
export interface Node {
  type: string;
  start: number;
  end: number;
  parent: Node | null;
  /** The property of the parent that holds it, itself or in a list. */
  role: string;
  [property: string]: unknown;
}

/** The syntax tree of a TypeScript text. Error: SyntaxError. */
export function treeOf(source: string): Node {
  const program: unknown = parseAst(source, { lang: 'ts' });
  if (!isNode(program)) throw new TypeError('no syntax tree');
  return program;
}

/** The node in a property, which it has to have. */
export function nodeIn(node: Node, property: string): Node {
  const found = node[property];
  if (!isNode(found)) throw new TypeError(`a ${node.type} without ${property}`);
  return found;
}

/** All nodes that run, the outer first: types are left out. */
export function nodesOf(root: Node): Node[] {
  root.parent = null;
  root.role = '';
  const nodes: Node[] = [];
  const visit = (node: Node): void => {
    nodes.push(node);
    for (const child of childrenOf(node)) visit(child);
  };
  visit(root);
  return nodes;
}

export function childrenOf(node: Node): Node[] {
  const children: Node[] = [];
  for (const [role, value] of Object.entries(node)) {
    if (role === 'parent') continue;
    for (const child of Array.isArray(value) ? value : [value]) {
      if (!isNode(child) || isType(child)) continue;
      children.push(Object.assign(child, { parent: node, role }));
    }
  }
  return children;
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}

function isType({ type }: Node): boolean {
  return type.startsWith('TS') && !/^TS(?:As|NonNull|Satisfies)/.test(type);
}

/** The functions of a file, the outer first; their index is their name. */
export function functionsOf(root: Node): Node[] {
  return nodesOf(root).filter(
    ({ type, body }) =>
      ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'].includes(type) &&
      isNode(body),
  );
}
