/** The lines below a block's heading: each key, in lower case, with its text up to the next key. */
export type BlockFields = ReadonlyMap<string, string>;

/**
 * Reads a block of `key: value` lines at the end of a message: from the last line that is
 * `heading`, whatever the letter case and the Markdown around it. A value goes on until the next of
 * `keys` at the start of a line. Null where the heading is missing.
 */
export function readBlock(
  message: string,
  heading: string,
  keys: readonly string[],
): BlockFields | null {
  const lines = message.split(/\r\n|\r|\n/u);
  const start = lines.findLastIndex((line) => bare(line).toLowerCase() === heading.toLowerCase());
  if (start === -1) return null;
  const fields = new Map<string, string>();
  let current: string | null = null;
  for (const line of lines.slice(start + 1)) {
    const [, word = '', rest = ''] = /^[\s>*_`-]*(\w+)[*_`]*\s*:[*_`]*(.*)$/u.exec(line) ?? [];
    const key = word.toLowerCase();
    if (keys.includes(key)) current = key;
    if (current === null) continue;
    const text = keys.includes(key) ? rest : line;
    fields.set(current, `${fields.get(current) ?? ''}\n${text}`.trim());
  }
  return fields;
}

/** A value as a word in lower case, without the Markdown around it. */
export function word(fields: BlockFields, key: string): string {
  return bare(fields.get(key) ?? '').toLowerCase();
}

/** The keys that a block lacks or leaves empty. */
export function withoutText(fields: BlockFields, keys: readonly string[]): string[] {
  return keys.filter((key) => word(fields, key) === '');
}

function bare(line: string): string {
  return line.replaceAll(/^[\s>#*_`]+|[\s#*_`:]+$/gu, '');
}
