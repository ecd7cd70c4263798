/** Characters, as the scan compares them. */
export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SPACE = 0x20;
export const DQUOTE = 0x22;
const HASH = 0x23;
const DOLLAR = 0x24;
export const SQUOTE = 0x27;
export const LPAREN = 0x28;
export const RPAREN = 0x29;
export const STAR = 0x2a;
export const PLUS = 0x2b;
export const COMMA = 0x2c;
export const MINUS = 0x2d;
export const DOT = 0x2e;
export const SLASH = 0x2f;
export const SEMI = 0x3b;
export const EQ = 0x3d;
export const GT = 0x3e;
export const LBRACKET = 0x5b;
const BACKSLASH = 0x5c;
export const RBRACKET = 0x5d;
const UNDERSCORE = 0x5f;
export const BACKTICK = 0x60;
export const LBRACE = 0x7b;
export const RBRACE = 0x7d;

/** What an open bracket was: decides what a `/` after its closing means. */
export const bracket = { paren: 0, head: 1, block: 2, template: 3, object: 4, index: 5 } as const;

export function isWordStart(c: number): boolean {
  return (
    (c >= 97 && c <= 122) ||
    (c >= 65 && c <= 90) ||
    (c >= 48 && c <= 57) ||
    c === UNDERSCORE ||
    c === DOLLAR ||
    c === HASH ||
    c > 127 ||
    c === BACKSLASH
  );
}

export function wordEnd(text: string, from: number): number {
  let i = from;
  while (i < text.length && isWordStart(text.charCodeAt(i))) i++;
  return i;
}

export function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

export function stringEnd(text: string, from: number, quote: number): number {
  for (let i = from + 1; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === BACKSLASH) i++;
    else if (c === quote) return i + 1;
    else if (c === LF) return -1;
  }
  return -1;
}

/** Ends after the closing backtick, or after `${`, which it pushes on the stack. */
export function templateEnd(text: string, from: number, stack: number[]): number {
  for (let i = from; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === BACKSLASH) i++;
    else if (c === BACKTICK) return i + 1;
    else if (c === DOLLAR && text.charCodeAt(i + 1) === LBRACE) {
      stack.push(bracket.template);
      return i + 2;
    }
  }
  return -1;
}

export function regexEnd(text: string, from: number): number {
  let inClass = false;
  for (let i = from; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === BACKSLASH) i++;
    else if (c === LF) return -1;
    else if (c === LBRACKET) inClass = true;
    else if (c === RBRACKET) inClass = false;
    else if (c === SLASH && !inClass) return wordEnd(text, i + 1);
  }
  return -1;
}
