import { type ParseError, parse } from 'jsonc-parser';

/**
 * Where a text stops being JSON, as `line:column`, both counted from 1. The messages of `JSON.parse`
 * do not always say. A byte order mark is ignored.
 */
export function jsonErrorPlace(json: string): string {
  const text = withoutMark(json);
  const errors: ParseError[] = [];
  parse(text, errors, { disallowComments: true });
  const before = text.slice(0, errors[0]?.offset ?? text.length).split('\n');
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}

/** The text without the byte order mark that editors on Windows write. */
export function withoutMark(text: string): string {
  return text.replace(/^\uFEFF/, '');
}

/** The value of a JSON text, with or without a byte order mark; null if it is not JSON. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(withoutMark(text));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
