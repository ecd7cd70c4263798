import { CcMirrorError } from '../errors.ts';
import { mayBeKey } from './key-stores.ts';
import { isVariableName } from './variables.ts';

/** A header that goes with every request; `value` may refer to variables of the shell: `${NAME}`. */
export interface Header {
  name: string;
  value: string;
}

const hint = `Write it like --header 'cf-aig-authorization: Bearer \${CF_TOKEN}'`;

/** `Name: value`, as it is typed. Error: `usage`, which repeats nothing: there may be a key in it. */
export function parseHeader(text: string): Header {
  const at = text.indexOf(':');
  if (at < 1) throw new CcMirrorError('usage', 'One --header is not "Name: value".', hint);
  return checkedHeader({ name: text.slice(0, at).trim(), value: text.slice(at + 1).trim() });
}

/** The headers in a value of ANTHROPIC_CUSTOM_HEADERS: one a line. Error: as of `parseHeader`. */
export function parseHeaders(text: string): Header[] {
  const lines = text.split(/\r?\n|\\n/).filter((line) => line.trim() !== '');
  return lines.map(parseHeader);
}

/** Error: `usage` for what HTTP cannot carry, and for a reference to what no shell can assign. */
export function checkedHeader(header: Header): Header {
  const { name, value } = header;
  if (!isHeaderName(name)) {
    throw new CcMirrorError('usage', 'One --header has no name that a header can have.', hint);
  }
  if (!/^[\t -~]+$/.test(value)) {
    const problem = value === '' ? 'is empty' : 'has a line break or a character outside ASCII';
    throw new CcMirrorError('usage', `--header ${name}: its value ${problem}.`, hint);
  }
  if (partsOf(value).some((part) => part.kind === 'variable' && !isVariableName(part.text))) {
    throw new CcMirrorError('usage', `--header ${name}: \${…} holds no variable's name.`, hint);
  }
  return header;
}

/** A token of HTTP (https://www.rfc-editor.org/rfc/rfc9110#name-tokens). */
export function isHeaderName(name: string): boolean {
  return /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(name);
}

/** A value in pieces: texts, and variables of the shell between `${` and `}`. */
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

/** Whether a value is a text of ASCII that refers to a variable, and holds no key itself. */
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

/** Whether two names are those of one header. */
export function sameHeader(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
