const [TAB, LF, CR, SPACE] = [0x09, 0x0a, 0x0d, 0x20];

/** 1 for each ASCII character of words; any other that is no white space may be one. */
const wordCharacters = Uint8Array.from({ length: 128 }, (_, c) =>
  /[\w$#\\]/.test(String.fromCharCode(c)) ? 1 : 0,
);

/** Whether a character, by its code, may be part of a word. */
export function isWordStart(c: number): boolean {
  return c > 127 ? !isSpace(c) : wordCharacters[c] === 1;
}

export function wordEnd(text: string, from: number): number {
  let i = from;
  while (i < text.length && isWordStart(text.charCodeAt(i))) i++;
  return i;
}

/** Whether a character is white space or a line terminator of ECMAScript. */
export function isSpace(c: number): boolean {
  return (
    c === SPACE || (c >= TAB && c <= CR) || (c > 127 && otherSpaces.test(String.fromCharCode(c)))
  );
}

export function endsLine(c: number): boolean {
  return c === LF || c === CR || c === 0x2028 || c === 0x2029;
}

const otherSpaces = /[\s\ufeff]/;
