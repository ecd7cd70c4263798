import type {
  AnonymousFunctionDeclaration,
  AnyNode,
  ArrowFunctionExpression,
  FunctionDeclaration,
  FunctionExpression,
  Pattern,
} from 'acorn';
import { type Statement, children, pathTo, Source } from './source.ts';
import type { SourceModule } from './types.ts';

export type FunctionNode =
  | FunctionDeclaration
  | AnonymousFunctionDeclaration
  | FunctionExpression
  | ArrowFunctionExpression;

/** A syntax node with the statement it stands in and the functions around it, outermost first. */
export interface Located<N extends AnyNode = AnyNode> {
  statement: Statement;
  node: N;
  enclosing: FunctionNode[];
}

/** What a name means: where its value is written, or why that is not known. */
export type Binding =
  | { kind: 'value'; at: Located }
  | { kind: 'external'; module: string }
  | { kind: 'unresolved'; why: 'undeclared' | 'ambiguous' | 'parameter' | 'too deep' };

/** The modules of a bundle, and what names mean in them, through imports and exports. */
export class ModuleGraph {
  readonly sources: Source[];
  readonly #byName: Map<string, Source>;
  readonly #bindings = new Map<string, Binding>();

  constructor(modules: readonly SourceModule[]) {
    this.sources = modules.map((module) => new Source(module));
    this.#byName = new Map(this.sources.map((source) => [source.module.name, source]));
  }

  /** Sources whose bytes hold `needle` (ASCII); nothing else is decoded. */
  containing(needle: string): Source[] {
    return this.sources.filter(({ module }) => {
      const encoding = module.encoding === 'utf16le' ? 'utf16le' : 'latin1';
      return module.bytes.includes(needle, 0, encoding);
    });
  }

  /** The value of `name` as seen from `from`. */
  resolve(name: string, from: Located): Binding {
    for (const scope of from.enclosing.toReversed()) {
      const local = localBinding(scope, name);
      if (local === 'parameter') return { kind: 'unresolved', why: 'parameter' };
      if (local === 'ambiguous') return { kind: 'unresolved', why: 'ambiguous' };
      if (local) return { kind: 'value', at: located(from.statement, local) };
    }
    return this.#topLevel(from.statement.source, name, 0);
  }

  #topLevel(source: Source, name: string, hops: number): Binding {
    if (hops > 8) return { kind: 'unresolved', why: 'too deep' };
    const key = `${source.module.name} ${name}`;
    const cached = this.#bindings.get(key) ?? this.#lookUp(source, name, hops);
    this.#bindings.set(key, cached);
    return cached;
  }

  #lookUp(source: Source, name: string, hops: number): Binding {
    const found = topLevelDeclarations(source, name);
    if (found.length > 1) return { kind: 'unresolved', why: 'ambiguous' };
    const [only] = found;
    if (only === undefined) return { kind: 'unresolved', why: 'undeclared' };
    if (only.kind === 'import') return this.#imported(source, only.module, only.name, hops);
    if (only.value) return { kind: 'value', at: located(only.statement, only.value) };
    return soleAssignment(source, name);
  }

  #imported(source: Source, module: string, name: string, hops: number): Binding {
    const target = this.#byName.get(moduleName(source.module.name, module));
    if (!target) return { kind: 'external', module };
    const exported = exportedAs(target, name);
    if (!exported) return { kind: 'unresolved', why: 'undeclared' };
    if (exported.module === null) return this.#topLevel(target, exported.name, hops + 1);
    return this.#imported(target, exported.module, exported.name, hops + 1);
  }
}

/** Wraps a node of a statement with the functions that enclose it. */
export function located(statement: Statement, node: AnyNode): Located {
  const path = pathTo(statement, statement.start + node.start);
  const enclosing: FunctionNode[] = [];
  for (const ancestor of path) {
    if (ancestor === node) break;
    if (isFunction(ancestor)) enclosing.push(ancestor);
  }
  return { statement, node, enclosing };
}

export function isFunction(node: AnyNode): node is FunctionNode {
  return (
    node.type === 'FunctionDeclaration' ||
    node.type === 'FunctionExpression' ||
    node.type === 'ArrowFunctionExpression'
  );
}

type Declared =
  | { kind: 'value'; statement: Statement; value: AnyNode | null }
  | { kind: 'import'; module: string; name: string };

function topLevelDeclarations(source: Source, name: string): Declared[] {
  const { declared, imports, patterns } = source.skeleton;
  const ranges = new Set(
    declared.filter((at) => isWordAt(source.text, name, at)).map((at) => source.rangeAt(at)),
  );
  for (const range of [...imports, ...patterns]) {
    if (mentions(source, range, name)) ranges.add(range);
  }
  const found: Declared[] = [];
  for (const range of ranges) {
    const statement = source.statement(range);
    // A range that acorn refuses may declare the name as well: two unknowns are an ambiguity.
    if (!statement) found.push({ kind: 'value', statement: unreadable(source), value: null });
    else found.push(...declaredIn(statement, name));
  }
  return found;
}

function declaredIn(statement: Statement, name: string): Declared[] {
  const found: Declared[] = [];
  for (const node of statement.program.body) {
    if (node.type === 'ImportDeclaration') {
      for (const specifier of node.specifiers) {
        if (specifier.local.name !== name) continue;
        const module = String(node.source.value);
        if (specifier.type === 'ImportSpecifier') {
          found.push({ kind: 'import', module, name: moduleExportName(specifier.imported) });
        } else {
          const imported = specifier.type === 'ImportDefaultSpecifier' ? 'default' : '*';
          found.push({ kind: 'import', module, name: imported });
        }
      }
      continue;
    }
    const declaration =
      (node.type === 'ExportNamedDeclaration' || node.type === 'ExportDefaultDeclaration') &&
      node.declaration
        ? node.declaration
        : node;
    for (const value of valuesDeclaredBy(declaration, name)) {
      found.push({ kind: 'value', statement, value });
    }
  }
  return found;
}

/** The values a declaration gives `name`; null stands for "declared, value not written here". */
function valuesDeclaredBy(node: AnyNode, name: string): (AnyNode | null)[] {
  if (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') {
    return node.id?.name === name ? [node] : [];
  }
  if (node.type !== 'VariableDeclaration') return [];
  return node.declarations.flatMap(({ id, init }): (AnyNode | null)[] => {
    if (id.type === 'Identifier') return id.name === name ? [init ?? null] : [];
    return patternNames(id).includes(name) ? [id] : [];
  });
}

/** A variable declared without a value, written once in the module: that value. */
function soleAssignment(source: Source, name: string): Binding {
  const found: Located[] = [];
  for (const at of source.find(name)) {
    if (
      !isWordAt(source.text, name, at) ||
      !/^\s*=[^=>]/.test(source.text.slice(at + name.length, at + name.length + 8))
    ) {
      continue;
    }
    const statement = source.statementAt(at);
    const assignment = statement && pathTo(statement, at).at(-2);
    if (!statement || assignment?.type !== 'AssignmentExpression') continue;
    if (assignment.left.type !== 'Identifier' || assignment.left.name !== name) continue;
    const value = located(statement, assignment.right);
    if (value.enclosing.some((scope) => localBinding(scope, name) !== undefined)) continue;
    found.push(value);
  }
  const [only] = found;
  if (found.length > 1) return { kind: 'unresolved', why: 'ambiguous' };
  return only ? { kind: 'value', at: only } : { kind: 'unresolved', why: 'undeclared' };
}

/** What a module exports under `name`: a local name, or a name of another module. */
function exportedAs(source: Source, name: string): { module: string | null; name: string } | null {
  for (const range of source.skeleton.exports) {
    for (const node of source.statement(range)?.program.body ?? []) {
      if (node.type === 'ExportNamedDeclaration') {
        for (const specifier of node.specifiers) {
          if (moduleExportName(specifier.exported) !== name) continue;
          const module = node.source ? String(node.source.value) : null;
          return { module, name: moduleExportName(specifier.local) };
        }
        if (node.declaration && valuesDeclaredBy(node.declaration, name).length > 0) {
          return { module: null, name };
        }
      }
      if (node.type === 'ExportAllDeclaration' && !node.exported) {
        return { module: String(node.source.value), name };
      }
    }
  }
  return null;
}

/** A name declared inside a function: its value, or why there is none; undefined if it is not. */
function localBinding(
  scope: FunctionNode,
  name: string,
): AnyNode | 'parameter' | 'ambiguous' | undefined {
  if (scope.params.flatMap(patternNames).includes(name)) return 'parameter';
  const found: (AnyNode | null)[] = [];
  const visit = (node: AnyNode): void => {
    found.push(...valuesDeclaredBy(node, name));
    if (isFunction(node)) return;
    for (const child of children(node)) visit(child);
  };
  for (const child of children(scope.body)) visit(child);
  if (found.length === 0) return undefined;
  const [only] = found;
  return found.length === 1 && only ? only : 'ambiguous';
}

function patternNames(pattern: Pattern): string[] {
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
    case 'MemberExpression':
      return [];
  }
}

function mentions(source: Source, range: number, name: string): boolean {
  const { starts, end } = source.skeleton;
  const text = source.text.slice(starts[range], starts[range + 1] ?? end);
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    if (isWordAt(text, name, at)) return true;
  }
  return false;
}

const wordCharacter = /[\w$\\\u0080-\uffff]/;

/** Whether exactly the word `name` stands at `at`. */
export function isWordAt(text: string, name: string, at: number): boolean {
  return (
    text.startsWith(name, at) &&
    !wordCharacter.test(text.charAt(at + name.length)) &&
    !wordCharacter.test(text.charAt(at - 1))
  );
}

function moduleExportName(node: { type: string; name?: string; value?: unknown }): string {
  return node.type === 'Identifier' ? String(node.name) : String(node.value);
}

/** Chunks name each other by absolute name; a relative specifier starts at the importer's folder. */
function moduleName(importer: string, specifier: string): string {
  if (!specifier.startsWith('./') && !specifier.startsWith('../')) return specifier;
  const parts = importer.split('/').slice(0, -1);
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}

function unreadable(source: Source): Statement {
  return {
    source,
    start: 0,
    program: { type: 'Program', start: 0, end: 0, body: [], sourceType: 'script' },
  };
}
