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
 * of it in its order. Line breaks are the file's own. Healing what is healed changes nothing.
 */
export function healMemory(kind: MemoryKind, text: string): Healed {
  const wanted = Object.entries(sections[kind]);
  const { starts, end } = headings(text);
  const missing = wanted.filter(([name]) => !starts.has(name.toLowerCase()));
  const eol = /\r\n|\n/u.exec(text)?.[0] ?? '\n';
  const places = missing.map(([name, body]) => {
    const later = wanted.slice(wanted.findIndex(([other]) => other === name) + 1);
    const next = [...later.map(([other]) => other.toLowerCase()), lastSection]
      .map((other) => starts.get(other))
      .find((start) => start !== undefined);
    return { at: next ?? end, lines: `## ${name}\n${body}\n`.replaceAll('\n', eol) };
  });
  return { text: insert(text, places, eol), added: missing.map(([name]) => name) };
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
  if (/(?:\r\n|\n|\r)[ \t]*(?:\r\n|\n|\r)$/u.test(text)) return '';
  return /[\r\n]$/u.test(text) ? eol : `${eol}${eol}`;
}

/** U+FEFF, or its three bytes in a text that is read byte for byte. */
const byteOrderMark = /^(?:\uFEFF|\u00EF\u00BB\u00BF)?/u;

/**
 * Where the first `## ` heading of each name, in lower case, starts, and where the end is: that of
 * the text, or the start of a code block that is never closed. Lines in code blocks are no headings
 * (CommonMark 0.31, 4.2 and 4.5).
 */
function headings(text: string): { starts: Map<string, number>; end: number } {
  const starts = new Map<string, number>();
  let fence: { mark: string; at: number } | null = null;
  let at = byteOrderMark.exec(text)?.[0].length ?? 0;
  for (const whole of text.slice(at).match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/gu) ?? []) {
    const line = whole.replace(/[\r\n]+$/u, '');
    const [, mark, info = ''] = /^ {0,3}(`{3,}|~{3,})(.*)$/u.exec(line) ?? [];
    if (fence !== null) {
      if (mark?.startsWith(fence.mark) && info.trim() === '') fence = null;
    } else if (mark !== undefined && !(mark.startsWith('`') && info.includes('`'))) {
      fence = { mark, at };
    } else {
      const name = /^ {0,3}##[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$/u.exec(line)?.[1]?.toLowerCase();
      if (name !== undefined && !starts.has(name)) starts.set(name, at);
    }
    at += whole.length;
  }
  return { starts, end: fence?.at ?? text.length };
}
