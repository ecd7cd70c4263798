import { type ParseError, parse } from 'jsonc-parser';

/**
 * Where a text stops being JSON, as `line:column`, both from 1: the place at which something else
 * should stand, or where the value begins that is none. The messages of `JSON.parse` name it only
 * sometimes. A byte order mark counts for nothing.
 */
export function jsonErrorPlace(json: string): string {
  const text = withoutMark(json);
  const errors: ParseError[] = [];
  parse(text, errors, { disallowComments: true });
  const before = text.slice(0, errors[0]?.offset ?? text.length).split('\n');
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}

/** A text without the byte order mark that editors on Windows put before it. */
export function withoutMark(text: string): string {
  return text.replace(/^\uFEFF/, '');
}

/** The value in a text, with or without a byte order mark; null for one that is not JSON. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(withoutMark(text));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
