import { isBeforeRegex, isBlockHead, isParenHead } from './keywords.ts';

/** Characters, as the scan compares them. */
const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
export const DQUOTE = 0x22;
const DOLLAR = 0x24;
export const SQUOTE = 0x27;
export const LPAREN = 0x28;
export const RPAREN = 0x29;
const STAR = 0x2a;
export const PLUS = 0x2b;
export const COMMA = 0x2c;
export const MINUS = 0x2d;
export const SLASH = 0x2f;
export const SEMI = 0x3b;
export const LT = 0x3c;
const EQ = 0x3d;
const GT = 0x3e;
export const LBRACKET = 0x5b;
const BACKSLASH = 0x5c;
export const RBRACKET = 0x5d;
export const BACKTICK = 0x60;
export const LBRACE = 0x7b;
export const RBRACE = 0x7d;

/** What an open bracket was: decides what a `/` after its closing means. */
export const bracket = { paren: 0, head: 1, block: 2, template: 3, object: 4, index: 5 } as const;
type Bracket = (typeof bracket)[keyof typeof bracket];

/** 1 for each ASCII character that may stand in a word; what is not ASCII may as well. */
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

/** White space and line ends, as ECMAScript has them. */
export function isSpace(c: number): boolean {
  return (
    c === SPACE || (c >= TAB && c <= CR) || (c > 127 && otherSpaces.test(String.fromCharCode(c)))
  );
}

export function endsLine(c: number): boolean {
  return c === LF || c === CR || c === 0x2028 || c === 0x2029;
}

const otherSpaces = /[\s\ufeff]/;

/**
 * Where a bracketed group ends: `from` is the position behind the opening bracket, the result the
 * one behind its closing bracket; -1 if they do not balance, that is, if the pass lost its way.
 */
export function groupEnd(text: string, from: number, kind: Bracket): number {
  const stack: number[] = [kind];
  let operand = false; // whether a `/` here would be a division, unless the last word says otherwise
  let wordAt = 0; // the last token if it is a word, else an empty range
  let wordTo = 0;
  let i = from;
  while (i < text.length) {
    const c = text.charCodeAt(i);
    if (isWordStart(c)) {
      wordAt = i;
      i = wordTo = wordEnd(text, i + 1);
      operand = true;
      continue;
    }
    if (isSpace(c)) {
      i++;
      continue;
    }
    switch (c) {
      case SLASH: {
        const comment = commentEnd(text, i);
        if (comment !== i) {
          if (comment < 0) return -1;
          i = comment;
          continue;
        }
        const divides: boolean = operand && !isBeforeRegex(text, wordAt, wordTo);
        i = divides ? i + 1 : regexEnd(text, i + 1);
        operand = !divides;
        break;
      }
      case DQUOTE:
      case SQUOTE:
        i = stringEnd(text, i, c);
        operand = true;
        break;
      case BACKTICK:
        i = templateEnd(text, i + 1, stack);
        operand = text.charCodeAt(i - 1) === BACKTICK;
        break;
      case LPAREN:
        stack.push(isParenHead(text, wordAt, wordTo) ? bracket.head : bracket.paren);
        operand = false;
        i++;
        break;
      case LBRACKET:
        stack.push(bracket.index);
        operand = false;
        i++;
        break;
      case LBRACE:
        stack.push(opensBlock(text, i, operand, wordAt, wordTo) ? bracket.block : bracket.object);
        operand = false;
        i++;
        break;
      case RPAREN:
      case RBRACKET:
      case RBRACE: {
        const closed = stack.pop();
        if (closed === undefined || !closes(c, closed)) return -1;
        i++;
        if (stack.length === 0) return i;
        operand = closed !== bracket.head && closed !== bracket.block;
        if (closed === bracket.template) {
          i = templateEnd(text, i, stack);
          operand = text.charCodeAt(i - 1) === BACKTICK;
        }
        break;
      }
      case PLUS:
      case MINUS:
        // `a++ / b` divides; what stands before the operator decides.
        if (text.charCodeAt(i + 1) === c) {
          if (c === MINUS && isHtmlComment(text, i)) return -1;
          operand = operand && !isBeforeRegex(text, wordAt, wordTo);
          i += 2;
        } else {
          operand = false;
          i++;
        }
        break;
      default:
        if (c === LT && isHtmlComment(text, i)) return -1;
        operand = false;
        i++;
    }
    if (i < 0) return -1;
    wordTo = wordAt;
  }
  return -1;
}

/** Whether a closing bracket closes what was opened. */
function closes(c: number, opened: number): boolean {
  if (c === RPAREN) return opened === bracket.paren || opened === bracket.head;
  if (c === RBRACKET) return opened === bracket.index;
  return opened === bracket.block || opened === bracket.object || opened === bracket.template;
}

/** Whether a `{` opens a block or body (as against an object): told by what stands before it. */
export function opensBlock(
  text: string,
  at: number,
  operand: boolean,
  wordAt: number,
  wordTo: number,
): boolean {
  if (wordTo > wordAt)
    return !isBeforeRegex(text, wordAt, wordTo) || isBlockHead(text, wordAt, wordTo);
  if (operand) return true;
  let p = at - 1;
  while (p >= 0 && text.charCodeAt(p) <= SPACE) p--;
  if (p < 0) return true;
  const c = text.charCodeAt(p);
  if (c === GT) return text.charCodeAt(p - 1) === EQ;
  return c === SEMI || c === LBRACE || c === RBRACE || c === RPAREN;
}

/** Behind the comment that starts at a `/`; the same position where none does; -1 if it has no end. */
export function commentEnd(text: string, at: number): number {
  const next = text.charCodeAt(at + 1);
  if (next === SLASH) return lineEnd(text, at);
  if (next !== STAR) return at;
  const close = text.indexOf('*/', at + 2);
  return close < 0 ? -1 : close + 2;
}

/**
 * Whether one of the comments that scripts allow for old browsers starts there: `<!--`, or `-->` at
 * the start of a line. Bundlers write neither, also where it would be an expression: the pass gives up.
 */
export function isHtmlComment(text: string, at: number): boolean {
  if (text.startsWith('<!--', at)) return true;
  if (!text.startsWith('-->', at)) return false;
  let p = at - 1;
  while (p >= 0 && isSpace(text.charCodeAt(p)) && !endsLine(text.charCodeAt(p))) p--;
  return p < 0 || endsLine(text.charCodeAt(p));
}

export function lineEnd(text: string, from: number): number {
  let i = from;
  while (i < text.length && !endsLine(text.charCodeAt(i))) i++;
  return i;
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

/** Behind a template that starts at a backtick; -1 if it or what is in it does not end. */
export function wholeTemplateEnd(text: string, at: number): number {
  const opened: number[] = [];
  let i = templateEnd(text, at + 1, opened);
  while (i > 0 && opened.pop() !== undefined) {
    const end = groupEnd(text, i, bracket.template);
    i = end < 0 ? -1 : templateEnd(text, end, opened);
  }
  return i;
}

/** Ends after the closing backtick, or after `${`, which it pushes on the stack. */
function templateEnd(text: string, from: number, stack: number[]): number {
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
