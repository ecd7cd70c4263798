import { cmdQuotePath, cmdSay, cmdSet, shQuote } from './quote.ts';
import type { LauncherSpec } from './spec.ts';

/**
 * Where a launcher takes further headers from, for the variable that Claude Code reads them from:
 * `Name: value`, one a line. Values may be secret, so they are in no launcher: `inFile` of them are
 * in a file, as its lines; others have variables of the shell in them.
 */
export interface HeaderReading {
  file: string;
  inFile: number;
  fromShell: readonly {
    name: string;
    parts: readonly { kind: 'text' | 'variable'; text: string }[];
  }[];
}

export const headersVariable = 'ANTHROPIC_CUSTOM_HEADERS';

type Spec = Pick<LauncherSpec, 'variant' | 'headers'>;

/** For sh: keeps the headers with variables of the shell, before these may be cleared. */
export function savingHeaders({ variant, headers }: Spec): string[] {
  const fromShell = headers?.fromShell ?? [];
  if (fromShell.length === 0) return [];
  return [
    '# Headers with a variable of the shell in them, read before that may be cleared.',
    'unset ccm_headers',
    ...variablesOf(fromShell).flatMap(([name, variable]) => [
      `if [ -z "\${${variable}:-}" ]; then`,
      `  printf '%s\\n' ${shQuote(missingVariable(variant, name, variable))} >&2`,
      '  exit 1',
      'fi',
    ]),
    ...fromShell.map(({ name, parts }, index) => {
      const value = parts.map(({ kind, text }) => (kind === 'text' ? shQuote(text) : `"$${text}"`));
      const before = index === 0 ? '' : `"$ccm_headers\n"`;
      return `ccm_headers=${before}${shQuote(`${name}: `)}${value.join('')}`;
    }),
  ];
}

/** For sh: adds the headers to those that are set by then. */
export function readingHeaders({ variant, headers }: Spec): string[] {
  if (!headers) return [];
  const { file, inFile, fromShell } = headers;
  const path = shQuote(file);
  const add = (value: string): string =>
    `${headersVariable}="\${${headersVariable}:+$${headersVariable}\n}${value}"`;
  return [
    ...(inFile === 0
      ? []
      : [
          '# Further headers, which may be secret, are in this file only, one a line.',
          `if [ ! -f ${path} ] || [ ! -r ${path} ]; then`,
          `  printf '%s\\n' ${shQuote(missingHeaders(variant, file))} >&2`,
          '  exit 1',
          'fi',
          'unset ccm_line',
          'while IFS= read -r ccm_line || [ -n "$ccm_line" ]; do',
          '  ccm_line=${ccm_line%[[:cntrl:]]}',
          `  [ -z "$ccm_line" ] || ${add('$ccm_line')}`,
          `done <${path}`,
          'unset ccm_line',
        ]),
    ...(fromShell.length === 0 ? [] : [add('$ccm_headers'), 'unset ccm_headers']),
    `export ${headersVariable}`,
  ];
}

/** For cmd: as `savingHeaders`. Delayed expansion takes values as they are, whatever is in them. */
export function savingHeadersWindows({ variant, headers }: Spec): string[] {
  const fromShell = headers?.fromShell ?? [];
  if (fromShell.length === 0) return [];
  const texts: string[] = [];
  const wholes = fromShell.map(({ name, parts }, index) => {
    const pieces = [{ kind: 'text', text: `${name}: ` } as const, ...parts].map((part) => {
      if (part.kind === 'variable') return `!${part.text}!`;
      texts.push(cmdSet(`ccm_text_${texts.length + 1}`, part.text));
      return `!ccm_text_${texts.length}!`;
    });
    return `set "ccm_shell_${index + 1}=${pieces.join('')}"`;
  });
  return [
    'rem Headers with a variable of the shell in them, read before that may be cleared.',
    ...variablesOf(fromShell).flatMap(([name, variable], index) => [
      `if defined ${variable} goto has_header_${index + 1}`,
      ...failing(missingVariable(variant, name, variable)),
      `:has_header_${index + 1}`,
    ]),
    ...texts,
    'setlocal EnableDelayedExpansion',
    ...wholes,
    'setlocal DisableDelayedExpansion',
    clear(texts.map((_, index) => `ccm_text_${index + 1}`)),
  ];
}

/**
 * For cmd: as `readingHeaders`. A caret before two line ends is a line break in a value, which only
 * delayed expansion takes over.
 */
export function readingHeadersWindows({ variant, headers }: Spec): string[] {
  if (!headers) return [];
  const { inFile, fromShell } = headers;
  const file = cmdQuotePath(headers.file);
  const reading = Array.from({ length: inFile }, (_, index) => [
    // No line of the file begins with a colon.
    `for /f "usebackq${index === 0 ? '' : ` skip=${index}`} eol=: delims=" %%K in (${file}) do set "ccm_file_${index + 1}=%%K" & goto header_${index + 1}`,
    `:header_${index + 1}`,
  ]).flat();
  const names = [
    ...Array.from({ length: inFile }, (_, index) => `ccm_file_${index + 1}`),
    ...fromShell.map((_, index) => `ccm_shell_${index + 1}`),
  ];
  const added = names.map((name) => `!${name}!`).join('!ccm_break!');
  return [
    ...(inFile === 0
      ? []
      : [
          'rem Further headers, which may be secret, are in this file only, one a line.',
          `if not exist ${file} goto no_headers`,
          ...reading,
          `if defined ccm_file_${inFile} goto has_headers`,
          ':no_headers',
          ...failing(missingHeaders(variant, headers.file)),
          ':has_headers',
        ]),
    'setlocal EnableDelayedExpansion',
    'set ccm_break=^',
    '',
    '',
    `if defined ${headersVariable} set "${headersVariable}=!${headersVariable}!!ccm_break!${added}"`,
    `if not defined ${headersVariable} set "${headersVariable}=${added}"`,
    'setlocal DisableDelayedExpansion',
    clear(['ccm_break', ...names]),
  ];
}

function clear(names: readonly string[]): string {
  return `for %%V in (${names.join(' ')}) do set "%%V="`;
}

function failing(message: string): string[] {
  return [cmdSay(message), 'exit /b 1'];
}

/** The variables that headers need, each with the first header that does. */
function variablesOf(fromShell: HeaderReading['fromShell']): [name: string, variable: string][] {
  const found = new Map<string, string>();
  for (const { name, parts } of fromShell) {
    for (const { kind, text } of parts) {
      if (kind === 'variable' && !found.has(text)) found.set(text, name);
    }
  }
  return [...found].map(([variable, name]) => [name, variable]);
}

function missingVariable(variant: string, name: string, variable: string): string {
  return `variant ${variant}: the variable ${variable}, which its header ${name} needs, is empty or not set in this shell`;
}

function missingHeaders(variant: string, file: string): string {
  return `variant ${variant}: its headers are missing at ${file}; give them again: cc-mirror update ${variant} --header "Name: value"`;
}
