import { type Node, childrenOf, functionsOf, isNode, nodeIn, nodesOf, treeOf } from './syntax.ts';

/** One edit of one source file, which a test should notice. */
export interface Mutant {
  /** Relative to the repository, with slashes. */
  file: string;
  line: number;
  /** The named function around the edit; empty at the top of the file. */
  scope: string;
  /** The line of the edit, trimmed. With `scope` and `edit` it names the mutant, wherever it moves to. */
  code: string;
  /** `from → to`, without line breaks. */
  edit: string;
  /** The whole file with the edit. */
  text: string;
  /** The innermost function around the edit, as in `functionsOf`; -1 at the top of the file. */
  within: number;
}

interface Edit {
  start: number;
  end: number;
  to: string;
}

/** Every mutant of a file, in the order of its text. */
export function mutantsOf(file: string, source: string): Mutant[] {
  const program = treeOf(source);
  const functions = functionsOf(program);
  const edits = nodesOf(program).flatMap((node) => editsOf(node, file, source));
  edits.sort((a, b) => a.start - b.start || a.end - b.end);
  return edits.map(({ start, end, to }) => {
    const before = source.slice(0, start);
    const lineStart = before.lastIndexOf('\n') + 1;
    const lineEnd = source.indexOf('\n', start);
    const around = functions.filter(
      (one) => one.start <= start && one.end >= end && one.end - one.start > end - start,
    );
    return {
      file,
      scope: around.map(nameOf).findLast((name) => name !== '') ?? '',
      line: before.split('\n').length,
      code: source.slice(lineStart, lineEnd === -1 ? source.length : lineEnd).trim(),
      edit: `${source.slice(start, end)} → ${to}`.replaceAll(/\s+/g, ' '),
      text: before + to + source.slice(end),
      within: functions.findLastIndex((one) => one === around.at(-1)),
    };
  });
}

function nameOf({ id, parent }: Node): string {
  const named = [id, parent?.['id'], parent?.['key']].find((one) => isNode(one));
  const name = named?.['name'];
  return typeof name === 'string' ? name : '';
}

const opposite: Record<string, string> = {
  '===': '!==',
  '!==': '===',
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '&&': '||',
  '||': '&&',
};

/** Methods whose call is replaced by another method, or (null) by what it is called on. */
const methods: Record<string, string | null> = {
  some: 'every',
  every: 'some',
  startsWith: 'endsWith',
  endsWith: 'startsWith',
  min: 'max',
  max: 'min',
  filter: null,
  slice: null,
  trim: null,
  trimEnd: null,
  toLowerCase: null,
  toReversed: null,
  sort: null,
};

function editsOf(node: Node, file: string, source: string): Edit[] {
  const replace = (one: Node, to: string): Edit => ({ start: one.start, end: one.end, to });
  const textOf = (one: Node): string => source.slice(one.start, one.end);
  switch (node.type) {
    case 'IfStatement':
    case 'ConditionalExpression': {
      const test = nodeIn(node, 'test');
      return [replace(test, 'true'), replace(test, 'false')];
    }
    case 'WhileStatement':
    case 'ForStatement': {
      // Always true would only run into the time limit.
      const { test } = node;
      return isNode(test) && test.type !== 'Literal' ? [replace(test, 'false')] : [];
    }
    case 'BinaryExpression':
    case 'LogicalExpression': {
      const left = nodeIn(node, 'left');
      const right = nodeIn(node, 'right');
      const operator = String(node['operator']);
      if (operator === '??') return mayLackDefault(left) ? [replace(node, textOf(left))] : [];
      const to = opposite[operator];
      // A whole condition is replaced by true and false; two texts cannot be subtracted.
      if (to === undefined || (isCondition(node) && /[=<>]/.test(to))) return [];
      if (to === '-' && [left, right].some((one) => isText(one))) return [];
      const gap = source.slice(left.end, right.start);
      const at = left.end + gap.indexOf(operator);
      const swapped: Edit = { start: at, end: at + operator.length, to };
      // `a && b || c` means `(a && b) || c`: the swapped operator must not regroup it.
      if (node.type !== 'LogicalExpression') return [swapped];
      return [replace(node, `(${wrapped(left, source)} ${to} ${wrapped(right, source)})`)];
    }
    case 'UnaryExpression':
      if (node['operator'] !== '!' || isCondition(node)) return [];
      return [replace(node, textOf(nodeIn(node, 'argument')))];
    case 'ExpressionStatement': {
      const expression = nodeIn(node, 'expression');
      if (!removable.has(expression.type) || textOf(expression).startsWith('super(')) return [];
      const gone = replace(node, ';');
      const waits = expression.type === 'AwaitExpression' && /src\/(transaction|disk)\//.test(file);
      return waits ? [gone, replace(node, `void ${textOf(expression).slice(6)};`)] : [gone];
    }
    case 'ThrowStatement':
    case 'ContinueStatement':
      return [replace(node, ';')];
    case 'ReturnStatement': {
      const { argument } = node;
      if (!isNode(argument) || coveredWithin.has(argument.type)) return [];
      if (textOf(argument) === 'undefined') return [];
      return [replace(argument, 'undefined')];
    }
    case 'ArrayExpression':
      return textOf(node) === '[]' ? [] : [replace(node, '[]')];
    case 'MemberExpression':
    case 'CallExpression':
      return [...optionalEdits(node, source), ...methodEdits(node, source)];
    case 'Literal':
      return literalEdits(node, file, textOf(node)).map((to) => replace(node, to));
    case 'TemplateLiteral':
      return isScript(node, file) && !isMessage(node) ? [replace(node, "''")] : [];
    default:
      return [];
  }
}

const removable = new Set([
  'CallExpression',
  'AwaitExpression',
  'AssignmentExpression',
  'UpdateExpression',
]);
/** What is changed by an edit inside of it anyway, or means the same as `undefined`. */
const coveredWithin = new Set([
  'Literal',
  'LogicalExpression',
  'BinaryExpression',
  'UnaryExpression',
  'ConditionalExpression',
  'ArrayExpression',
]);

function isCondition({ parent, role }: Node): boolean {
  return (
    role === 'test' && (parent?.type === 'IfStatement' || parent?.type === 'ConditionalExpression')
  );
}

function isText(node: Node): boolean {
  return node.type === 'TemplateLiteral' || typeof node['value'] === 'string';
}

/** The compiler demands a default behind `list[0]`, whatever the list holds. */
function mayLackDefault(left: Node): boolean {
  const inner = left.type === 'ChainExpression' ? nodeIn(left, 'expression') : left;
  return !(inner.type === 'MemberExpression' && inner['computed'] === true);
}

function wrapped(node: Node, source: string): string {
  return `(${source.slice(node.start, node.end)})`;
}

function optionalEdits(node: Node, source: string): Edit[] {
  if (node['optional'] !== true) return [];
  const object = nodeIn(node, node.type === 'CallExpression' ? 'callee' : 'object');
  if (object.type === 'MemberExpression' && object['computed'] === true) return [];
  const at = source.indexOf('?.', object.end);
  const dot = node.type === 'MemberExpression' && node['computed'] !== true ? '.' : '';
  return [{ start: at, end: at + 2, to: dot }];
}

function methodEdits(node: Node, source: string): Edit[] {
  const { callee } = node;
  if (node.type !== 'CallExpression' || !isNode(callee)) return [];
  if (callee.type !== 'MemberExpression') return [];
  const property = nodeIn(callee, 'property');
  const name = source.slice(property.start, property.end);
  if (callee['computed'] === true || !Object.hasOwn(methods, name)) return [];
  const to = methods[name];
  if (to) return [{ start: property.start, end: property.end, to }];
  const object = nodeIn(callee, 'object');
  return [{ start: object.end, end: node.end, to: '' }];
}

function literalEdits(node: Node, file: string, raw: string): string[] {
  const { parent, role } = node;
  const { value } = node;
  if (node['regex']) return regexEdits(raw);
  if (typeof value === 'boolean') return [String(!value)];
  // Permission bits: what only the owner may read.
  if (raw.startsWith('0o')) return raw === '0o777' ? [] : ['0o777'];
  // Bytes are mostly taken for the same text.
  if (typeof value !== 'string' || ['', 'utf8'].includes(value)) return [];
  if (parent?.type.startsWith('Import') || parent?.type.startsWith('Export')) return [];
  if (role === 'key' || role === 'property') return [];
  if (isMessage(node)) return [];
  // A text of several words is for people, but in launchers.
  return /\s/.test(value) && !isScript(node, file) ? [] : ["''"];
}

/** Each anchor of a regular expression taken away, and each repetition. */
function regexEdits(raw: string): string[] {
  const edits: string[] = [];
  for (const { 0: piece, index } of raw.matchAll(/\\.|\[(?:\\.|[^\]])*\]|\(\?[=!<:]*|[$^+*?]/gs)) {
    if (!/^[$^+]$/.test(piece)) continue;
    edits.push(raw.slice(0, index) + raw.slice(index + 1));
  }
  return edits;
}

/**
 * Whether a text of several words is code: the lines of launchers are, but those for Windows are run by
 * `npm run test:windows` alone.
 */
function isScript(node: Node, file: string): boolean {
  if (!file.startsWith('src/launcher/') || file.endsWith('/windows.ts')) return false;
  for (let at: Node | null = node; at; at = at.parent) {
    if (/windows|cmd/i.test(nameOf(at))) return false;
  }
  return true;
}

/** Whether a text is what an error tells people; its code, which comes first, is not. */
function isMessage(node: Node): boolean {
  for (let at = node; at.parent; at = at.parent) {
    const { type, callee } = at.parent;
    if (type !== 'NewExpression' || !isNode(callee)) continue;
    if (!String(callee['name']).endsWith('Error')) continue;
    return at !== node || childrenOf(at.parent).find(({ role }) => role === 'arguments') !== node;
  }
  return false;
}
