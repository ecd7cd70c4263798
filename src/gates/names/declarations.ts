import type { AnyNode, Identifier } from 'acorn';
import { type Located, contains, isFunction } from '../syntax/located.ts';
import { withoutExport } from '../syntax/parsed-skeleton.ts';
import { assignedBy, localBinding, valuesDeclaredBy } from './scope.ts';
import { type Source, type Statement, isWordAt, pathTo, wordsIn } from '../syntax/source.ts';
import type { SourceModule } from '../types.ts';

/** How the top level of a module declares a name. */
export type Declared =
  | { kind: 'value'; statement: Statement; value: AnyNode | null; constant: boolean }
  | { kind: 'import'; module: string; name: string }
  /** A statement that mentions the name could not be parsed. */
  | { kind: 'unreadable' };

/** Every top-level declaration of `name` in a module; more than one is ambiguous. */
export function declarationsOf(source: Source, name: string): Declared[] {
  const { declared, imports, patterns } = source.skeleton;
  const ranges = new Set(
    declared.filter((at) => isWordAt(source.text, name, at)).map((at) => source.rangeAt(at)),
  );
  for (const range of [...imports, ...patterns]) {
    if (mentions(source, range, name)) ranges.add(range);
  }
  return [...ranges].flatMap((range): Declared[] => {
    const statement = source.statement(range);
    return statement ? declaredIn(statement, name) : [{ kind: 'unreadable' }];
  });
}

/**
 * The values assigned to a top-level name besides its declaration, by an assignment or a second
 * declaration inside a block; null for a value that is not a plain expression.
 */
export function assignmentsTo(source: Source, name: string): (Located | null)[] {
  const found: (Located | null)[] = [];
  for (const at of source.words(name)) {
    if (!looksAssigned(source.text, at, name)) continue;
    const statement = source.statementAt(at);
    if (!statement) {
      found.push(null);
      continue;
    }
    const path = pathTo(statement, at);
    const identifier = path.at(-1);
    if (identifier?.type !== 'Identifier') continue;
    if (declaresFromBlock(path, source.module.format)) {
      found.push(null);
      continue;
    }
    const node = path.findLast((ancestor) => assignedBy(ancestor).includes(name));
    if (!node || localBinding({ statement, node: identifier }, name) !== undefined) continue;
    if (node.type !== 'AssignmentExpression') {
      found.push(null);
      continue;
    }
    const { right, operator, left } = node;
    if (contains({ statement, node: right }, { statement, node: identifier })) continue;
    const plain = operator === '=' && left === identifier;
    found.push(plain ? { statement, node: right } : null);
  }
  return found;
}

/**
 * What a module may export under a name; a valid module has exactly one. Null for a statement that
 * does not parse.
 */
export function exportsOf(source: Source, name: string): (Exported | null)[] {
  const found: (Exported | null)[] = [];
  const reexported: Exported[] = [];
  for (const range of source.skeleton.exports) {
    if (
      !/^export\s*(?:\*|default)/.test(source.rangeText(range).slice(0, 24)) &&
      !mentions(source, range, name)
    )
      continue;
    const statement = source.statement(range);
    if (!statement) found.push(null);
    for (const node of statement?.program.body ?? []) {
      if (node.type === 'ExportNamedDeclaration') {
        for (const specifier of node.specifiers) {
          if (exportName(specifier.exported) !== name) continue;
          const module = node.source ? String(node.source.value) : null;
          found.push({ module, name: exportName(specifier.local) });
        }
        if (node.declaration && valuesDeclaredBy(node.declaration, name).length > 0) {
          found.push({ module: null, name });
        }
      } else if (node.type === 'ExportDefaultDeclaration' && name === 'default' && statement) {
        const { declaration } = node;
        const local = declaration.type === 'Identifier' ? declaration : declaredName(declaration);
        if (local) found.push({ module: null, name: local.name });
        else found.push({ at: { statement, node: declaration } });
      } else if (node.type === 'ExportAllDeclaration') {
        const module = String(node.source.value);
        if (node.exported && exportName(node.exported) === name) found.push({ module, name: '*' });
        else if (!node.exported && name !== 'default') reexported.push({ module, name });
      }
    }
  }
  // A module's own export hides those it re-exports with `export *`.
  return found.length > 0 ? found : reexported;
}

/** A name of the module itself (`module` null) or of another (`*`: all of it), or an unnamed value. */
export type Exported = { module: string | null; name: string } | { at: Located };

/** The name that `export default function name() {}` declares; it may be reassigned. */
function declaredName(node: AnyNode): Identifier | null {
  const declares = node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration';
  return declares ? node.id : null;
}

function declaredIn(statement: Statement, name: string): Declared[] {
  const found: Declared[] = [];
  for (const node of statement.program.body) {
    if (node.type === 'ImportDeclaration') {
      for (const specifier of node.specifiers) {
        if (specifier.local.name !== name) continue;
        found.push({
          kind: 'import',
          module: String(node.source.value),
          name:
            specifier.type === 'ImportSpecifier'
              ? exportName(specifier.imported)
              : specifier.type === 'ImportDefaultSpecifier'
                ? 'default'
                : '*',
        });
      }
      continue;
    }
    const declaration = withoutExport(node);
    const constant = declaration.type === 'VariableDeclaration' && declaration.kind === 'const';
    for (const value of valuesDeclaredBy(declaration, name)) {
      found.push({ kind: 'value', statement, value, constant });
    }
  }
  return found;
}

/**
 * Whether a path ends in a name declared inside a block but visible in the whole module: by `var`,
 * or in sloppy code by `function`.
 */
function declaresFromBlock(path: readonly AnyNode[], format: SourceModule['format']): boolean {
  const [name, parent] = [path.at(-1), path.at(-2)];
  const isFunctionName = parent?.type === 'FunctionDeclaration' && parent.id === name;
  const around = path.slice(1, isFunctionName ? -2 : -1);
  if (around.some((node) => isFunction(node) || node.type === 'StaticBlock')) return false;
  if (isFunctionName) return format !== 'module' && around.length > 0;
  const at = around.findLastIndex(({ type }) => type === 'VariableDeclaration');
  const [declaration, declarator] = [around[at], around[at + 1]];
  if (declaration?.type !== 'VariableDeclaration' || declaration.kind !== 'var') return false;
  if (at === 0 || around[0]?.type === 'ExportNamedDeclaration') return false;
  return declarator?.type === 'VariableDeclarator' && path.includes(declarator.id);
}

const assignment = /(?:\s|\)|\/\*[^]*?\*\/|\/\/.*)*(?:[-+*/%&|^?<>]{0,3}=(?![=>])|\+\+|--)/y;
const beforeAssigned =
  /(?:\+\+|--|\*\/|\/\/.*\n|\bfunction[\s*]|\bfor\s*(?:await\s*)?\((?:\s*var\s)?)[\s(]*$/;
/** Characters before a name that are looked at. */
const BEFORE = 64;

/** A check before parsing: an assignment operator after the word, a `++`, a `for` or a comment before it, a pattern. */
function looksAssigned(text: string, at: number, name: string): boolean {
  assignment.lastIndex = at + name.length;
  return (
    assignment.test(text) ||
    beforeAssigned.test(text.slice(Math.max(0, at - BEFORE), at)) ||
    isInPattern(text, at + name.length)
  );
}

const PATTERN_LENGTH = 500;
const closed = /\s*(?:(=(?!=|>)|of\b|in\b)|[,\]}])/y;

/** Whether the brackets around a position are closed by `]=`, `} of` and the like: a pattern. */
function isInPattern(text: string, from: number): boolean {
  let depth = 0;
  const end = Math.min(text.length, from + PATTERN_LENGTH);
  for (let i = from; i < end; i++) {
    const c = text[i];
    if (c === '(' || c === '[' || c === '{') depth++;
    else if (c === ')' || c === ']' || c === '}') {
      if (depth-- > 0) continue;
      if (c === ')') return false;
      closed.lastIndex = i + 1;
      const next = closed.exec(text);
      if (!next || next[1]) return next !== null;
      depth = 0;
    } else if (c === ';' && depth === 0) return false;
  }
  // Too long to search: it may be one.
  return end < text.length;
}

function mentions(source: Source, range: number, name: string): boolean {
  return !wordsIn(source.rangeText(range), name).next().done;
}

function exportName(node: { type: string; name?: string; value?: unknown }): string {
  return node.type === 'Identifier' ? String(node.name) : String(node.value);
}
