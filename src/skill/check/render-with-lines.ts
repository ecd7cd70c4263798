import { renderTemplate } from '../template.ts';
import type { View } from '../view.ts';

/** A rendered template; `lineOf` maps a line of `text` to the template's, both from 1. */
export interface Rendered {
  text: string;
  lineOf: (line: number) => number;
}

// Private use characters, which no text has.
const mark = (line: number): string => `\uE000${line}\uE001`;
const marks = /\uE000(\d+)\uE001/g;

/**
 * Renders a template and remembers where each line came from: every line is rendered with its number
 * at the end. Lines that consist of tags stay unmarked, because Mustache drops them only if they
 * contain nothing else.
 * @throws {Error} on a section that is not closed
 */
export function renderWithLines(template: string, view: View): Rendered {
  const lines = template.split('\n');
  const marked = lines.map((line, index) =>
    /^\s*(?:\{\{[^{}]*\}\}\s*)+$/.test(line) ? line : line + mark(index + 1),
  );
  const text = renderTemplate(template, view);
  const rendered = renderTemplate(marked.join('\n'), view);
  // A tag that spans lines has swallowed a number.
  if (rendered.replaceAll(marks, '') !== text) return { text, lineOf: (line) => line };

  let last = 1;
  const origins = rendered.split('\n').map((line) => {
    const [, number] = [...line.matchAll(marks)].at(-1) ?? [];
    if (number !== undefined) last = Number(number);
    return last;
  });
  return { text, lineOf: (line) => origins[line - 1] ?? last };
}
