import { cmdFail, cmdQuotePath, cmdSet, shFail, shQuote } from './quote.ts';
import { type LauncherSpec, shellVariables } from './spec.ts';

/** Claude Code reads further headers from it: `Name: value`, one per line. */
export const headersVariable = 'ANTHROPIC_CUSTOM_HEADERS';

type Spec = Pick<LauncherSpec, 'variant' | 'headers'>;

/** For sh: saves the headers with variables of the shell before these are cleared. */
export function savingHeaders({ variant, headers }: Spec): string[] {
  const fromShell = headers?.fromShell ?? [];
  if (fromShell.length === 0) return [];
  return [
    '# Headers with variables of the shell, read before these are cleared.',
    'unset ccm_headers',
    ...shellVariables(headers).flatMap(({ variable, header }) => [
      `if [ -z "\${${variable}:-}" ]; then`,
      ...shFail(missingVariable(variant, header, variable)),
      'fi',
    ]),
    ...fromShell.map(({ name, parts }, index) => {
      const value = parts.map(({ kind, text }) => (kind === 'text' ? shQuote(text) : `"$${text}"`));
      const before = index === 0 ? '' : `"$ccm_headers\n"`;
      return `ccm_headers=${before}${shQuote(`${name}: `)}${value.join('')}`;
    }),
  ];
}

/** For sh: adds the headers to those that are already set. */
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
          '# Further headers, which may be secret, are only in this file, one per line.',
          `if [ ! -f ${path} ] || [ ! -r ${path} ]; then`,
          ...shFail(missingHeaders(variant, file)),
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

/** For cmd: as `savingHeaders`. Delayed expansion leaves special characters in values alone. */
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
    'rem Headers with variables of the shell, read before these are cleared.',
    ...shellVariables(headers).flatMap(({ variable, header }, index) => [
      `if defined ${variable} goto has_header_${index + 1}`,
      ...cmdFail(missingVariable(variant, header, variable)),
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
 * For cmd: as `readingHeaders`. A caret and two line ends make a line break in a value, which only
 * delayed expansion preserves.
 */
export function readingHeadersWindows({ variant, headers }: Spec): string[] {
  if (!headers) return [];
  const { inFile, fromShell } = headers;
  const file = cmdQuotePath(headers.file);
  const reading = Array.from({ length: inFile }, (_, index) => [
    // No line of the file starts with a colon, so `eol=:` skips none.
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
          'rem Further headers, which may be secret, are only in this file, one per line.',
          `if not exist ${file} goto no_headers`,
          ...reading,
          `if defined ccm_file_${inFile} goto has_headers`,
          ':no_headers',
          ...cmdFail(missingHeaders(variant, headers.file)),
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

function missingVariable(variant: string, header: string, variable: string): string {
  return `variant ${variant}: the variable ${variable}, which its header ${header} needs, is empty or not set in this shell`;
}

function missingHeaders(variant: string, file: string): string {
  return `variant ${variant}: its headers are missing at ${file}; give them again: cc-mirror update ${variant} --header "Name: value"`;
}
