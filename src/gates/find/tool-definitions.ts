import type { AnyNode, ObjectExpression } from 'acorn';
import {
  type FunctionNode,
  type Located,
  boundName,
  isFunction,
  memberName,
  pathOf,
  textOf,
} from '../syntax/located.ts';
import { elementOf, keyOf, propertyOf, valuesOf } from '../names/properties.ts';
import type { ModuleGraph } from '../names/resolve.ts';
import { type Source, pathTo } from '../syntax/source.ts';

/** How a build defines a tool. */
export type ToolSearch =
  /** One object with that `name` and an `isEnabled`. */
  | { kind: 'found'; isEnabled: Located<FunctionNode> }
  /** No object or class has that name. */
  | { kind: 'absent' }
  /** Something names the tool, but no single definition was found. */
  | { kind: 'unclear'; why: string };

/**
 * Finds the object that defines the tool `toolName`: an object with an `isEnabled` whose `name` is
 * that text, directly or through a binding of any module.
 */
export function findTool(graph: ModuleGraph, toolName: string): ToolSearch {
  const places = placesOf(graph, toolName);
  const mentions = places.filter(mayName).flatMap((place) => literalAt(place, toolName) ?? []);
  const found = new Map<AnyNode, Located<ObjectExpression>>();
  const seen = new Set<AnyNode>();
  const note = (objects: readonly Located<ObjectExpression>[]): void => {
    for (const at of objects) {
      if (seen.has(at.node)) continue;
      seen.add(at.node);
      if (named(graph, at, toolName)) found.set(at.node, at);
    }
  };
  // In every build seen so far, the tool's own object repeats its name, such as in its title.
  note(mentions.flatMap(objectsAround));
  const bindings = namesAt(mentions, boundName);
  note(objectsNamedBy(bindings));
  if (found.size === 0) {
    const all = places.flatMap((place) => literalAt(place, toolName) ?? []);
    const names = [...bindings, ...namesAt(all, containerName)];
    note(objectsNamedBy(names));
    if (found.size === 0 && names.length > 0) note(objectsOfImporters(graph));
  }
  const [only] = found.values();
  if (found.size > 1) return { kind: 'unclear', why: `${found.size} objects define ${toolName}` };
  if (!only) {
    if (bindings.length === 0 && !mentions.some(isClassName)) return { kind: 'absent' };
    return { kind: 'unclear', why: `${toolName} occurs, but no tool object has that name` };
  }
  if (isReplaced(only)) {
    return { kind: 'unclear', why: `something may replace the isEnabled of ${toolName}` };
  }
  const isEnabled = isEnabledOf(graph, only);
  if (!isEnabled) return { kind: 'unclear', why: `isEnabled of ${toolName} is not a function` };
  return { kind: 'found', isEnabled };
}

const quotes = ['"', "'", '`'];

/** The position of a quoted text. */
interface Place {
  source: Source;
  /** Of the opening quote. */
  at: number;
}

function placesOf(graph: ModuleGraph, text: string): Place[] {
  return graph
    .containing(text)
    .filter((source) => quotes.some((quote) => source.holds(quote + text + quote)))
    .flatMap((source) => [...source.find(text)].map((at) => ({ source, at: at - 1 })))
    .filter(({ source, at }) => {
      const quote = source.text.charAt(at);
      return quotes.includes(quote) && source.text.charAt(at + 1 + text.length) === quote;
    });
}

/**
 * A check before parsing: whether a literal may be the value of a variable or class property, or be
 * in an object with an `isEnabled`. Any other literal can name a tool only through a list.
 */
function mayName({ source, at }: Place): boolean {
  if (/=[\s(]*$/.test(source.text.slice(Math.max(0, at - 16), at))) return true;
  return /(?<![\w$])isEnabled(?![\w$])/.test(source.rangeText(source.rangeAt(at)));
}

/** The string literal with that value at a place, if there is one. */
function literalAt({ source, at }: Place, text: string): Located | null {
  const statement = source.statementAt(at);
  const node = statement && innermostString(pathTo(statement, at), text);
  return statement && node ? { statement, node } : null;
}

function innermostString(path: readonly AnyNode[], text: string): AnyNode | undefined {
  return path.findLast(
    (node) =>
      (node.type === 'Literal' && node.value === text) ||
      (node.type === 'TemplateLiteral' && node.quasis[0]?.value.cooked === text),
  );
}

function objectsAround(at: Located): Located<ObjectExpression>[] {
  return pathOf(at)
    .filter((ancestor) => ancestor.type === 'ObjectExpression')
    .map((node) => ({ statement: at.statement, node }));
}

interface Name {
  source: Source;
  name: string;
}

function namesAt(mentions: readonly Located[], nameOf: (at: Located) => string | null): Name[] {
  const found: Name[] = [];
  for (const at of mentions) {
    const { source } = at.statement;
    const name = nameOf(at);
    const known = found.some((one) => one.source === source && one.name === name);
    if (name !== null && !known) found.push({ source, name });
  }
  return found;
}

/** Objects that may take their name from one of the variables, in the variable's module. */
function objectsNamedBy(variables: readonly Name[]): Located<ObjectExpression>[] {
  return variables.flatMap(({ source, name }) =>
    [...source.words(name)]
      .filter((at) => /\bname["']?\s*:\s*$/.test(source.text.slice(Math.max(0, at - 16), at)))
      .flatMap((at) => objectAt(source, at) ?? []),
  );
}

/** Objects with an `isEnabled` in modules that import from the bundle, and so may import a name. */
function objectsOfImporters(graph: ModuleGraph): Located<ObjectExpression>[] {
  return graph
    .containing('isEnabled')
    .filter((source) => graph.imports(source))
    .flatMap((source) => [...source.find('isEnabled')].flatMap((at) => objectAt(source, at) ?? []));
}

function objectAt(source: Source, at: number): Located<ObjectExpression> | null {
  const statement = source.statementAt(at);
  const node =
    statement && pathTo(statement, at).findLast(({ type }) => type === 'ObjectExpression');
  return statement && node?.type === 'ObjectExpression' ? { statement, node } : null;
}

/** Whether a text is the `name` of a class, a form of tool that is not supported. */
function isClassName(at: Located): boolean {
  const path = pathOf(at);
  const parent = path[path.indexOf(at.node) - 1];
  return (
    parent?.type === 'PropertyDefinition' &&
    parent.key.type === 'Identifier' &&
    parent.key.name === 'name'
  );
}

function named(graph: ModuleGraph, object: Located<ObjectExpression>, toolName: string): boolean {
  if (valuesOf(object.node, 'isEnabled').length === 0) return false;
  return valuesOf(object.node, 'name').some((value) => {
    const text = value && valueNamed(graph, { ...object, node: value });
    return text !== null && innermostString([text], toolName) !== undefined;
  });
}

/** The value of `"text"`, `name`, `namespace.name`, `names.create` or `names[0]`. */
function valueNamed(graph: ModuleGraph, at: Located): AnyNode | null {
  const { node } = at;
  const binding = graph.resolveNode(node, at);
  if (binding.kind === 'value') return binding.at.node;
  if (node.type !== 'MemberExpression') return node;
  const names = graph.resolveNode(node.object, at);
  if (names.kind !== 'value') return null;
  const { property } = node;
  if (names.at.node.type === 'ArrayExpression') {
    const index = property.type === 'Literal' ? Number(property.value) : NaN;
    return elementOf(names.at.node, index);
  }
  const key = memberName(node);
  return names.at.node.type === 'ObjectExpression' && key ? propertyOf(names.at.node, key) : null;
}

/** The function that is certain to be a tool's `isEnabled`. */
function isEnabledOf(
  graph: ModuleGraph,
  { statement, node }: Located<ObjectExpression>,
): Located<FunctionNode> | null {
  const value = propertyOf(node, 'isEnabled');
  if (!value || !propertyOf(node, 'name')) return null;
  if (isFunction(value)) return { statement, node: value };
  return graph.resolveCallee(value, { statement, node: value });
}

/**
 * Whether an object is only a part of the tool, which may have another `isEnabled`: it is copied,
 * inherited from, or assigned to. Functions that take the object are trusted to keep it.
 */
function isReplaced({ statement, node }: Located<ObjectExpression>): boolean {
  const path = pathOf({ statement, node });
  let at = path.indexOf(node);
  for (let parent = path[at - 1]; parent?.type === 'CallExpression'; parent = path[--at - 1]) {
    const { callee } = parent;
    const keeps = callee.type !== 'MemberExpression' || keeping.has(memberName(callee) ?? '');
    if (!keeps && textOf({ statement, node: callee }).startsWith('Object.')) return true;
  }
  const [value = node, parent] = [path[at], path[at - 1]];
  if (parent?.type === 'SpreadElement') return true;
  if (parent?.type === 'Property' && keyOf(parent) === '__proto__') return true;
  const name = boundName({ statement, node: value });
  return name !== null && assignsEnabled(name).test(statement.source.text);
}

const keeping = new Set(['freeze', 'seal', 'preventExtensions']);

/** `tool.isEnabled = …`, `Object.assign(tool, {isEnabled…` and the like. */
function assignsEnabled(name: string): RegExp {
  const word = `(?<![\\w$.])${name.replaceAll('$', String.raw`\$`)}`;
  const member = '(?:\\.isEnabled|\\[["\'`]isEnabled["\'`]\\])';
  return new RegExp(`${word}\\s*${member}\\s*=(?!=)|\\(\\s*${word}\\s*,[^;]{0,200}isEnabled`);
}

/** The variable that holds the object or list around a text. */
function containerName({ statement, node }: Located): string | null {
  const container = pathOf({ statement, node }).findLast(
    ({ type }) => type === 'ObjectExpression' || type === 'ArrayExpression',
  );
  return container ? boundName({ statement, node: container }) : null;
}
