import type { AnyNode } from 'acorn';
import { type Located, boundName, memberName, pathOf } from '../syntax/located.ts';
import { valuesOf } from './properties.ts';
import { targetsOf } from './scope.ts';
import { type Source, pathTo } from '../syntax/source.ts';

/** What was found of a list; to find it takes a search of its whole module. */
const onlyAsked = new WeakMap<AnyNode, boolean>();

/**
 * Whether the value a top-level name stands for is a constant: a text or a pattern, or a list that
 * the whole module only asks questions of. Numbers and booleans are state as often as constants.
 */
export function isConstant({ statement, node }: Located): boolean {
  switch (node.type) {
    case 'Literal':
      return node.regex ? isOnlyAsked({ statement, node }) : typeof node.value === 'string';
    case 'TemplateLiteral':
      return true;
    case 'ArrayExpression':
    case 'NewExpression':
      return isOnlyAsked({ statement, node });
    default:
      return false;
  }
}

/** Whether a node is an object that has the value of that property written in it. */
export function writesOut(node: AnyNode, name: string): boolean {
  if (node.type !== 'ObjectExpression') return false;
  return valuesOf(node, name).length > 0;
}

/** Whether an access of a list's or pattern's member is a question that leaves it as it is. */
export function asks(node: Extract<AnyNode, { type: 'MemberExpression' }>): boolean {
  return questions.has(memberName(node) ?? '');
}

const questions = new Set(['includes', 'has', 'indexOf', 'length', 'size', 'test']);

/**
 * The list that a call asks by a function (`list.some(f)`), which is given the list itself as a
 * third argument; `looks`: it takes no more than two, so that the list stays as it is.
 */
export function walkedBy(node: AnyNode): { list: AnyNode; looks: boolean } | null {
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return null;
  if (!walks.has(memberName(node.callee) ?? '')) return null;
  const [walker] = node.arguments;
  const looks =
    walker?.type === 'ArrowFunctionExpression' &&
    walker.params.length <= 2 &&
    walker.params.every(({ type }) => type !== 'RestElement');
  return { list: node.callee.object, looks };
}

const walks = new Set(['some', 'every', 'find']);

/** Whether a list is only asked whether it has something: none of its elements is handed out. */
export function isListOnlySearched(at: Located): boolean {
  const name = boundName(at);
  if (name !== null) return isNameOnlyAsked(at.statement.source, name, false);
  const path = pathOf(at);
  const parent = path[path.indexOf(at.node) - 1];
  return parent?.type === 'MemberExpression' && parent.object === at.node && asks(parent);
}

function isOnlyAsked(at: Located): boolean {
  const name = boundName(at);
  const asked =
    onlyAsked.get(at.node) ?? (name !== null && isNameOnlyAsked(at.statement.source, name, true));
  onlyAsked.set(at.node, asked);
  return asked;
}

/** Whether each mention of a list is its declaration or a look into it; an export is neither. */
function isNameOnlyAsked(source: Source, name: string, mayWalk: boolean): boolean {
  for (const at of source.words(name)) {
    const statement = source.statementAt(at);
    if (!statement) return false;
    const path = pathTo(statement, at);
    const [identifier, parent, outer] = [path.at(-1), path.at(-2), path.at(-3)];
    if (identifier?.type === 'Literal' || identifier?.type === 'TemplateElement') continue;
    if (identifier?.type !== 'Identifier') continue;
    const declares = parent?.type === 'VariableDeclarator' && parent.id === identifier;
    const assigns = parent?.type === 'AssignmentExpression' && parent.left === identifier;
    const isProperty =
      (parent?.type === 'MemberExpression' && parent.property === identifier && !parent.computed) ||
      (parent?.type === 'Property' && parent.key === identifier && !parent.shorthand);
    const isAsked =
      parent?.type === 'MemberExpression' &&
      parent.object === identifier &&
      outer !== undefined &&
      (asks(parent) ? !isWritten(parent, path) : mayWalk && walkedBy(outer)?.looks === true);
    if (!declares && !assigns && !isProperty && !isAsked) return false;
  }
  return true;
}

/** Whether the nodes around one write to it. */
function isWritten(node: AnyNode, around: readonly AnyNode[]): boolean {
  return around.some((outer) => targetsOf(outer).includes(node));
}
