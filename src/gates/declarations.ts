import type { AnyNode } from 'acorn';
import { type Located, contains } from './located.ts';
import { assignedBy, localBinding, valuesDeclaredBy } from './scope.ts';
import { type Source, type Statement, isWordAt, pathTo } from './source.ts';

/** How the top level of a module declares a name. */
export type Declared =
  | { kind: 'value'; statement: Statement; value: AnyNode | null; constant: boolean }
  | { kind: 'import'; module: string; name: string }
  /** A statement that mentions the name could not be parsed. */
  | { kind: 'unreadable' };

/** Every top-level declaration of `name` in a module; more than one leaves its meaning open. */
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

/** The values assigned to a top-level name of a module; null where the value is not written there. */
export function assignmentsTo(source: Source, name: string): (Located | null)[] {
  const found: (Located | null)[] = [];
  for (const at of source.words(name)) {
    if (!looksAssigned(source.text, at, name)) continue;
    const statement = source.statementAt(at);
    if (!statement) continue;
    const path = pathTo(statement, at);
    const node = path.findLast((ancestor) => assignedBy(ancestor).includes(name));
    const identifier = path.at(-1);
    if (!node || identifier?.type !== 'Identifier') continue;
    if (localBinding({ statement, node: identifier }, name) !== undefined) continue;
    const plain =
      node.type === 'AssignmentExpression' && node.operator === '=' && node.left === identifier;
    if (
      node.type === 'AssignmentExpression' &&
      contains({ statement, node: node.right }, { statement, node: identifier })
    )
      continue;
    found.push(plain ? { statement, node: node.right } : null);
  }
  return found;
}

/** What a module exports under a name: candidates, of which a sound module has exactly one. */
export function exportsOf(source: Source, name: string): Exported[] {
  const found: Exported[] = [];
  const passedOn: Exported[] = [];
  for (const range of source.skeleton.exports) {
    const statement = source.statement(range);
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
        if (declaration.type === 'Identifier') found.push({ module: null, name: declaration.name });
        else found.push({ at: { statement, node: declaration } });
      } else if (node.type === 'ExportAllDeclaration' && !node.exported && name !== 'default') {
        passedOn.push({ module: String(node.source.value), name });
      }
    }
  }
  // A name that a module exports itself hides those it passes on with `export *`.
  return found.length > 0 ? found : passedOn;
}

/** A name of the module itself (`module` null) or of another; or a value without a name. */
export type Exported = { module: string | null; name: string } | { at: Located };

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
    const declaration =
      (node.type === 'ExportNamedDeclaration' || node.type === 'ExportDefaultDeclaration') &&
      node.declaration
        ? node.declaration
        : node;
    const constant = declaration.type === 'VariableDeclaration' && declaration.kind === 'const';
    for (const value of valuesDeclaredBy(declaration, name)) {
      found.push({ kind: 'value', statement, value, constant });
    }
  }
  return found;
}

/** A cheap look before parsing: an assignment operator after the word, or a `++`, a `for`, a list. */
function looksAssigned(text: string, at: number, name: string): boolean {
  const after = text.slice(at + name.length, at + name.length + 12);
  if (/^\s*(?:[-+*/%&|^?<>]{0,3}=(?![=>])|\+\+|--)/.test(after)) return true;
  const before = text.slice(Math.max(0, at - 12), at);
  return /(?:\+\+|--|\bfor\s*\()\s*$/.test(before);
}

function mentions(source: Source, range: number, name: string): boolean {
  const { starts, end } = source.skeleton;
  const text = source.text.slice(starts[range], starts[range + 1] ?? end);
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    if (isWordAt(text, name, at)) return true;
  }
  return false;
}

function exportName(node: { type: string; name?: string; value?: unknown }): string {
  return node.type === 'Identifier' ? String(node.name) : String(node.value);
}
