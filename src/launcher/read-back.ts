/** What one of our POSIX launchers says (posix.ts). */
export interface ReadLauncher {
  /** The executable, or the script that Node.js runs; null: not found. */
  program: string | null;
  kind: 'native' | 'js';
  env: Record<string, string>;
  /** Variables of the shell that override the launcher's. */
  keepEnv: string[];
  /** Where the key comes from. */
  key:
    | { store: 'file'; variable: string }
    | { store: 'env'; variable: string; from: string }
    | null;
  /** Headers that refer to variables of the shell, by name, with values as for `--header`. */
  headersOfShell: Record<string, string>;
  /** Variables that are unset, the launcher's own among them. */
  cleared: string[];
}

/** A word written by `shQuote`. */
const word = String.raw`((?:'[^']*'|\\')+)`;

const assignment = new RegExp(
  String.raw`^(?:\[ -n "\$\{(\w+):-\}" \] \|\| )?export (\w+)=${word}$`,
);
const start = new RegExp(String.raw`^exec ("\$ccm_node" )?${word} "\$@"$`);

/** Reads a launcher's text back, for a variant whose record is lost. */
export function readLauncher(text: string): ReadLauncher {
  const read: ReadLauncher = {
    program: null,
    kind: 'native',
    env: {},
    keepEnv: [],
    key: null,
    headersOfShell: {},
    cleared: [],
  };
  let from: string | undefined;
  for (const line of linesOf(text)) {
    const [, kept, name, value] = assignment.exec(line) ?? [];
    if (name !== undefined && value !== undefined) read.env[name] = unquoted(value);
    if (kept !== undefined) read.keepEnv.push(kept);
    const [, node, program] = start.exec(line) ?? [];
    if (program !== undefined) {
      read.program = unquoted(program);
      read.kind = node === undefined ? 'native' : 'js';
    }
    const file = /^ {2}IFS= read -r (ANTHROPIC_\w+) </.exec(line)?.[1];
    if (file !== undefined) read.key = { store: 'file', variable: file };
    from = /^ccm_key=\$\{(\w+):-\}$/.exec(line)?.[1] ?? from;
    const shell = /^(?:\[ -n "\$\{\w+:-\}" \] \|\| )?(\w+)=\$ccm_key$/.exec(line)?.[1];
    if (shell !== undefined && from !== undefined) {
      read.key = { store: 'env', variable: shell, from };
    }
    const header = /^ccm_headers=(?:"\$ccm_headers\n")?(.+)$/s.exec(line)?.[1];
    if (header !== undefined) {
      const [, called = '', value = ''] = /^(.+?): (.*)$/s.exec(unquoted(header)) ?? [];
      read.headersOfShell[called] = value;
    }
    const cleared = /^unset((?:[ \\\n]+\w+)+)$/.exec(line)?.[1];
    if (cleared !== undefined) read.cleared.push(...(cleared.match(/\w+/g) ?? []));
  }
  return read;
}

/** The lines as sh reads them: a line break within quotes does not end a line. */
function linesOf(text: string): string[] {
  const lines = text.match(/^#.*$|(?:'[^']*'|"(?:\\[^]|[^"\\])*"|\\[^]|[^'"\\\n])+/gm);
  return lines ?? [];
}

function unquoted(text: string): string {
  return text.replaceAll(
    /'([^']*)'|\\'|"\$(\w+)"/g,
    (whole, inner: string | undefined, variable: string | undefined) => {
      if (variable !== undefined) return `\${${variable}}`;
      return whole === String.raw`\'` ? "'" : (inner ?? '');
    },
  );
}
