/*
 * The keywords of the lexical pass, compared in place: a bundle has a million words, and slicing each
 * one costs more than the rest of the pass.
 */
const MAX_KEYWORD = 'instanceof'.length;

/** Words after which a `/` begins a regular expression. */
export const beforeRegex = byLength(
  'return typeof case do else in instanceof new void delete throw yield await of',
);
/** Words that take a parenthesis which a statement follows. */
export const parenHeads = byLength('if while for with');
/** Words after which a `{` opens a block. */
export const blockHeads = byLength('else do');
/** Words that begin a declaration where a statement may begin. */
export const declaring = byLength('var let const function class');

type Words = readonly (readonly string[])[];

/** Whether a range is one of the words, and no property name. */
export function isOneOf(words: Words, text: string, start: number, end: number): boolean {
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
  return text[start - 1] === '.' && text[start - 2] !== '.';
}

/** The words of a list, by length. */
function byLength(list: string): Words {
  const words = list.split(' ');
  return Array.from({ length: MAX_KEYWORD + 1 }, (_, length) =>
    words.filter((word) => word.length === length),
  );
}
