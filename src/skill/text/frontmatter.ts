import {
  LineCounter,
  type ParsedNode,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  parseDocument,
} from 'yaml';

/** A value in the frontmatter of a skill: text, a list of texts, or one level of keys. */
export type FrontmatterValue = string | string[] | Record<string, string>;

export interface SkillText {
  fields: Map<string, FrontmatterValue>;
  /** The line of each key, from 1 in the file, including the keys in `unread`. */
  lines: Map<string, number>;
  /** Errors in fields that are missing from `fields`; never `name` or `description`. */
  unread: FrontmatterError[];
  /** The text after the closing `---`. */
  body: string;
  /** The line of the file, from 1, that the body starts on. */
  bodyLine: number;
}

/** Frontmatter that cannot be read; `line` counts from 1 in the file. */
export class FrontmatterError extends Error {
  override readonly name = 'FrontmatterError';
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

/**
 * Splits a SKILL.md into its frontmatter and body. The frontmatter is YAML in which every scalar is
 * text. What line-based readers would read differently (a comment after a value, an anchor, a tag,
 * `{…}`) is refused, so that two readers cannot disagree about a description. An error in an
 * optional field drops that field only.
 * @throws {FrontmatterError} with the line
 */
export function parseFrontmatter(text: string): SkillText {
  const lines = text
    .replace(/^\uFEFF/u, '')
    .replaceAll('\r\n', '\n')
    .split('\n');
  if (lines[0]?.trimEnd() !== '---') {
    throw new FrontmatterError(1, 'the file does not start with a line `---`');
  }
  const close = lines.findIndex((line, index) => index > 0 && line.trimEnd() === '---');
  if (close === -1) throw new FrontmatterError(1, 'the frontmatter has no closing line `---`');
  return {
    ...readFields(lines.slice(1, close), 2),
    body: lines.slice(close + 1).join('\n'),
    bodyLine: close + 2,
  };
}

/** As `parseFrontmatter`, for a text that may be broken. */
export function frontmatterIn(text: string): SkillText | FrontmatterError {
  try {
    return parseFrontmatter(text);
  } catch (error) {
    if (error instanceof FrontmatterError) return error;
    throw error;
  }
}

/** Reads each top-level key as a document of its own, so that an error stays within its field. */
function readFields(
  head: readonly string[],
  firstLine: number,
): Pick<SkillText, 'fields' | 'lines' | 'unread'> {
  const read: ReturnType<typeof readFields> = { fields: new Map(), lines: new Map(), unread: [] };
  for (let at = 0, end = 0; at < head.length; at = end) {
    end = at + 1;
    const [text = '', line] = [head[at], firstLine + at];
    if (/^\s*(?:#.*)?$/u.test(text)) continue;
    const key = /^([A-Za-z][\w.-]*):(?:\s|$)/u.exec(text)?.[1];
    if (key === undefined) throw new FrontmatterError(line, 'not `key: value`');
    if (read.lines.has(key)) throw new FrontmatterError(line, `the key "${key}" appears twice`);
    read.lines.set(key, line);
    // A list may be indented as little as its key.
    while (end < head.length && /^(?:\s|#|-\s|$)/u.test(head[end] ?? '')) end += 1;
    try {
      read.fields.set(key, readField(head.slice(at, end).join('\n'), line));
    } catch (error) {
      const required = key === 'name' || key === 'description';
      if (required || !(error instanceof FrontmatterError)) throw error;
      read.unread.push(error);
    }
  }
  return read;
}

/** The value of a document with a single key, which starts at line `firstLine` of the file. */
function readField(text: string, firstLine: number): FrontmatterValue {
  const lineCounter = new LineCounter();
  const refused = (at: number, message: string): FrontmatterError =>
    new FrontmatterError(firstLine + lineCounter.linePos(at).line - 1, message);
  const document = parseDocument(text, { schema: 'failsafe', prettyErrors: false, lineCounter });
  const [error] = document.errors;
  if (error?.code === 'BLOCK_AS_IMPLICIT_KEY') {
    throw refused(error.pos[0], 'put the value in quotes: it contains ":"');
  }
  if (error) throw refused(error.pos[0], error.message);

  const node = isMap(document.contents) ? (document.contents.items[0]?.value ?? null) : null;
  const textOf = (each: ParsedNode | null): string => {
    const at = each?.range[0] ?? 0;
    if (isReference(each)) throw refused(at, 'put the value in quotes: it starts with &, * or !');
    if (!isScalar(each)) throw refused(at, 'nested deeper than one level');
    if (each.comment) throw refused(at, 'put the value in quotes: a comment follows it');
    if (/^[>|][-+]?\d/u.test(text.slice(at, at + 3))) {
      throw refused(at, 'a block header with a number is not supported');
    }
    const value = String(each.value);
    return each.type?.startsWith('BLOCK') ? value.trim() : value;
  };
  if (isReference(node) || !isCollection(node)) return textOf(node);
  if (isSeq(node)) return node.items.map(textOf);
  if (node.flow) throw refused(node.range[0], 'put the value in quotes: it starts with {');
  return Object.fromEntries(node.items.map(({ key, value }) => [textOf(key), textOf(value)]));
}

function isReference(node: ParsedNode | null): boolean {
  return isAlias(node) || node?.anchor !== undefined || node?.tag !== undefined;
}
