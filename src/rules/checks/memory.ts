/** The sections that a memory file has to have, in this order, with what a new one holds. */
const sections = {
  context: {
    'Current Focus': '',
    'Recent Changes': '',
    'Next Steps': '',
    Decisions: '',
    Learnings: '',
    References: '- Plan: N/A\n- Design: N/A\n- Research: N/A\n',
    Blockers: '',
    'Last Updated': '',
  },
  patterns: { 'Common Gotchas': '' },
  progress: {
    'Current Workflow': '',
    Tasks: '',
    Completed: '',
    Verification: '',
    'Last Updated': '',
  },
} satisfies Record<string, Record<string, string>>;

export type MemoryKind = keyof typeof sections;

export const memoryKinds: readonly MemoryKind[] = ['context', 'patterns', 'progress'];

const lastSection = 'last updated';

/** A new memory file. */
export function memoryTemplate(kind: MemoryKind): string {
  return healMemory(kind, `# Router: ${kind}\n`).text;
}

export interface Healed {
  text: string;
  /** The sections that were missing, in order. */
  added: string[];
}

/**
 * Puts the missing sections into a memory file, each as a `## ` heading before the next required one
 * that is there, else before `Last Updated`, else at the end. What was there stays, each character
 * of it in its order. Line breaks are those that most lines of the file have. Healing what is healed
 * changes nothing.
 */
export function healMemory(kind: MemoryKind, text: string): Healed {
  const wanted = Object.entries(sections[kind]);
  const { starts, end } = headings(text);
  const missing = wanted.filter(([name]) => !starts.has(name.toLowerCase()));
  const eol = lineBreak(text);
  const places = missing.map(([name, body]) => {
    const later = wanted.slice(wanted.findIndex(([other]) => other === name) + 1);
    const next = [...later.map(([other]) => other.toLowerCase()), lastSection]
      .map((other) => starts.get(other))
      .find((start) => start !== undefined);
    return { at: next ?? end, lines: `## ${name}\n${body}\n`.replaceAll('\n', eol) };
  });
  return { text: insert(text, places, eol), added: missing.map(([name]) => name) };
}

function lineBreak(text: string): string {
  const counts = new Map<string, number>();
  for (const [eol] of text.matchAll(/\r\n|\r|\n/gu)) counts.set(eol, (counts.get(eol) ?? 0) + 1);
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return most?.[0] ?? '\n';
}

function insert(
  text: string,
  places: readonly { at: number; lines: string }[],
  eol: string,
): string {
  let done = '';
  let from = 0;
  // Stable: what goes to one place stays in the order of the sections.
  for (const { at, lines } of [...places].sort((a, b) => a.at - b.at)) {
    done += text.slice(from, at);
    from = at;
    done += `${gapAfter(done, eol)}${lines}`;
  }
  return done + text.slice(from);
}

/** What makes the next line start after an empty one. */
function gapAfter(text: string, eol: string): string {
  if (byteOrderMark.exec(text)?.[0] === text) return '';
  if (/(?:\r\n|\n|\r(?!\n))[ \t]*(?:\r\n|\n|\r)$/u.test(text)) return '';
  return /[\r\n]$/u.test(text) ? eol : `${eol}${eol}`;
}

/** U+FEFF, or its three bytes in a text that is read byte for byte. */
const byteOrderMark = /^(?:\uFEFF|\u00EF\u00BB\u00BF)?/u;

/**
 * Where the first `## ` heading of each name, in lower case, starts, and where the end is: that of
 * the text, or the start of a code block or comment that is never closed. Lines in these are no
 * headings (CommonMark 0.31, 4.2, 4.5 and 4.6).
 */
function headings(text: string): { starts: Map<string, number>; end: number } {
  const starts = new Map<string, number>();
  let block: { at: number; isEnd(line: string): boolean } | null = null;
  let at = byteOrderMark.exec(text)?.[0].length ?? 0;
  for (const whole of text.slice(at).match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/gu) ?? []) {
    const line = whole.replace(/[\r\n]+$/u, '');
    if (block === null) {
      const isEnd = endOfBlock(line);
      if (isEnd !== null) block = { at, isEnd };
      const name = headingOf(line);
      if (name !== undefined && !starts.has(name)) starts.set(name, at);
    } else if (block.isEnd(line)) {
      block = null;
    }
    at += whole.length;
  }
  return { starts, end: block?.at ?? text.length };
}

/** What a later line has to be to end the code block or comment that this one leaves open; null if none. */
function endOfBlock(line: string): ((line: string) => boolean) | null {
  const { mark, info } = fenceOf(line);
  if (mark !== undefined && !(mark.startsWith('`') && info.includes('`'))) {
    return (later) => {
      const fence = fenceOf(later);
      return fence.mark?.startsWith(mark) === true && fence.info.trim() === '';
    };
  }
  if (!/^ {0,3}<!--/u.test(line) || line.includes('-->')) return null;
  return (later) => later.includes('-->');
}

function fenceOf(line: string): { mark: string | undefined; info: string } {
  const [, mark, info = ''] = /^ {0,3}(`{3,}|~{3,})(.*)$/u.exec(line) ?? [];
  return { mark, info };
}

/** Blanks only: U+00A0 is half a character in a text that is read byte for byte. */
function headingOf(line: string): string | undefined {
  const text = /^ {0,3}##[ \t]+([^ \t].*)$/u.exec(line)?.[1];
  // The first part keeps this linear: where blanks start is tried once.
  return text?.replace(/(?<![ \t])(?:[ \t]+#+)?[ \t]*$/u, '').toLowerCase();
}
