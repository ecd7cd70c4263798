/* Character codes. */
const TAB = 0x09;
export const LF = 0x0a;
const CR = 0x0d;
export const SPACE = 0x20;
export const DQUOTE = 0x22;
export const DOLLAR = 0x24;
export const SQUOTE = 0x27;
export const LPAREN = 0x28;
export const RPAREN = 0x29;
export const STAR = 0x2a;
export const PLUS = 0x2b;
export const COMMA = 0x2c;
export const MINUS = 0x2d;
export const SLASH = 0x2f;
export const SEMI = 0x3b;
export const LT = 0x3c;
export const EQ = 0x3d;
export const GT = 0x3e;
export const LBRACKET = 0x5b;
export const BACKSLASH = 0x5c;
export const RBRACKET = 0x5d;
export const BACKTICK = 0x60;
export const LBRACE = 0x7b;
export const RBRACE = 0x7d;

/** 1 for each ASCII character that may be part of a word; other characters may be, too. */
const wordCharacters = Uint8Array.from({ length: 128 }, (_, c) =>
  /[\w$#\\]/.test(String.fromCharCode(c)) ? 1 : 0,
);

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
