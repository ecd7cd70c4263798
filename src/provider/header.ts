import { CcMirrorError } from '../errors.ts';
import { mayBeKey } from './key-stores.ts';
import { isVariableName } from './variables.ts';

/** A header of every request; `value` may refer to variables of the shell: `${NAME}`. */
export interface Header {
  name: string;
  value: string;
}

const hint = `Write it like --header 'cf-aig-authorization: Bearer \${CF_TOKEN}'`;

/** Parses `Name: value`. Error: `usage`, which never quotes the text, as it may contain a key. */
export function parseHeader(text: string): Header {
  const at = text.indexOf(':');
  if (at < 1)
    throw new CcMirrorError('usage', 'A --header is not of the form "Name: value".', hint);
  return checkedHeader({ name: text.slice(0, at).trim(), value: text.slice(at + 1).trim() });
}

/** Parses a value of ANTHROPIC_CUSTOM_HEADERS: one header per line. Error: as `parseHeader`. */
export function parseHeaders(text: string): Header[] {
  const lines = text.split(/\r?\n|\\n/).filter((line) => line.trim() !== '');
  return lines.map(parseHeader);
}

/** Error: `usage` for what HTTP cannot carry, or a reference that is not a variable's name. */
export function checkedHeader(header: Header): Header {
  const { name, value } = header;
  if (!isHeaderName(name)) {
    throw new CcMirrorError('usage', 'A --header has an invalid name.', hint);
  }
  if (!/^[\t -~]+$/.test(value)) {
    const problem = value === '' ? 'is empty' : 'has a line break or a character outside ASCII';
    throw new CcMirrorError('usage', `--header ${name}: its value ${problem}.`, hint);
  }
  if (partsOf(value).some((part) => part.kind === 'variable' && !isVariableName(part.text))) {
    throw new CcMirrorError(
      'usage',
      `--header ${name}: \${…} does not contain a variable's name.`,
      hint,
    );
  }
  return header;
}

/** Whether it is a token of HTTP (https://www.rfc-editor.org/rfc/rfc9110#name-tokens). */
export function isHeaderName(name: string): boolean {
  return /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(name);
}

/** Splits a value into texts and variables of the shell (`${NAME}`). */
export function partsOf(value: string): { kind: 'text' | 'variable'; text: string }[] {
  return value.split(/(\$\{[^}]*\})/).flatMap((piece) => {
    if (piece === '') return [];
    const variable = /^\$\{(.*)\}$/.exec(piece)?.[1];
    return [
      variable === undefined ? { kind: 'text', text: piece } : { kind: 'variable', text: variable },
    ];
  });
}

/** The variables that a value refers to. */
export function variablesIn(value: string): string[] {
  const parts = partsOf(value).filter(({ kind }) => kind === 'variable');
  return [...new Set(parts.map(({ text }) => text))];
}

/** Whether a value is ASCII, refers to a variable and contains no key itself. */
export function isHeaderTemplate(value: string): boolean {
  const parts = partsOf(value);
  const variables = parts.filter(({ kind }) => kind === 'variable');
  const words = parts.flatMap(({ kind, text }) => (kind === 'text' ? text.split(/\s+/) : []));
  return (
    /^[ -~]+$/.test(value) &&
    variables.length > 0 &&
    variables.every(({ text }) => isVariableName(text)) &&
    !words.some(mayBeKey)
  );
}

/** Whether two names mean the same header. */
export function sameHeader(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** Refuses a provider whose required headers are not among `given`, names of headers. Error: `missing-key`. */
export function requireHeaders(
  { name, headers }: { name: string; headers: readonly (Header & { required: boolean })[] },
  given: readonly string[],
): void {
  const missing = headers.find(
    (header) => header.required && !given.some((known) => sameHeader(known, header.name)),
  );
  if (missing === undefined) return;
  const [variable = ''] = variablesIn(missing.value);
  throw new CcMirrorError(
    'missing-key',
    `${name} needs the header ${missing.name}.`,
    `Set ${variable} in this shell, then add --header '${missing.name}: ${missing.value}'`,
  );
}
