/**
 * Where a launcher reads the key, and the variable that it sets for Claude Code. `file`: the first
 * line of a file. `env`: the shell's variable `from`, which may be one that launchers clear, or
 * `variable` itself.
 */
export type KeyReading =
  | { kind: 'file'; file: string; variable: string }
  | { kind: 'env'; from: string; variable: string };

/**
 * Where a launcher reads further headers. They may be secret, so no launcher contains their values:
 * `inFile` of them are lines (`Name: value`) of a file, and others refer to variables of the shell.
 */
export interface HeaderReading {
  file: string;
  inFile: number;
  fromShell: readonly {
    name: string;
    parts: readonly { kind: 'text' | 'variable'; text: string }[];
  }[];
}

/**
 * Everything that a launcher's text depends on. Paths are absolute, as the system of the launcher
 * writes them; no value is a secret.
 */
export interface LauncherSpec {
  /** The variant's name, and the command's: `[A-Za-z0-9._-]` only. */
  variant: string;
  /** What the command runs; `node` is the Node.js that was in use at installation. */
  command: { kind: 'native'; path: string } | { kind: 'js'; node: string; script: string };
  configDir: string;
  /** The variant's own variables; an empty value sets the variable to nothing. */
  env: Readonly<Record<string, string>>;
  /** Variables to unset, in addition to those that every launcher unsets. */
  cleared: readonly string[];
  /**
   * Variables of the shell that are not cleared and, unless empty, override `env` and the key. Never
   * CLAUDE_CONFIG_DIR, which makes the variant what it is.
   */
  keepEnv: readonly string[];
  key: KeyReading | null;
  /** Further headers of every request. */
  headers?: HeaderReading | null;
  /** The variable that names the build's task list (docs/gates.md); null: it has none. */
  taskList: 'CLAUDE_CODE_TASK_LIST_ID' | 'CLAUDE_CODE_TEAM_NAME' | null;
  /** Paths of projects whose task list keeps its earlier name, that of the folder without a sum. */
  earlierLists: readonly string[];
}

/**
 * Refuses a name that could break out of its comment, a variable that no shell can assign and a value
 * that no environment can have. Callers have checked what the user typed, so it is a plain `Error`.
 */
export function assertSpec(spec: LauncherSpec): void {
  if (!/^[A-Za-z0-9._-]+$/.test(spec.variant)) throw unfit('variant name', spec.variant);
  const variables = [...Object.keys(spec.env), ...spec.cleared, ...spec.keepEnv];
  if (spec.key !== null) variables.push(spec.key.variable);
  if (spec.key?.kind === 'env') variables.push(spec.key.from);
  variables.push(...shellVariables(spec.headers).map(({ variable }) => variable));
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

/** The variables of the shell that headers refer to, each with the first header that does. */
export function shellVariables(
  headers: HeaderReading | null | undefined,
): { variable: string; header: string }[] {
  const found = new Map<string, string>();
  for (const { name, parts } of headers?.fromShell ?? []) {
    for (const { kind, text } of parts) {
      if (kind === 'variable' && !found.has(text)) found.set(text, name);
    }
  }
  return [...found].map(([variable, header]) => ({ variable, header }));
}

/** The program or script that the launcher runs. */
export function bundlePath(spec: LauncherSpec): string {
  return spec.command.kind === 'native' ? spec.command.path : spec.command.script;
}

/** A launcher's message if the bundle is missing. */
export function missingBundle(spec: LauncherSpec): string {
  const { variant } = spec;
  return `variant ${variant}: its bundle is missing at ${bundlePath(spec)}; run: cc-mirror update ${variant}`;
}

/** A launcher's message if the key is missing. */
export function missingKey(variant: string, key: KeyReading): string {
  if (key.kind === 'file') {
    return `variant ${variant}: no API key in ${key.file}; run: cc-mirror update ${variant} --api-key-stdin`;
  }
  return (
    `variant ${variant}: the variable ${key.from}, which holds its API key, is empty or not set ` +
    `in this shell; set it, or run: cc-mirror update ${variant} --key-store file --api-key-stdin`
  );
}

/** A launcher's message if there is no Node.js for a JavaScript bundle. */
export function missingNode(variant: string, node: string): string {
  return `variant ${variant}: Node.js is neither at ${node} nor on PATH; run: cc-mirror update ${variant}`;
}
