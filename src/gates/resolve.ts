import {
  type Declared,
  type Exported,
  assignmentsTo,
  declarationsOf,
  exportsOf,
} from './declarations.ts';
import { type FunctionNode, type Located, isFunction } from './located.ts';
import { localBinding } from './scope.ts';
import { Source, type SourceModule } from './source.ts';

/** What a name means: where its value is written, or why that is not known. */
export type Binding =
  | { kind: 'value'; at: Located }
  | { kind: 'external'; module: string }
  | { kind: 'unresolved'; why: 'undeclared' | 'ambiguous' | 'local' | 'too deep' };

const MAX_HOPS = 8;

/** The modules of a bundle, and what names mean in them, through imports and exports. */
export class ModuleGraph {
  readonly sources: Source[];
  /** By name; null where two modules share it. */
  readonly #byName = new Map<string, Source | null>();
  readonly #bindings = new Map<string, Binding>();

  constructor(modules: readonly SourceModule[]) {
    this.sources = modules.map((module) => new Source(module));
    for (const source of this.sources) {
      const { name } = source.module;
      this.#byName.set(name, this.#byName.has(name) ? null : source);
    }
  }

  /** Sources whose bytes hold `needle` (ASCII); nothing else is decoded. */
  containing(needle: string): Source[] {
    return this.sources.filter(({ module }) => {
      const encoding = module.encoding === 'utf16le' ? 'utf16le' : 'latin1';
      return module.bytes.includes(needle, 0, encoding);
    });
  }

  /** Whether a module imports from others of the bundle. */
  imports(source: Source): boolean {
    return source.skeleton.imports.some((range) =>
      source
        .statement(range)
        ?.program.body.some(
          (node) =>
            node.type === 'ImportDeclaration' &&
            this.#byName.has(moduleName(source.module.name, String(node.source.value))),
        ),
    );
  }

  /** The value of `name` as seen from `from`. A name that is written twice is ambiguous. */
  resolve(name: string, from: Located): Binding {
    const local = localBinding(from, name);
    if (local === 'opaque') return { kind: 'unresolved', why: 'local' };
    if (local) return { kind: 'value', at: { statement: from.statement, node: local } };
    return this.#topLevel(from.statement.source, name, 0);
  }

  /** The one function that `name` stands for, as seen from `from`; null where that is not certain. */
  resolveFunction(name: string, from: Located): Located<FunctionNode> | null {
    const binding = this.resolve(name, from);
    if (binding.kind !== 'value' || !isFunction(binding.at.node)) return null;
    return { statement: binding.at.statement, node: binding.at.node };
  }

  #topLevel(source: Source, name: string, hops: number): Binding {
    if (hops > MAX_HOPS) return { kind: 'unresolved', why: 'too deep' };
    const key = `${source.module.name} ${name}`;
    const cached = this.#bindings.get(key) ?? this.#lookUp(source, name, hops);
    this.#bindings.set(key, cached);
    return cached;
  }

  #lookUp(source: Source, name: string, hops: number): Binding {
    const found = declarationsOf(source, name);
    const [only] = found;
    if (only === undefined) return { kind: 'unresolved', why: 'undeclared' };
    if (found.length > 1 || only.kind === 'unreadable') {
      return { kind: 'unresolved', why: 'ambiguous' };
    }
    return only.kind === 'import'
      ? this.#imported(source, only.module, only.name, hops)
      : valueOf(source, name, only);
  }

  #imported(source: Source, module: string, name: string, hops: number): Binding {
    if (hops > MAX_HOPS) return { kind: 'unresolved', why: 'too deep' };
    const target = this.#byName.get(moduleName(source.module.name, module));
    if (target === undefined) return { kind: 'external', module };
    if (target === null) return { kind: 'unresolved', why: 'ambiguous' };
    const bindings = exportsOf(target, name)
      .map((exported) => this.#exported(target, exported, hops + 1))
      .filter((binding) => binding.kind !== 'unresolved' || binding.why !== 'undeclared');
    const [only] = bindings;
    if (!only) return { kind: 'unresolved', why: 'undeclared' };
    return bindings.length === 1 ? only : { kind: 'unresolved', why: 'ambiguous' };
  }

  #exported(target: Source, exported: Exported, hops: number): Binding {
    if ('at' in exported) return { kind: 'value', at: exported.at };
    if (exported.module === null) return this.#topLevel(target, exported.name, hops);
    return this.#imported(target, exported.module, exported.name, hops);
  }
}

/** The value of a declared name, if it is written exactly once in the whole module. */
function valueOf(
  source: Source,
  name: string,
  { statement, value, constant }: Extract<Declared, { kind: 'value' }>,
): Binding {
  if (value && constant) return { kind: 'value', at: { statement, node: value } };
  const assigned = assignmentsTo(source, name);
  if (value && assigned.length === 0) return { kind: 'value', at: { statement, node: value } };
  const [only] = assigned;
  if (value || assigned.length > 1) return { kind: 'unresolved', why: 'ambiguous' };
  return only ? { kind: 'value', at: only } : { kind: 'unresolved', why: 'undeclared' };
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
