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
