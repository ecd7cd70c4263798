import { type AnyNode, type Program, parse } from 'acorn';
import { isFunction } from '../../../src/gates/syntax/located.ts';
import { patternNames } from '../../../src/gates/names/scope.ts';
import { children, descendants } from '../../../src/gates/syntax/source.ts';
import type { SourceModule } from '../../../src/gates/types.ts';

/**
 * The functions reachable from some nodes of a bundle, each as `placeOf` names it. Uses a full parse
 * and a scope analysis of its own, to check the engine's answers. A name with no plain definition, or
 * more than one, leads nowhere.
 */
export function functionsReached(
  modules: readonly SourceModule[],
  isRoot: (node: AnyNode, around: readonly AnyNode[]) => boolean,
): Set<string> {
  return new Bundle(modules).reached(isRoot);
}

/** A node as the name of its module and its range. */
export function placeOf(module: { name: string }, { start, end }: AnyNode): string {
  return `${module.name} ${start}-${end}`;
}

/** Parses a module in its format; null if it is not JavaScript. */
export function parseModule({ bytes, encoding, format }: SourceModule): Program | null {
  const sourceType = format === 'module' ? 'module' : 'script';
  try {
    return parse(bytes.toString(encoding), {
      ecmaVersion: 'latest',
      sourceType,
      allowHashBang: true,
    });
  } catch {
    return null;
  }
}

/** A value, an export of another module, or null for an unknown value. */
type Definition = { value: AnyNode; in: Module } | { from: Module; name: string } | null;

interface Module {
  name: string;
  sloppy: boolean;
  program: Program;
  top: Scope;
  scopes: Map<AnyNode, Scope>;
}

const blocks = /^(?:(?:Block|For|ForIn|ForOf|Switch)Statement|CatchClause|StaticBlock)$/;

class Bundle {
  readonly #modules: Module[];

  constructor(modules: readonly SourceModule[]) {
    this.#modules = modules.flatMap((module) => {
      const program = parseModule(module);
      const top = new Scope(null);
      const sloppy = module.format !== 'module';
      return program ? [{ name: module.name, sloppy, program, top, scopes: new Map() }] : [];
    });
    for (const module of this.#modules) this.#declareAll(module.program, module.top, module);
    for (const module of this.#modules) this.#assignAll(module);
  }

  reached(isRoot: (node: AnyNode, around: readonly AnyNode[]) => boolean): Set<string> {
    const found = new Set<AnyNode>();
    const places = new Set<string>();
    const open: [AnyNode, Module][] = [];
    for (const module of this.#modules) {
      const visit = (node: AnyNode, around: readonly AnyNode[]): void => {
        if (isRoot(node, around)) open.push([node, module]);
        for (const child of children(node)) visit(child, [...around, node]);
      };
      visit(module.program, []);
    }
    for (let next = open.pop(); next; next = open.pop()) {
      const [node, module] = next;
      if (found.has(node)) continue;
      found.add(node);
      places.add(placeOf(module, node));
      for (const inner of descendants(node)) {
        const end = this.#end(inner, module, 0);
        if (end && isFunction(end.value)) open.push([end.value, end.in]);
      }
    }
    return places;
  }

  /** Follows a name, or a member of a namespace, to its only value. */
  #end(
    node: AnyNode,
    module: Module,
    hops: number,
  ): Exclude<Definition, { from: Module } | null> | null {
    let found: Definition[] = [];
    if (node.type === 'Identifier') found = this.#lookUp(node.name, module.scopes.get(node));
    if (node.type === 'MemberExpression' && !node.computed && node.object.type === 'Identifier') {
      const [of, ...more] = this.#lookUp(node.object.name, module.scopes.get(node.object));
      if (
        of &&
        'from' in of &&
        of.name === '*' &&
        more.length === 0 &&
        node.property.type === 'Identifier'
      )
        found = [{ from: of.from, name: node.property.name }];
    }
    for (; hops < 20; hops++) {
      const [only, ...more] = found;
      if (!only || more.length > 0) return null;
      if (!('from' in only)) {
        return /^(?:Identifier|MemberExpression)$/.test(only.value.type)
          ? this.#end(only.value, only.in, hops + 1)
          : only;
      }
      found = this.#exports(only.from, only.name, new Set());
    }
    return null;
  }

  #lookUp(name: string, scope: Scope | null | undefined): Definition[] {
    for (let at = scope; at; at = at.parent) {
      const found = at.names.get(name);
      if (found) return found;
    }
    return [];
  }

  #exports(module: Module, name: string, seen: Set<Module>): Definition[] {
    if (seen.has(module)) return [];
    seen.add(module);
    const stars: Definition[] = [];
    for (const node of module.program.body) {
      if (node.type === 'ExportAllDeclaration') {
        const from = this.#module(module, String(node.source.value));
        if (from && node.exported && text(node.exported) === name) return [{ from, name: '*' }];
        if (from && !node.exported) stars.push(...this.#exports(from, name, seen));
      }
      if (node.type === 'ExportDefaultDeclaration' && name === 'default') {
        const { declaration } = node;
        const named =
          'id' in declaration
            ? declaration.id?.name
            : declaration.type === 'Identifier' && declaration.name;
        return named ? this.#lookUp(named, module.top) : [{ value: declaration, in: module }];
      }
      if (node.type !== 'ExportNamedDeclaration') continue;
      for (const { exported, local } of node.specifiers) {
        if (text(exported) !== name) continue;
        const from = node.source && this.#module(module, String(node.source.value));
        return from ? [{ from, name: text(local) }] : this.#lookUp(text(local), module.top);
      }
      const declared = node.declaration ? declaredBy(node.declaration, module) : [];
      if (declared.some(([one]) => one === name)) return this.#lookUp(name, module.top);
    }
    const values = new Set(stars.map((one) => (one && 'value' in one ? one.value : one)));
    return values.size === 1 ? stars.slice(0, 1) : stars;
  }

  #module(importer: Module, specifier: string): Module | undefined {
    const base = importer.name.slice(0, importer.name.lastIndexOf('/') + 1);
    const name = specifier.replace(/^\.\//, base);
    return this.#modules.find((module) => module.name === name);
  }

  /** Records what each node declares, and the scope of each name. */
  #declareAll(node: AnyNode, scope: Scope, module: Module): void {
    let inner = scope;
    if (node.type === 'Identifier') module.scopes.set(node, scope);
    if (node.type === 'ImportDeclaration') this.#declareImports(node, scope, module);
    const variables = node.type === 'VariableDeclaration' && node.kind === 'var';
    for (const [name, value] of declaredBy(node, module)) {
      declare(variables ? scope.fn : scope, name, value);
      const hoisted = node.type === 'FunctionDeclaration' && module.sloppy && scope !== scope.fn;
      if (hoisted) declare(scope.fn, name, [null]);
    }
    if (isFunction(node)) {
      inner = new Scope(scope);
      inner.fn = inner;
      if (node.type === 'FunctionExpression' && node.id)
        declare(scopeAbove(inner), node.id.name, [{ value: node, in: module }]);
      for (const name of node.params.flatMap(patternNames)) declare(inner, name, [null]);
    } else if (blocks.test(node.type)) {
      inner = new Scope(scope, scope.fn);
      if (node.type === 'StaticBlock') inner.fn = inner;
      if (node.type === 'CatchClause' && node.param) {
        for (const name of patternNames(node.param)) declare(inner, name, [null]);
      }
    }
    for (const child of children(node)) this.#declareAll(child, inner, module);
  }

  #declareImports(
    node: Extract<AnyNode, { type: 'ImportDeclaration' }>,
    scope: Scope,
    module: Module,
  ): void {
    const from = this.#module(module, String(node.source.value));
    for (const specifier of node.specifiers) {
      const name =
        specifier.type === 'ImportSpecifier'
          ? text(specifier.imported)
          : specifier.type === 'ImportDefaultSpecifier'
            ? 'default'
            : '*';
      declare(scope, specifier.local.name, [from ? { from, name } : null]);
    }
  }

  #assignAll(module: Module): void {
    for (const node of descendants(module.program)) {
      const assigns =
        node.type === 'AssignmentExpression' || /^For(?:In|Of)Statement$/.test(node.type);
      const target =
        assigns && 'left' in node
          ? node.left
          : node.type === 'UpdateExpression'
            ? node.argument
            : null;
      if (!target || target.type === 'VariableDeclaration' || target.type === 'PrivateIdentifier')
        continue;
      const plain =
        node.type === 'AssignmentExpression' &&
        node.operator === '=' &&
        target.type === 'Identifier';
      const names = /Pattern$|^Identifier$/.test(target.type) ? [...descendants(target)] : [];
      for (const name of names) {
        if (name.type !== 'Identifier') continue;
        this.#lookUp(name.name, module.scopes.get(name)).push(
          plain ? { value: node.right, in: module } : null,
        );
      }
    }
  }
}

/** The names that a declaration declares; `[]` for one that is assigned later. */
function declaredBy(node: AnyNode, module: Module): [string, Definition[]][] {
  if (node.type === 'FunctionDeclaration')
    return node.id ? [[node.id.name, [{ value: node, in: module }]]] : [];
  if (node.type === 'ClassDeclaration') return node.id ? [[node.id.name, [null]]] : [];
  if (node.type !== 'VariableDeclaration') return [];
  return node.declarations.flatMap(({ id, init }) =>
    patternNames(id).map((name): [string, Definition[]] => {
      if (id.type !== 'Identifier') return [name, [null]];
      return [name, init ? [{ value: init, in: module }] : []];
    }),
  );
}

function declare(scope: Scope, name: string, definitions: Definition[]): void {
  scope.names.set(name, [...(scope.names.get(name) ?? []), ...definitions]);
}

class Scope {
  readonly names = new Map<string, Definition[]>();
  parent: Scope | null;
  /** The scope that `var` declares in. */
  fn: Scope;

  constructor(parent: Scope | null, fn?: Scope) {
    this.parent = parent;
    this.fn = fn ?? this;
  }
}

/** Adds a scope around a function for the function's own name. */
function scopeAbove(inner: Scope): Scope {
  inner.parent = new Scope(inner.parent, inner.parent?.fn);
  return inner.parent;
}

function text(node: AnyNode): string {
  return node.type === 'Identifier' ? node.name : node.type === 'Literal' ? String(node.value) : '';
}
