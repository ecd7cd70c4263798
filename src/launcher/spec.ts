import type { HeaderReading } from './headers.ts';

/**
 * Where a launcher takes the key from, and the variable that Claude Code reads it from. `file`: the
 * first line of a file. `env`: the shell's variable `from`, which may be one that launchers clear,
 * or `variable` itself.
 */
export type KeyReading =
  | { kind: 'file'; file: string; variable: string }
  | { kind: 'env'; from: string; variable: string };

/**
 * Everything a launcher's text depends on. Paths are absolute and in the form of the system that
 * will run the launcher; no value here is a secret.
 */
export interface LauncherSpec {
  /** The variant's name, which is also the command's: `[A-Za-z0-9._-]` only. */
  variant: string;
  /** The program behind the command; `node` is the Node.js that was in use at installation. */
  command: { kind: 'native'; path: string } | { kind: 'js'; node: string; script: string };
  configDir: string;
  /** The variant's own variables; an empty value is set as empty. */
  env: Readonly<Record<string, string>>;
  /** Variables of the shell that are removed beside those that every launcher removes. */
  cleared: readonly string[];
  /**
   * Variables of the shell that are not cleared and that win, where they are not empty, over `env`
   * and the key. Never CLAUDE_CONFIG_DIR, which makes the variant what it is.
   */
  keepEnv: readonly string[];
  key: KeyReading | null;
  /** Further headers of every request. */
  headers?: HeaderReading | null;
  /** The variable that names this build's task list (docs/gates.md). */
  taskList: 'CLAUDE_CODE_TASK_LIST_ID' | 'CLAUDE_CODE_TEAM_NAME' | null;
  /** Projects, absolute, whose task list goes on under its earlier name: that of the folder alone. */
  earlierLists: readonly string[];
}

/**
 * Refuses a specification that would not be text of the kind we mean: a name that could end the
 * comment it stands in, a variable the shell cannot assign, a value no environment can hold.
 * Callers have checked what the user typed, so this is a plain `Error`: a bug of ours.
 */
export function assertSpec(spec: LauncherSpec): void {
  if (!/^[A-Za-z0-9._-]+$/.test(spec.variant)) throw unfit('variant name', spec.variant);
  const variables = [...Object.keys(spec.env), ...spec.cleared, ...spec.keepEnv];
  if (spec.key !== null) variables.push(spec.key.variable);
  if (spec.key?.kind === 'env') variables.push(spec.key.from);
  for (const { parts } of spec.headers?.fromShell ?? []) {
    variables.push(...parts.flatMap(({ kind, text }) => (kind === 'variable' ? [text] : [])));
  }
  for (const name of variables) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw unfit('variable name', name);
  }
  const kept = spec.keepEnv.find((name) => name.toUpperCase() === 'CLAUDE_CONFIG_DIR');
  if (kept !== undefined) throw unfit('kept variable', kept);
  for (const value of [...Object.values(spec.env), ...paths(spec)]) {
    if (value.includes('\0')) throw unfit('value', value);
  }
  for (const path of paths(spec)) if (path === '') throw unfit('path', path);
}

function paths(spec: LauncherSpec): string[] {
  const { command, configDir, key, headers } = spec;
  const program = command.kind === 'native' ? [command.path] : [command.node, command.script];
  const files = [...(key?.kind === 'file' ? [key.file] : []), ...(headers ? [headers.file] : [])];
  return [...program, configDir, ...files];
}

function unfit(what: string, value: string): Error {
  return new Error(`A launcher cannot be written with the ${what} ${JSON.stringify(value)}`);
}

/** The file that must be there for the variant to run. */
export function bundlePath(spec: LauncherSpec): string {
  return spec.command.kind === 'native' ? spec.command.path : spec.command.script;
}

/** What a launcher says, on every system, when the variant's bundle is not where it was put. */
export function missingBundle(spec: LauncherSpec): string {
  const { variant } = spec;
  return `variant ${variant}: its bundle is missing at ${bundlePath(spec)}; run: cc-mirror update ${variant}`;
}

/** What a launcher says, on every system, when there is no key where it should be. */
export function missingKey(variant: string, key: KeyReading): string {
  if (key.kind === 'file') {
    return `variant ${variant}: no API key in ${key.file}; run: cc-mirror update ${variant} --api-key-stdin`;
  }
  return (
    `variant ${variant}: the variable ${key.from}, which holds its API key, is empty or not set ` +
    `in this shell; set it, or run: cc-mirror update ${variant} --key-store file --api-key-stdin`
  );
}

/** What a launcher says, on every system, when a JavaScript bundle has no Node.js to run on. */
export function missingNode(variant: string, node: string): string {
  return `variant ${variant}: Node.js is neither at ${node} nor on PATH; run: cc-mirror update ${variant}`;
}
