import { type ParseError, findNodeAtLocation, parse, parseTree } from 'jsonc-parser';

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

/**
 * The lines, counted from 1, of the values at these key paths in a text that is JSON; of one that is
 * not there, that of the innermost value around it.
 */
export function linesOfPaths(
  json: string,
  paths: readonly (readonly (string | number)[])[],
): number[] {
  const text = withoutMark(json);
  const root = parseTree(text);
  if (root === undefined) return paths.map(() => 1);
  return paths.map((path) => {
    for (let length = path.length; length > 0; length--) {
      const node = findNodeAtLocation(root, path.slice(0, length));
      if (node !== undefined) return text.slice(0, node.offset).split('\n').length;
    }
    return 1;
  });
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
