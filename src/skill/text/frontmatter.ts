/** A value the frontmatter of a skill can hold: text, a list of texts, or one level of keys. */
export type FrontmatterValue = string | string[] | Record<string, string>;

export interface SkillText {
  fields: Map<string, FrontmatterValue>;
  /** The line of each key, from 1 in the file; also of those in `unread`. */
  lines: Map<string, number>;
  /** What is wrong with fields that are left out of `fields`: never `name` or `description`. */
  unread: FrontmatterError[];
  /** What follows the closing `---`. */
  body: string;
  /** The line of the file, from 1, that the body starts on. */
  bodyLine: number;
}

/** Frontmatter that does not follow the subset; `line` counts from 1 in the file. */
export class FrontmatterError extends Error {
  override readonly name = 'FrontmatterError';
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

interface Line {
  text: string;
  number: number;
}

/**
 * Splits a SKILL.md into its frontmatter and body. Read is the part of YAML that skills use:
 * `key: value` with plain, quoted and block (`>`, `|`) text, a list in brackets, and one level of
 * list or map below a key. Whatever YAML would read as something else (a `: ` or ` #` in plain
 * text, an anchor, `{…}`) is refused, so that two parsers cannot disagree about a description;
 * fields that no name or description depends on are left out instead.
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

  const head = lines.slice(1, close).map((line, index) => ({ text: line, number: index + 2 }));
  return {
    ...readFields(head),
    body: lines.slice(close + 1).join('\n'),
    bodyLine: close + 2,
  };
}

function readFields(lines: Line[]): Pick<SkillText, 'fields' | 'lines' | 'unread'> {
  const read: ReturnType<typeof readFields> = { fields: new Map(), lines: new Map(), unread: [] };
  for (let at = 0; at < lines.length;) {
    const line = lineAt(lines, at);
    at += 1;
    if (isBlank(line)) continue;
    const { key, rest } = splitPair(line);
    if (read.lines.has(key)) {
      throw new FrontmatterError(line.number, `the key "${key}" is there twice`);
    }
    read.lines.set(key, line.number);

    const end = endOfBlock(lines, at);
    const block = lines.slice(at, end);
    at = end;
    try {
      read.fields.set(key, readValue(line, rest, block));
    } catch (error) {
      const needed = key === 'name' || key === 'description';
      if (needed || !(error instanceof FrontmatterError)) throw error;
      read.unread.push(error);
    }
  }
  return read;
}

function readValue(line: Line, rest: string, block: Line[]): FrontmatterValue {
  if (/^[>|]/u.test(rest)) return readBlockText(line, rest, block);
  const inner = block.filter((each) => !isBlank(each));
  const [first] = inner;
  if (first === undefined) return readInline(line, rest);
  if (rest !== '' || !/^\s*(?:- |[A-Za-z][\w.-]*:(?: |$))/u.test(first.text)) {
    return readInline(line, folded([rest, ...block.map((each) => each.text)]));
  }
  const depth = indentOf(first);
  const uneven = inner.find((each) => indentOf(each) !== depth);
  if (uneven) throw new FrontmatterError(uneven.number, 'nested deeper than one level');

  if (first.text.trimStart().startsWith('- ')) return inner.map(readListItem);
  const map: Record<string, string> = {};
  for (const each of inner) {
    const pair = splitPair({ ...each, text: each.text.slice(depth) });
    if (Object.hasOwn(map, pair.key)) {
      throw new FrontmatterError(each.number, `the key "${pair.key}" is there twice`);
    }
    map[pair.key] = readScalar(each, pair.rest);
  }
  return map;
}

const listItem = /"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s,"'[\]{}][^,"'[\]{}]*/gu;

/** One text, or a list of texts in brackets. */
function readInline(line: Line, text: string): FrontmatterValue {
  const inner = /^\[(.*)\]$/u.exec(text)?.[1];
  if (inner === undefined || /[^\s,]/u.test(inner.replaceAll(listItem, ''))) {
    return readScalar(line, text);
  }
  return (inner.match(listItem) ?? []).map((item) => readScalar(line, item.trim()));
}

function readListItem(line: Line): string {
  const item = /^\s*- +(.*)$/u.exec(line.text)?.[1];
  if (item === undefined) throw new FrontmatterError(line.number, 'not an item of the list');
  return readScalar(line, item.trim());
}

/** `|` keeps line breaks, `>` folds them; `-` drops the one at the end, as trimming does here. */
function readBlockText(line: Line, header: string, block: Line[]): string {
  if (!/^[>|][-+]?$/u.test(header)) {
    throw new FrontmatterError(line.number, `block header "${header}" is not read`);
  }
  const filled = block.filter((each) => each.text.trim() !== '');
  const depth = Math.min(...filled.map(indentOf));
  const texts = block.map((each) => each.text.slice(depth).trimEnd());
  if (header.startsWith('|')) return texts.join('\n').trim();
  return folded(texts);
}

/** Lines of one text, as YAML joins them: an empty line is a line break. */
function folded(lines: readonly string[]): string {
  return lines
    .map((line) => line.trim())
    .join('\n')
    .trim()
    .split(/\n{2,}/u)
    .map((paragraph) => paragraph.replaceAll('\n', ' '))
    .join('\n');
}

function readScalar(line: Line, text: string): string {
  if (text.startsWith("'")) {
    const inner = /^'((?:[^']|'')*)'$/u.exec(text)?.[1];
    if (inner === undefined) throw new FrontmatterError(line.number, 'a quote is not closed');
    return inner.replaceAll("''", "'");
  }
  if (text.startsWith('"')) return readDoubleQuoted(line, text);
  const odd = /^[[\]{}&*!|>%@`,#?]|^- |: |:$| #/u.exec(text)?.[0];
  if (odd !== undefined) {
    throw new FrontmatterError(line.number, `put the value in quotes: it contains "${odd.trim()}"`);
  }
  return text;
}

/** Of YAML's double-quoted escapes, those that JSON has too. */
function readDoubleQuoted(line: Line, text: string): string {
  try {
    return String(JSON.parse(text));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new FrontmatterError(line.number, 'a double-quoted value is not closed or not escaped');
  }
}

function splitPair(line: Line): { key: string; rest: string } {
  const match = /^([A-Za-z][\w.-]*):(?: +(.*))?$/u.exec(line.text.trimEnd());
  if (match?.[1] === undefined) throw new FrontmatterError(line.number, 'not `key: value`');
  return { key: match[1], rest: (match[2] ?? '').trim() };
}

/** A block ends at the next key; a list may stand at the same depth as the key above it. */
function endOfBlock(lines: Line[], from: number): number {
  let end = from;
  while (end < lines.length && /^(?:[ \t]|- |\s*$)/u.test(lineAt(lines, end).text)) end += 1;
  return end;
}

function lineAt(lines: Line[], index: number): Line {
  const line = lines[index];
  if (line === undefined) throw new Error(`frontmatter line ${index} is out of range`);
  return line;
}

function isBlank(line: Line): boolean {
  return /^\s*(?:#.*)?$/u.test(line.text);
}

function indentOf(line: Line): number {
  const indent = /^[ \t]*/u.exec(line.text)?.[0] ?? '';
  if (indent.includes('\t')) throw new FrontmatterError(line.number, 'a tab in the indentation');
  return indent.length;
}
