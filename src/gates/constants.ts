import type { AnyNode } from 'acorn';
import { type Located, boundName, memberName } from './located.ts';
import { valuesOf } from './properties.ts';
import { type Source, pathTo } from './source.ts';

/** What was found of a list; to find it takes a search of its whole module. */
const onlyAsked = new WeakMap<AnyNode, boolean>();

/**
 * Whether the value a top-level name stands for is a constant: a text or a pattern, or a list that
 * the whole module only asks questions of. Numbers and booleans are state as often as constants.
 */
export function isConstant({ statement, node }: Located): boolean {
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'string' || node.regex !== undefined;
    case 'TemplateLiteral':
      return true;
    case 'ArrayExpression':
    case 'NewExpression': {
      const name = boundName({ statement, node });
      const asked = onlyAsked.get(node) ?? (name !== null && isOnlyAsked(statement.source, name));
      onlyAsked.set(node, asked);
      return asked;
    }
    default:
      return false;
  }
}

/** Whether a node is an object that has the value of that property written in it. */
export function writesOut(node: AnyNode, name: string): boolean {
  if (node.type !== 'ObjectExpression') return false;
  return valuesOf(node, name).length > 0;
}

/** Whether an access of a list's member is a question that leaves the list as it is. */
export function asks(node: Extract<AnyNode, { type: 'MemberExpression' }>): boolean {
  return questions.has(memberName(node) ?? '');
}

const questions = new Set([
  'includes',
  'has',
  'some',
  'every',
  'find',
  'indexOf',
  'length',
  'size',
]);

/** Whether each mention of a list is its declaration or a look into it; an export is neither. */
function isOnlyAsked(source: Source, name: string): boolean {
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
      asks(parent) &&
      outer?.type !== 'UpdateExpression' &&
      !(outer?.type === 'AssignmentExpression' && outer.left === parent);
    if (!declares && !assigns && !isProperty && !isAsked) return false;
  }
  return true;
}
