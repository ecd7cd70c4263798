import type { AnyNode, ObjectExpression } from 'acorn';
import {
  type FunctionNode,
  type Located,
  type ModuleGraph,
  isFunction,
  located,
} from './resolve.ts';
import { type Source, pathTo } from './source.ts';

/** How a tool of that name is defined in a build. */
export type ToolSearch =
  /** One object with that `name` and an `isEnabled`. */
  | { kind: 'found'; isEnabled: Located<FunctionNode> }
  /** The name is nowhere the value of a tool: the tool is not in the build. */
  | { kind: 'absent' }
  /** Something names the tool, and no single definition could be made out. */
  | { kind: 'unclear'; why: string };

/**
 * Finds the object that defines the tool `toolName`: its `name` property has that text as value,
 * written there or through a binding, in the same module or another, and it has an `isEnabled`.
 */
export function findTool(graph: ModuleGraph, toolName: string): ToolSearch {
  const mentions = literalsOf(graph, toolName);
  const found = new Map<AnyNode, Located<ObjectExpression>>();
  const note = (object: Located<ObjectExpression>): void => {
    if (named(graph, object, toolName)) found.set(object.node, object);
  };
  // The tool's own object repeats its name (as its title, say) in every build seen so far.
  for (const mention of mentions) {
    for (const object of objectsAround(mention)) note(object);
  }
  const bindings = mentions.filter(isBindingValue);
  if (found.size === 0) {
    for (const source of bindings.length > 0 ? graph.containing('isEnabled') : []) {
      for (const object of objectsWithName(graph, source, toolName)) note(object);
    }
  }
  const [only] = found.values();
  if (found.size > 1) return { kind: 'unclear', why: `${found.size} objects define ${toolName}` };
  if (!only) {
    if (bindings.length === 0) return { kind: 'absent' };
    return { kind: 'unclear', why: `${toolName} is named, and no tool object has that name` };
  }
  const isEnabled = propertyFunction(graph, only, 'isEnabled');
  if (!isEnabled) return { kind: 'unclear', why: `isEnabled of ${toolName} is not a function` };
  return { kind: 'found', isEnabled };
}

/** Every string literal of the bundle whose value is `text`. */
function literalsOf(graph: ModuleGraph, text: string): Located[] {
  const found: Located[] = [];
  const quoted = [`"${text}"`, `'${text}'`, `\`${text}\``];
  for (const source of graph.containing(text)) {
    for (const needle of quoted) {
      for (const at of source.find(needle)) {
        const statement = source.statementAt(at);
        const node = statement && innermostString(pathTo(statement, at), text);
        if (statement && node) found.push(located(statement, node));
      }
    }
  }
  return found;
}

function innermostString(path: readonly AnyNode[], text: string): AnyNode | undefined {
  return path.findLast(
    (node) =>
      (node.type === 'Literal' && node.value === text) ||
      (node.type === 'TemplateLiteral' && node.quasis[0]?.value.cooked === text),
  );
}

/** Whether a literal is the value of a variable, so that objects may name it through that. */
function isBindingValue({ statement, node }: Located): boolean {
  const path = pathTo(statement, statement.start + node.start);
  const parent = path[path.indexOf(node) - 1];
  return (
    (parent?.type === 'VariableDeclarator' && parent.init === node) ||
    (parent?.type === 'AssignmentExpression' && parent.right === node)
  );
}

function objectsAround({ statement, node }: Located): Located<ObjectExpression>[] {
  return pathTo(statement, statement.start + node.start)
    .filter((ancestor) => ancestor.type === 'ObjectExpression')
    .map((object) => ({ ...located(statement, object), node: object }));
}

/** Objects of a module that have both `name: <identifier>` and `isEnabled`. */
function objectsWithName(
  graph: ModuleGraph,
  source: Source,
  toolName: string,
): Located<ObjectExpression>[] {
  const found = new Map<AnyNode, Located<ObjectExpression>>();
  for (const at of source.find('isEnabled')) {
    const statement = source.statementAt(at);
    const object =
      statement && pathTo(statement, at).findLast((node) => node.type === 'ObjectExpression');
    if (!statement || !object || found.has(object)) continue;
    const candidate = { ...located(statement, object), node: object };
    if (named(graph, candidate, toolName)) found.set(object, candidate);
  }
  return [...found.values()];
}

function named(graph: ModuleGraph, object: Located<ObjectExpression>, toolName: string): boolean {
  if (!property(object.node, 'isEnabled')) return false;
  const value = property(object.node, 'name');
  if (!value) return false;
  const name = { ...object, node: value };
  const end =
    value.type === 'Identifier'
      ? graph.resolve(value.name, name)
      : ({ kind: 'value', at: name } as const);
  return end.kind === 'value' && innermostString([end.at.node], toolName) !== undefined;
}

function propertyFunction(
  graph: ModuleGraph,
  object: Located<ObjectExpression>,
  key: string,
): Located<FunctionNode> | null {
  const value = property(object.node, key);
  if (!value) return null;
  if (isFunction(value)) return { ...located(object.statement, value), node: value };
  if (value.type !== 'Identifier') return null;
  const binding = graph.resolve(value.name, object);
  if (binding.kind !== 'value' || !isFunction(binding.at.node)) return null;
  return { ...binding.at, node: binding.at.node };
}

function property(object: ObjectExpression, key: string): AnyNode | undefined {
  for (const entry of object.properties) {
    if (entry.type !== 'Property' || entry.computed) continue;
    const name =
      entry.key.type === 'Identifier'
        ? entry.key.name
        : entry.key.type === 'Literal'
          ? entry.key.value
          : '';
    if (name === key) return entry.value;
  }
  return undefined;
}
