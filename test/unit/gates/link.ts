import { Script, createContext } from 'node:vm';
import type { SourceModule } from '../../../src/gates/types.ts';
import { parseModule } from './reached.ts';

/**
 * Runs a bundle's modules with the given globals and links their imports: enough for generated
 * programs, whose top levels only declare.
 */
export function runBundle(
  modules: readonly SourceModule[],
  globals: Record<string, unknown>,
): void {
  const context = createContext({ ...globals, imports: importsOf });
  const linked = modules.map((module) => ({ module, ...linkOf(module) }));
  const exported = new Map<string, Exports>();

  function importsOf(name: string): object {
    const found = {};
    const { imports = [] } = linked.find(({ module }) => module.name === name) ?? {};
    for (const { local, from, imported } of imports) {
      Object.defineProperty(found, local, { get: () => valueOf(from, imported)?.() });
    }
    return found;
  }

  function valueOf(
    from: string,
    name: string,
    seen: readonly string[] = [],
  ): (() => unknown) | undefined {
    if (seen.includes(from)) return undefined;
    if (name === '*')
      return () => new Proxy({}, { get: (_, key) => valueOf(from, String(key))?.() });
    const own = exported.get(from)?.[name];
    if (own) return own;
    const { reexports = [] } = linked.find(({ module }) => module.name === from) ?? {};
    for (const one of reexports) {
      if (one.name !== name && one.name !== null) continue;
      const value = valueOf(one.from, one.imported ?? name, [...seen, from]);
      if (value) return value;
    }
    return undefined;
  }

  for (const { module, text, locals } of linked) {
    const pairs = locals.map(([name, local]) => `${JSON.stringify(name)}:()=>${local}`);
    context['publish'] = (found: Exports): void => void exported.set(module.name, found);
    const body = module.format === 'commonjs' ? `(${text.trim()})()` : text;
    new Script(
      `with(imports(${JSON.stringify(module.name)})){(()=>{${body}\n;publish({${pairs.join(',')}})})()}`,
    ).runInContext(context);
  }
}

type Exports = Record<string, () => unknown>;

interface Link {
  /** The module without its imports and exports. */
  text: string;
  imports: { local: string; from: string; imported: string }[];
  /** Exported name and local name. */
  locals: [string, string][];
  /** Re-exports from another module; `name` null: all names. */
  reexports: { name: string | null; from: string; imported: string | null }[];
}

function linkOf(module: SourceModule): Link {
  let text = module.bytes.toString(module.encoding);
  const link: Link = { text, imports: [], locals: [], reexports: [] };
  for (const node of (parseModule(module)?.body ?? []).toReversed()) {
    if (node.type === 'ImportDeclaration') {
      const from = String(node.source.value);
      for (const specifier of node.specifiers) {
        const imported =
          specifier.type === 'ImportSpecifier'
            ? nameOf(specifier.imported)
            : specifier.type === 'ImportDefaultSpecifier'
              ? 'default'
              : '*';
        link.imports.push({ local: specifier.local.name, from, imported });
      }
    } else if (node.type === 'ExportAllDeclaration') {
      const name = node.exported && nameOf(node.exported);
      link.reexports.push({
        name: name ?? null,
        from: String(node.source.value),
        imported: name ? '*' : null,
      });
    } else if (node.type === 'ExportNamedDeclaration') {
      for (const { exported, local } of node.specifiers) {
        const [name, own] = [nameOf(exported), nameOf(local)];
        if (node.source)
          link.reexports.push({ name, from: String(node.source.value), imported: own });
        else link.locals.push([name, own]);
      }
    } else if (node.type === 'ExportDefaultDeclaration' && node.declaration.type === 'Identifier') {
      link.locals.push(['default', node.declaration.name]);
    } else continue;
    text = text.slice(0, node.start) + text.slice(node.end);
  }
  return { ...link, text };
}

function nameOf(node: { type: string; name?: string; value?: unknown }): string {
  return node.type === 'Identifier' ? String(node.name) : String(node.value);
}
