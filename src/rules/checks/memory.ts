/** The sections of each memory file, in order, with their initial text. */
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
 * Adds the missing sections to a memory file, each as a `## ` heading before the next required one in
 * the file, else before `Last Updated`, else at the end. All existing text is kept, in order. Line
 * breaks are those of most lines in the file. Healing a healed file changes nothing.
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
  // The sort is stable, so additions at the same place keep the order of the sections.
  for (const { at, lines } of [...places].sort((a, b) => a.at - b.at)) {
    done += text.slice(from, at);
    from = at;
    done += `${gapAfter(done, eol)}${lines}`;
  }
  return done + text.slice(from);
}

/** The line breaks after which a heading follows an empty line. */
function gapAfter(text: string, eol: string): string {
  if (byteOrderMark.exec(text)?.[0] === text) return '';
  if (/(?:\r\n|\n|\r(?!\n))[ \t]*(?:\r\n|\n|\r)$/u.test(text)) return '';
  return /[\r\n]$/u.test(text) ? eol : `${eol}${eol}`;
}

/** U+FEFF, or its three bytes in a text that was read as Latin-1. */
const byteOrderMark = /^(?:\uFEFF|\u00EF\u00BB\u00BF)?/u;

/**
 * Where the first `## ` heading of each name, in lower case, starts. `end` is the end of the text, or
 * the start of a code block or comment that is never closed. Lines in code blocks and comments are
 * not headings (CommonMark 0.31, 4.2, 4.5 and 4.6).
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

/** A test for the line that ends the code block or comment that this line opens; null if it opens none. */
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

/** Spaces and tabs only: U+00A0 is half a character in a text that was read as Latin-1. */
function headingOf(line: string): string | undefined {
  const text = /^ {0,3}##[ \t]+([^ \t].*)$/u.exec(line)?.[1];
  // The lookbehind keeps this linear: each run of spaces is tried once.
  return text?.replace(/(?<![ \t])(?:[ \t]+#+)?[ \t]*$/u, '').toLowerCase();
}
