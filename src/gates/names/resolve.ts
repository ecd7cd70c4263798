import type { AnyNode } from 'acorn';
import { type Declared, assignmentsTo, declarationsOf, exportsOf } from './declarations.ts';
import { type FunctionNode, type Located, isFunction, memberName } from '../syntax/located.ts';
import { localBinding } from './scope.ts';
import { isSettled } from './settled.ts';
import { Source } from '../syntax/source.ts';
import type { SourceModule } from '../types.ts';

/** What a name means: where its value is written, or why that is unknown. */
export type Binding =
  | { kind: 'value'; at: Located }
  /** `import * as name`: a whole module. */
  | { kind: 'namespace'; source: Source }
  | { kind: 'external'; module: string }
  | { kind: 'unresolved'; why: 'undeclared' | 'ambiguous' | 'local' | 'computed' | 'too deep' };

const MAX_HOPS = 8;

/** The modules of a bundle; resolves names in them through imports and exports. */
export class ModuleGraph {
  readonly sources: Source[];
  /** Evaluation steps left, over all evaluations. Published builds take 30,000 at most. */
  stepsLeft = 100_000;
  /** By name; null if two modules share it. */
  readonly #byName = new Map<string, Source | null>();
  readonly #bindings = new Map<string, Binding>();
  /** Cached bindings, by the node that they are seen from and by name. */
  readonly #seen = new WeakMap<AnyNode, Map<string, Binding>>();
  /** Aliases being resolved. */
  readonly #entered = new Set<AnyNode>();

  constructor(modules: readonly SourceModule[]) {
    this.sources = modules.map((module) => new Source(module));
    for (const source of this.sources) {
      const { name } = source.module;
      this.#byName.set(name, this.#byName.has(name) ? null : source);
    }
  }

  /** Sources whose bytes contain `needle` (ASCII); the others are not decoded. */
  containing(needle: string): Source[] {
    return this.sources.filter((source) => source.holds(needle));
  }

  /** Whether a module imports from other modules of the bundle. */
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

  /** What `name` means as seen from `from`. A name with two values is ambiguous. */
  resolve(name: string, from: Located): Binding {
    const known = this.#seen.get(from.node) ?? new Map<string, Binding>();
    this.#seen.set(from.node, known);
    const binding = known.get(name) ?? this.#throughAlias(this.#resolve(name, from));
    known.set(name, binding);
    return binding;
  }

  /** What `a` means if its value is written `b` or `namespace.b`. */
  #throughAlias(binding: Binding): Binding {
    if (binding.kind !== 'value') return binding;
    const { node } = binding.at;
    if (node.type !== 'Identifier' && node.type !== 'MemberExpression') return binding;
    // Two names that alias each other have no value.
    if (this.#entered.has(node)) return { kind: 'unresolved', why: 'too deep' };
    this.#entered.add(node);
    // A value that the name holds only at times is no alias.
    const next = this.isSettled(binding.at) ? this.resolveNode(node, binding.at) : binding;
    this.#entered.delete(node);
    return next.kind === 'value' || next.kind === 'namespace' ? next : binding;
  }

  #resolve(name: string, from: Located): Binding {
    const local = localBinding(from, name);
    if (local === 'opaque') return { kind: 'unresolved', why: 'local' };
    if (local) return { kind: 'value', at: { statement: from.statement, node: local } };
    return this.#topLevel(from.statement.source, name, new Set());
  }

  /** What a name (`a`) or a member of an imported module (`ns.a`) means as seen from `from`. */
  resolveNode(node: AnyNode, from: Located): Binding {
    if (node.type === 'Identifier') return this.resolve(node.name, from);
    const name = node.type === 'MemberExpression' ? memberName(node) : null;
    if (node.type !== 'MemberExpression' || name === null) {
      return { kind: 'unresolved', why: 'computed' };
    }
    const object = this.resolveNode(node.object, from);
    return object.kind === 'namespace'
      ? this.#throughAlias(this.#exported(object.source, name, new Set()))
      : { kind: 'unresolved', why: 'computed' };
  }

  /** Whether a name certainly has the value written there (see settled.ts). */
  isSettled(at: Located, entered?: ReadonlySet<AnyNode>): boolean {
    return isSettled(at, (callee, from) => this.resolveCallee(callee, from), entered);
  }

  /** The function that a callee (`f`, `ns.f`) is certain to mean, or null. */
  resolveCallee(callee: AnyNode, from: Located): Located<FunctionNode> | null {
    return functionOf(this.resolveNode(callee, from));
  }

  #topLevel(source: Source, name: string, seen: ReadonlySet<string>): Binding {
    const key = `${source.module.name} ${name}`;
    const cached = this.#bindings.get(key) ?? this.#lookUp(source, name, seen);
    // In a cycle of modules, a lookup may miss a name that exists; such a result is not cached.
    if (seen.size === 0) this.#bindings.set(key, cached);
    return cached;
  }

  #lookUp(source: Source, name: string, seen: ReadonlySet<string>): Binding {
    const found = declarationsOf(source, name);
    const [only] = found;
    if (only === undefined) return { kind: 'unresolved', why: 'undeclared' };
    if (found.length > 1 || only.kind === 'unreadable') {
      return { kind: 'unresolved', why: 'ambiguous' };
    }
    return only.kind === 'import'
      ? this.#imported(source, only.module, only.name, seen)
      : valueOf(source, name, only);
  }

  #imported(source: Source, module: string, name: string, seen: ReadonlySet<string>): Binding {
    const target = this.#byName.get(moduleName(source.module.name, module));
    if (target === undefined) return { kind: 'external', module };
    if (target === null) return { kind: 'unresolved', why: 'ambiguous' };
    return name === '*'
      ? { kind: 'namespace', source: target }
      : this.#exported(target, name, seen);
  }

  /** What a module exports under a name. Two paths to the same definition are not ambiguous. */
  #exported(target: Source, name: string, seen: ReadonlySet<string>): Binding {
    const key = `${target.module.name} ${name}`;
    if (seen.has(key)) return { kind: 'unresolved', why: 'undeclared' };
    if (seen.size > MAX_HOPS) return { kind: 'unresolved', why: 'too deep' };
    const passed = new Set([...seen, key]);
    const bindings = exportsOf(target, name).map((exported): Binding => {
      if (!exported) return { kind: 'unresolved', why: 'ambiguous' };
      if ('at' in exported) return { kind: 'value', at: exported.at };
      return exported.module === null
        ? this.#topLevel(target, exported.name, passed)
        : this.#imported(target, exported.module, exported.name, passed);
    });
    const [only, ...others] = bindings.filter(
      (binding) => binding.kind !== 'unresolved' || binding.why !== 'undeclared',
    );
    if (!only) return { kind: 'unresolved', why: 'undeclared' };
    return others.every((other) => isSame(only, other))
      ? only
      : { kind: 'unresolved', why: 'ambiguous' };
  }
}

/** The function that a binding is certain to be, or null. */
export function functionOf(binding: Binding): Located<FunctionNode> | null {
  if (binding.kind !== 'value' || !isFunction(binding.at.node)) return null;
  return { statement: binding.at.statement, node: binding.at.node };
}

function isSame(one: Binding, other: Binding): boolean {
  return one.kind === 'value' && other.kind === 'value' && one.at.node === other.at.node;
}

/** The value of a declared name, if the whole module assigns it exactly once. */
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

/** The module that a specifier names: relative to the importer's folder, or absolute. */
function moduleName(importer: string, specifier: string): string {
  if (!specifier.startsWith('./') && !specifier.startsWith('../')) return specifier;
  const parts = importer.split('/').slice(0, -1);
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}
