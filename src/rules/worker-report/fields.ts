/** The keys of a block, in lower case, each with its text up to the next key. */
export type BlockFields = ReadonlyMap<string, string>;

/**
 * Reads a block of `key: value` lines at the end of a message. It starts at the last `heading` line
 * with a key below it; letter case and Markdown do not matter. A value ends before the next of `keys`
 * at the start of a line. Null if the heading is missing.
 */
export function readBlock(
  message: string,
  heading: string,
  keys: readonly string[],
): BlockFields | null {
  const lines = message.split(/\r\n|\r|\n/u).map((line) => readLine(line, keys));
  const lastKey = lines.findLastIndex(({ key }) => key !== null);
  const headings = lines.flatMap(({ key, text }, at) =>
    key === null && bare(text).toLowerCase() === heading.toLowerCase() ? [at] : [],
  );
  const start = headings.findLast((at) => at < lastKey) ?? headings.at(-1);
  if (start === undefined) return null;
  const texts = new Map<string, string[]>();
  let current: string[] | null = null;
  for (const { key, text } of lines.slice(start + 1)) {
    if (key !== null) {
      current = texts.get(key) ?? [];
      texts.set(key, current);
    }
    current?.push(text);
  }
  return new Map(Array.from(texts, ([key, parts]) => [key, parts.join('\n').trim()]));
}

/** A value in lower case, from its first letter or digit on. */
export function word(fields: BlockFields, key: string): string {
  const text = bare(fields.get(key) ?? '').toLowerCase();
  return text.replace(/^[^\p{L}\p{N}]+/u, '');
}

/** The keys that a block lacks or leaves empty. */
export function withoutText(fields: BlockFields, keys: readonly string[]): string[] {
  return keys.filter((key) => bare(fields.get(key) ?? '') === '');
}

interface Line {
  key: string | null;
  /** After the key, if there is one. */
  text: string;
}

function readLine(line: string, keys: readonly string[]): Line {
  const [, name = '', rest = ''] = keyForm.exec(line) ?? [];
  const key = name.toLowerCase();
  return keys.includes(key) ? { key, text: rest } : { key: null, text: line };
}

/** Linear, even for a line of underscores. */
const keyForm = /^[\s>*_`-]*(?:\d+[.)][\s*_`]+)?([A-Za-z]+(?:_[A-Za-z]+)*)[*_`]*\s*:[*_`]*(.*)$/su;

function bare(line: string): string {
  const text = line.replace(/^[\s>#*_`]+/u, '');
  let end = text.length;
  while (end > 0 && /[\s#*_`:]/u.test(text[end - 1] ?? '')) end -= 1;
  return text.slice(0, end);
}
