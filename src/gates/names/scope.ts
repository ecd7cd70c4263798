import type { AnyNode, Pattern } from 'acorn';
import { type Located, isFunction, pathOf } from '../syntax/located.ts';
import { children, descendants } from '../syntax/source.ts';

/**
 * What a name means in the functions and blocks around `from`: the node of its value; `opaque` if it
 * is local with an uncertain value; undefined if nothing local declares it.
 */
export function localBinding(from: Located, name: string): AnyNode | 'opaque' | undefined {
  const path = pathOf(from);
  for (const [index, scope] of [...path.entries()].reverse()) {
    const parent = path[index - 1];
    // A function and its body are one scope.
    if (scope.type === 'BlockStatement' && parent && isFunction(parent)) continue;
    const found = bindingIn(scope, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

type LocalBinding = AnyNode | 'opaque' | undefined;

/** Cached bindings of a scope, by name. */
const bindings = new WeakMap<AnyNode, Map<string, LocalBinding>>();

function bindingIn(scope: AnyNode, name: string): LocalBinding {
  const known = bindings.get(scope) ?? new Map<string, LocalBinding>();
  bindings.set(scope, known);
  if (known.has(name)) return known.get(name);
  const declared = declaredAt(scope, name);
  const found = declared && declared !== 'opaque' && assigns(scope, name) ? 'opaque' : declared;
  known.set(name, found);
  return found;
}

/** The values a declaration gives `name`; null if it declares the name without a plain value. */
export function valuesDeclaredBy(node: AnyNode, name: string): (AnyNode | null)[] {
  if (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') {
    return node.id?.name === name ? [node] : [];
  }
  if (node.type !== 'VariableDeclaration') return [];
  return node.declarations.flatMap(({ id, init }): (AnyNode | null)[] => {
    if (id.type === 'Identifier') return id.name === name ? [init ?? null] : [];
    return patternNames(id).includes(name) ? [null] : [];
  });
}

/** Every name that a pattern binds or assigns. */
export function patternNames(pattern: Pattern): string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name];
    case 'AssignmentPattern':
      return patternNames(pattern.left);
    case 'RestElement':
      return patternNames(pattern.argument);
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element ? patternNames(element) : []));
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) =>
        patternNames(property.type === 'Property' ? property.value : property.argument),
      );
    default:
      return [];
  }
}

/** The names that a node itself assigns, not those that its parts assign. */
export function assignedBy(node: AnyNode): string[] {
  if (node.type === 'AssignmentExpression') return patternNames(node.left);
  if (node.type === 'UpdateExpression') {
    return node.argument.type === 'Identifier' ? [node.argument.name] : [];
  }
  if (node.type === 'ForInStatement' || node.type === 'ForOfStatement') {
    return node.left.type === 'VariableDeclaration' ? [] : patternNames(node.left);
  }
  return [];
}

/** The names, members and patterns that a node itself writes to, not those that its parts do. */
export function targetsOf(node: AnyNode): readonly (AnyNode | null)[] {
  switch (node.type) {
    case 'AssignmentExpression':
    case 'AssignmentPattern':
    case 'ForInStatement':
    case 'ForOfStatement':
      return [node.left];
    case 'UpdateExpression':
    case 'RestElement':
      return [node.argument];
    case 'UnaryExpression':
      return node.operator === 'delete' ? [node.argument] : [];
    case 'ArrayPattern':
      return node.elements;
    case 'ObjectPattern':
      return node.properties.map((one) => (one.type === 'Property' ? one.value : one));
    default:
      return [];
  }
}

/** Whether anything inside a node assigns `name`, even if that is another variable of the name. */
function assigns(node: AnyNode, name: string): boolean {
  for (const inner of descendants(node)) if (assignedBy(inner).includes(name)) return true;
  return false;
}

function declaredAt(scope: AnyNode, name: string): AnyNode | 'opaque' | undefined {
  switch (scope.type) {
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression': {
      if (scope.params.flatMap(patternNames).includes(name)) return 'opaque';
      const found = [...hoistedIn(scope.body, name, true), ...lexicalIn(scope.body, name)];
      if (found.length > 0) return sole(found);
      return scope.type === 'FunctionExpression' && scope.id?.name === name ? scope : undefined;
    }
    case 'ClassDeclaration':
    case 'ClassExpression':
      return scope.id?.name === name ? 'opaque' : undefined;
    case 'CatchClause':
      return scope.param && patternNames(scope.param).includes(name) ? 'opaque' : undefined;
    case 'ForStatement':
      return scope.init && valuesDeclaredBy(scope.init, name).length > 0 ? 'opaque' : undefined;
    case 'ForInStatement':
    case 'ForOfStatement':
      return valuesDeclaredBy(scope.left, name).length > 0 ? 'opaque' : undefined;
    case 'BlockStatement':
      return sole([...functionsIn(scope, name), ...lexicalIn(scope, name)]);
    case 'StaticBlock':
      return sole([...hoistedIn(scope, name, true), ...lexicalIn(scope, name)]);
    case 'WithStatement':
      return 'opaque';
    case 'SwitchStatement': {
      const statements = scope.cases.flatMap(({ consequent }) => consequent);
      return statements.some((node) => valuesDeclaredBy(node, name).length > 0)
        ? 'opaque'
        : undefined;
    }
    default:
      return undefined;
  }
}

/** The values that `let`, `const` and `class` give a name in a block. */
function lexicalIn(block: AnyNode, name: string): (AnyNode | null)[] {
  return children(block).flatMap((node) => {
    const lexical =
      node.type === 'VariableDeclaration' ? node.kind !== 'var' : node.type === 'ClassDeclaration';
    return lexical ? valuesDeclaredBy(node, name) : [];
  });
}

/** The functions of that name declared directly in a block. */
function functionsIn(block: AnyNode, name: string): (AnyNode | null)[] {
  return children(block).flatMap((node) =>
    node.type === 'FunctionDeclaration' ? valuesDeclaredBy(node, name) : [],
  );
}

function sole(values: readonly (AnyNode | null)[]): AnyNode | 'opaque' | undefined {
  if (values.length === 0) return undefined;
  return values.length === 1 ? (values[0] ?? 'opaque') : 'opaque';
}

const holdsStatements = /(?:Statement|Declaration|SwitchCase|CatchClause)$/;

/**
 * The values that `var` and `function` give a name anywhere in the blocks of a function. A function
 * declared in an inner block is visible outside it only in sloppy code: null, as it is uncertain.
 */
function hoistedIn(node: AnyNode, name: string, outermost: boolean): (AnyNode | null)[] {
  return children(node).flatMap((child) => {
    if (child.type === 'FunctionDeclaration') {
      return valuesDeclaredBy(child, name).map((value) => (outermost ? value : null));
    }
    if (!holdsStatements.test(child.type)) return [];
    const own = child.type === 'VariableDeclaration' && child.kind === 'var';
    const values = own ? valuesDeclaredBy(child, name) : [];
    return [...values, ...hoistedIn(child, name, false)];
  });
}
