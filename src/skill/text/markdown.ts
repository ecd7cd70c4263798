/** A line of Markdown. The lines that open and close fenced code blocks are left out. */
export interface MarkdownLine {
  text: string;
  /** From 1. */
  number: number;
  /** The fenced code block that contains it; null for prose. */
  block: CodeBlock | null;
}

interface CodeBlock {
  /** The word after the opening fence, such as `json`; often empty. */
  language: string;
}

/** Separates prose from fenced code blocks (CommonMark 4.5), which may be in lists and quotes. */
export function markdownLines(markdown: string): MarkdownLine[] {
  const lines: MarkdownLine[] = [];
  let open: { fence: string; block: CodeBlock } | null = null;
  for (const [index, text] of markdown.split(/\r?\n/).entries()) {
    if (open === null) {
      const [, fence, language = ''] =
        /^(?:[ >]|[-*+] |\d+[.)] )*(`{3,}(?=[^`]*$)|~{3,})\s*(\S*)/.exec(text) ?? [];
      if (fence === undefined) lines.push({ text, number: index + 1, block: null });
      else open = { fence, block: { language } };
    } else if (/^[ >]*(`{3,}|~{3,})\s*$/.exec(text)?.[1]?.startsWith(open.fence)) open = null;
    else lines.push({ text, number: index + 1, block: open.block });
  }
  return lines;
}
