import type { AnyNode } from 'acorn';
import { type Located, boundName, memberName } from './located.ts';
import { type Source, pathTo } from './source.ts';

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
      return name !== null && isOnlyAsked(statement.source, name);
    }
    default:
      return false;
  }
}

/** Whether a node is an object that has the value of that property written in it. */
export function writesOut(node: AnyNode, name: string): boolean {
  if (node.type !== 'ObjectExpression') return false;
  return node.properties.some(
    (entry) =>
      entry.type === 'Property' &&
      entry.kind === 'init' &&
      entry.key.type === 'Identifier' &&
      entry.key.name === name,
  );
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
    const [identifier, parent] = [path.at(-1), path.at(-2)];
    if (identifier?.type === 'Literal' || identifier?.type === 'TemplateElement') continue;
    if (identifier?.type !== 'Identifier') continue;
    const declares = parent?.type === 'VariableDeclarator' && parent.id === identifier;
    const assigns = parent?.type === 'AssignmentExpression' && parent.left === identifier;
    const isProperty =
      (parent?.type === 'MemberExpression' && parent.property === identifier && !parent.computed) ||
      (parent?.type === 'Property' && parent.key === identifier && !parent.shorthand);
    const asks =
      parent?.type === 'MemberExpression' &&
      parent.object === identifier &&
      questions.has(memberName(parent) ?? '');
    if (!declares && !assigns && !isProperty && !asks) return false;
  }
  return true;
}
