/*
 * The keywords of the lexical pass, compared in place: a bundle has a million words, and slicing each
 * one costs more than the rest of the pass.
 */
const MAX_KEYWORD = 'instanceof'.length;
const DOT = 0x2e;

const beforeRegex = byLength(
  'return typeof case do else in instanceof new void delete throw yield await of',
);
const parenHeads = byLength('if while for with');
const blockHeads = byLength('else do');
const declaring = byLength('var let const function class');

/** Whether a `/` after the word begins a regular expression. */
export function isBeforeRegex(text: string, start: number, end: number): boolean {
  return isOneOf(beforeRegex, text, start, end);
}

/** Whether the word takes a parenthesis that a statement follows. */
export function isParenHead(text: string, start: number, end: number): boolean {
  return isOneOf(parenHeads, text, start, end);
}

/** Whether a `{` after the word opens a block. */
export function isBlockHead(text: string, start: number, end: number): boolean {
  return isOneOf(blockHeads, text, start, end);
}

/** Whether the word begins a declaration where a statement may begin. */
export function isDeclaring(text: string, start: number, end: number): boolean {
  return isOneOf(declaring, text, start, end);
}

function isOneOf(words: readonly string[][], text: string, start: number, end: number): boolean {
  const candidates = words[end - start];
  if (candidates === undefined || isProperty(text, start)) return false;
  const first = text.charCodeAt(start);
  for (const word of candidates) {
    if (word.charCodeAt(0) === first && text.startsWith(word, start)) return true;
  }
  return false;
}

/** Whether a word is a property name: it follows a dot, but not the three of a spread. */
export function isProperty(text: string, start: number): boolean {
  return text.charCodeAt(start - 1) === DOT && text.charCodeAt(start - 2) !== DOT;
}

/** The words of a list, by length. */
function byLength(list: string): string[][] {
  const words = list.split(' ');
  return Array.from({ length: MAX_KEYWORD + 1 }, (_, length) =>
    words.filter((word) => word.length === length),
  );
}
