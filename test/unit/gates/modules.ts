import { Buffer } from 'node:buffer';
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ModuleGraph, functionOf } from '../../../src/gates/names/resolve.ts';
import type { FunctionNode, Located } from '../../../src/gates/syntax/located.ts';
import type { Edit, SourceModule, Verdict } from '../../../src/gates/types.ts';

/** What a fixture's `expected.json` says about one capability. */
interface ExpectedCapability {
  verdict: Verdict;
  env?: Record<string, string>;
  edit?: { module: string; before: string; after?: string };
  /** Texts that the reason contains. */
  reason?: string[];
  /** The verdict after the edit; `on` by default. */
  afterEdit?: Verdict;
}

export interface Fixture {
  name: string;
  modules: SourceModule[];
  expected: Expected;
}

/** `prefix`: of the modules' names; `formats`: by file, if they differ. */
interface Expected {
  tasks: ExpectedCapability;
  teams: ExpectedCapability;
  format?: SourceModule['format'];
  formats?: Record<string, SourceModule['format']>;
  encoding?: SourceModule['encoding'];
  prefix?: string;
}

const folder = fileURLToPath(new URL('../../fixtures/gates/', import.meta.url));

export function readFixtures(): Fixture[] {
  return readdirSync(folder).map((name) => {
    const expected: Expected = JSON.parse(readFileSync(`${folder}${name}/expected.json`, 'utf8'));
    const { format = 'module', formats = {}, encoding = 'utf8', prefix = '' } = expected;
    const modules = readdirSync(`${folder}${name}`)
      .filter((file) => file.endsWith('.js'))
      .map((file) => ({
        name: `${prefix}${file}`,
        format: formats[file] ?? format,
        encoding,
        bytes: Buffer.from(readFileSync(`${folder}${name}/${file}`, 'utf8'), encoding),
      }));
    return { name, modules, expected };
  });
}

/** A module with the given text. */
export function moduleOf(text: string, format: SourceModule['format'] = 'module'): SourceModule {
  return { name: 'input.js', format, encoding: 'utf8', bytes: Buffer.from(text) };
}

/** A top-level function of a module, by its name. */
export function functionIn(
  text: string,
  name: string,
): { graph: ModuleGraph; fn: Located<FunctionNode> } {
  const graph = new ModuleGraph([moduleOf(text)]);
  const [source] = graph.sources;
  const statement = source?.statementAt(text.search(new RegExp(`function\\*? ?${name}\\(`)));
  const binding = statement && graph.resolve(name, { statement, node: statement.program });
  const fn = binding && functionOf(binding);
  if (!fn) throw new Error(`no function ${name}`);
  return { graph, fn };
}

/** The modules with an edit applied. */
export function applyEdit(modules: readonly SourceModule[], edit: Edit): SourceModule[] {
  return modules.map((module) => {
    if (module.name !== edit.module) return module;
    const bytes = Buffer.from(module.bytes);
    bytes.set(Buffer.from(edit.after, module.encoding), edit.start);
    return { ...module, bytes };
  });
}
