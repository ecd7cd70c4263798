import { endsLine, isSpace, isWordStart, wordEnd } from './characters.ts';
import { beforeRegex, blockHeads, isOneOf, parenHeads } from './keywords.ts';

/** The kinds of brackets: the kind decides what a `/` after the closing one means. */
export const bracket = { paren: 0, head: 1, block: 2, template: 3, object: 4, index: 5 } as const;
type Bracket = (typeof bracket)[keyof typeof bracket];

/** 1 for each character that starts a literal or comment, or opens or closes a group. */
const stops = Uint8Array.from({ length: 128 }, (_, c) =>
  '"\'`/()[]{}<'.includes(String.fromCharCode(c)) ? 1 : 0,
);

/** Skips the nine of ten characters that are no stops; a loop this small is compiled early. */
function nextStop(text: string, from: number): number {
  let i = from;
  while (i < text.length) {
    const c = text.charCodeAt(i);
    if (c < 128 && stops[c] === 1) return i;
    i++;
  }
  return i;
}

/** The last token before a position. */
export class LastToken {
  /** Whether a `/` after it divides, unless it is a word like `return`. */
  operand = false;
  /** Its range if it is a word, else empty. */
  wordAt = 0;
  wordTo = 0;

  /** Sets a token that is not a word. */
  set(operand: boolean): void {
    this.operand = operand;
    this.wordTo = this.wordAt;
  }

  setWord(start: number, end: number): void {
    this.operand = true;
    this.wordAt = start;
    this.wordTo = end;
  }

  /** Finds the token before `at`, if there is one after `known`, the end of the current one. */
  update(text: string, known: number, at: number): void {
    let end = at;
    while (end > known && isSpace(text.charCodeAt(end - 1))) end--;
    if (end === known) return;
    if (isWordStart(text.charCodeAt(end - 1))) {
      let start = end;
      while (start > known && isWordStart(text.charCodeAt(start - 1))) start--;
      this.setWord(start, end);
      return;
    }
    const c = text[end - 1];
    if ((c === '+' || c === '-') && end - 1 > known && text[end - 2] === c) {
      // `a++ / b` divides; the token before the operator decides.
      this.update(text, known, end - 2);
      this.set(this.divides(text));
    } else {
      this.set(false);
    }
  }

  divides(text: string): boolean {
    return this.operand && !isOneOf(beforeRegex, text, this.wordAt, this.wordTo);
  }

  /** Whether it takes a parenthesis that a statement follows. */
  isParenHead(text: string): boolean {
    return isOneOf(parenHeads, text, this.wordAt, this.wordTo);
  }

  /** Whether a `{` at a position opens a block or body, not an object. */
  opensBlock(text: string, at: number): boolean {
    const { wordAt, wordTo } = this;
    if (wordTo > wordAt) {
      return this.divides(text) || isOneOf(blockHeads, text, wordAt, wordTo);
    }
    if (this.operand) return true;
    let p = at - 1;
    while (p >= 0 && text.charCodeAt(p) <= 0x20) p--;
    if (p < 0) return true;
    const c = text.charAt(p);
    return c === '>' ? text[p - 1] === '=' : ';{})'.includes(c);
  }
}

/**
 * Where a bracketed group ends: `from` is the position after the opening bracket, the result the one
 * after the closing bracket; -1 if the brackets do not balance, so that the pass went wrong.
 */
export function groupEnd(text: string, from: number, kind: Bracket): number {
  const stack: number[] = [kind];
  const last = new LastToken();
  let known = from;
  for (let i = nextStop(text, from); i < text.length; i = nextStop(text, known)) {
    const c = text[i];
    last.update(text, known, i);
    known = i + 1;
    switch (c) {
      case '/': {
        const comment = commentEnd(text, i);
        if (comment !== i) {
          known = comment;
          break;
        }
        const divides = last.divides(text);
        if (!divides) known = regexEnd(text, i + 1);
        last.set(!divides);
        break;
      }
      case '"':
      case "'":
        known = stringEnd(text, i, c);
        last.set(true);
        break;
      case '`':
        known = templateEnd(text, i + 1, stack);
        last.set(text[known - 1] === '`');
        break;
      case '(': {
        const head = last.isParenHead(text);
        stack.push(head ? bracket.head : bracket.paren);
        last.set(false);
        break;
      }
      case '[':
        stack.push(bracket.index);
        last.set(false);
        break;
      case '{': {
        const block = last.opensBlock(text, i);
        stack.push(block ? bracket.block : bracket.object);
        last.set(false);
        break;
      }
      case '<':
        if (isHtmlComment(text, i)) return -1;
        last.set(false);
        break;
      default: {
        const closed = stack.pop();
        if (closed === undefined || !closes(c, closed)) return -1;
        if (stack.length === 0) return known;
        last.set(closed !== bracket.head && closed !== bracket.block);
        if (closed !== bracket.template) break;
        known = templateEnd(text, known, stack);
        last.set(text[known - 1] === '`');
      }
    }
    if (known < 0) return -1;
  }
  return -1;
}

/** Whether a closing bracket matches the kind that was opened. */
function closes(c: string | undefined, opened: number): boolean {
  if (c === ')') return opened === bracket.paren || opened === bracket.head;
  if (c === ']') return opened === bracket.index;
  return opened === bracket.block || opened === bracket.object || opened === bracket.template;
}

/** The end of the comment that starts at a `/`; `at` if none does; -1 if it does not end. */
export function commentEnd(text: string, at: number): number {
  const next = text[at + 1];
  if (next === '/') return lineEnd(text, at);
  if (next !== '*') return at;
  const close = text.indexOf('*/', at + 2);
  return close < 0 ? -1 : close + 2;
}

/**
 * Whether an HTML comment starts at a position, which scripts allow: `<!--`, or `-->` at the start
 * of a line. Bundlers write neither, not even as operators: the pass gives up.
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

export function stringEnd(text: string, from: number, quote: string): number {
  for (let i = from + 1; i < text.length; i++) {
    const c = text[i];
    if (c === '\\') i++;
    else if (c === quote) return i + 1;
    else if (c === '\n') return -1;
  }
  return -1;
}

/** The end of the template that starts at a backtick; -1 if it does not end. */
export function wholeTemplateEnd(text: string, at: number): number {
  const opened: number[] = [];
  let i = templateEnd(text, at + 1, opened);
  while (i > 0 && opened.pop() !== undefined) {
    const end = groupEnd(text, i, bracket.template);
    i = end < 0 ? -1 : templateEnd(text, end, opened);
  }
  return i;
}

/** The position after the closing backtick, or after `${`, which it pushes onto the stack. */
function templateEnd(text: string, from: number, stack: number[]): number {
  for (let i = from; i < text.length; i++) {
    const c = text[i];
    if (c === '\\') i++;
    else if (c === '`') return i + 1;
    else if (c === '$' && text[i + 1] === '{') {
      stack.push(bracket.template);
      return i + 2;
    }
  }
  return -1;
}

export function regexEnd(text: string, from: number): number {
  let inClass = false;
  for (let i = from; i < text.length; i++) {
    const c = text[i];
    if (c === '\\') i++;
    else if (c === '\n') return -1;
    else if (c === '[') inClass = true;
    else if (c === ']') inClass = false;
    else if (c === '/' && !inClass) return wordEnd(text, i + 1);
  }
  return -1;
}
