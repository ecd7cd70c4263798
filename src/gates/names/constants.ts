import type { AnyNode, MemberExpression } from 'acorn';
import { type Located, boundName, memberName, pathOf } from '../syntax/located.ts';
import { valuesOf } from './properties.ts';
import { targetsOf } from './scope.ts';
import { type Source, pathTo } from '../syntax/source.ts';

/** Results by list: each takes a search of the whole module. */
const onlyQueried = new WeakMap<AnyNode, boolean>();

/**
 * Whether the value of a top-level name is a constant: a text, or a pattern or list that the whole
 * module only queries. Numbers and booleans are state as often as constants.
 */
export function isConstant({ statement, node }: Located): boolean {
  switch (node.type) {
    case 'Literal':
      return node.regex ? isOnlyQueried({ statement, node }) : typeof node.value === 'string';
    case 'TemplateLiteral':
      return true;
    case 'ArrayExpression':
    case 'NewExpression':
      return isOnlyQueried({ statement, node });
    default:
      return false;
  }
}

/** Whether a node is an object literal with that property. */
export function hasProperty(node: AnyNode, name: string): boolean {
  return node.type === 'ObjectExpression' && valuesOf(node, name).length > 0;
}

/** Whether a member of a list or pattern only queries it. */
export function isQuery(node: MemberExpression): boolean {
  return queries.has(memberName(node) ?? '');
}

const queries = new Set(['includes', 'has', 'indexOf', 'length', 'size', 'test']);

/**
 * The list that a call queries with a callback (`list.some(f)`), which gets the list as its third
 * argument; `keeps`: the callback takes two at most, and so cannot change the list.
 */
export function iteratedBy(node: AnyNode): { list: AnyNode; keeps: boolean } | null {
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return null;
  if (!iterations.has(memberName(node.callee) ?? '')) return null;
  const [callback] = node.arguments;
  const keeps =
    callback?.type === 'ArrowFunctionExpression' &&
    callback.params.length <= 2 &&
    callback.params.every(({ type }) => type !== 'RestElement');
  return { list: node.callee.object, keeps };
}

const iterations = new Set(['some', 'every', 'find']);

/** Whether a list is only searched: no code gets at its elements. */
export function isListOnlySearched(at: Located): boolean {
  const name = boundName(at);
  if (name !== null) return isNameOnlyQueried(at.statement.source, name, false);
  const path = pathOf(at);
  const parent = path[path.indexOf(at.node) - 1];
  return parent?.type === 'MemberExpression' && parent.object === at.node && isQuery(parent);
}

function isOnlyQueried(at: Located): boolean {
  const name = boundName(at);
  const queried =
    onlyQueried.get(at.node) ??
    (name !== null && isNameOnlyQueried(at.statement.source, name, true));
  onlyQueried.set(at.node, queried);
  return queried;
}

/** Whether each mention of a list is its declaration or a query; an export is neither. */
function isNameOnlyQueried(source: Source, name: string, mayIterate: boolean): boolean {
  for (const at of source.words(name)) {
    const statement = source.statementAt(at);
    if (!statement) return false;
    const path = pathTo(statement, at);
    const [identifier, parent, outer] = [path.at(-1), path.at(-2), path.at(-3)];
    if (identifier?.type !== 'Identifier') continue;
    const declares = parent?.type === 'VariableDeclarator' && parent.id === identifier;
    const assigns = parent?.type === 'AssignmentExpression' && parent.left === identifier;
    const isProperty =
      (parent?.type === 'MemberExpression' && parent.property === identifier && !parent.computed) ||
      (parent?.type === 'Property' && parent.key === identifier && !parent.shorthand);
    const isQueried =
      parent?.type === 'MemberExpression' &&
      parent.object === identifier &&
      outer !== undefined &&
      (isQuery(parent)
        ? !isWritten(parent, path)
        : mayIterate && iteratedBy(outer)?.keeps === true);
    if (!declares && !assigns && !isProperty && !isQueried) return false;
  }
  return true;
}

/** Whether one of the nodes around a node writes to it. */
function isWritten(node: AnyNode, around: readonly AnyNode[]): boolean {
  return around.some((outer) => targetsOf(outer).includes(node));
}
