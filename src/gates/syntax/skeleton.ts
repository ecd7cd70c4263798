import { endsLine, isSpace, isWordStart, wordEnd } from './characters.ts';
import { declaring, isOneOf, isProperty } from './keywords.ts';
import {
  LastToken,
  bracket,
  commentEnd,
  groupEnd,
  isHtmlComment,
  lineEnd,
  regexEnd,
  stringEnd,
  wholeTemplateEnd,
} from './lexer.ts';

/**
 * The top-level statements of a module, found by one lexical pass instead of a full parse: 13 MB take
 * a tenth of a second instead of several. The pass knows strings, templates, comments, regular
 * expressions and brackets; acorn later parses only the statements that matter.
 *
 * A range may hold more than one statement, never a part of one.
 */
export interface Skeleton {
  /** Start of each range, ascending; the range ends where the next one starts. */
  starts: number[];
  /** End of the last range. */
  end: number;
  /** Positions of the names declared at the top level by `function`, `class`, `var`, `let`, `const`. */
  declared: number[];
  /** Indexes into `starts` of the ranges that import, export, or declare by a pattern. */
  imports: number[];
  exports: number[];
  patterns: number[];
}

const blockHeads = new Set('if else for while do try catch finally switch with'.split(' '));
/** Words after which a declaring word begins no statement. */
const continued = new Set(['export', 'default', 'extends', 'new', 'async']);
const declarators = new Set(['var', 'let', 'const']);

export function emptySkeleton(): Skeleton {
  return { starts: [], end: 0, declared: [], imports: [], exports: [], patterns: [] };
}

/**
 * Scans the statements of a module or script or, with `wrapped`, those inside the
 * `(function(exports, require, …){…})` wrapper that Bun puts around CommonJS. Null if the brackets
 * do not balance, so that the pass went wrong.
 */
export function scanSkeleton(text: string, wrapped: boolean): Skeleton | null {
  const from = text.startsWith('#!') ? lineEnd(text, 0) : 0;
  if (!wrapped) return scanStatements(text, from, null);
  const body = wrapperBody(text, from);
  const close = body < 0 ? -1 : groupEnd(text, body, bracket.block);
  // Only the wrapper's own parenthesis follows the body.
  const rest = close < 0 ? '' : text.slice(close);
  if (!/^\s*\)[\s;]*(?:\/\/[^\n]*\s*)*$/.test(rest)) return null;
  return scanStatements(text, body, close - 1);
}

/** The position after the brace of `(function(…){`; -1 if the text does not begin like that. */
function wrapperBody(text: string, from: number): number {
  const start = skipTrivia(text, from);
  const head = /^\(\s*function\s*\(/.exec(text.slice(start, start + 64))?.[0];
  if (head === undefined) return -1;
  const parameters = groupEnd(text, start + head.length, bracket.paren);
  const brace = parameters < 0 ? -1 : skipTrivia(text, parameters);
  return text[brace] === '{' ? brace + 1 : -1;
}

function skipTrivia(text: string, from: number): number {
  for (let i = from; i < text.length;) {
    const space = isSpace(text.charCodeAt(i));
    const next = space ? i + 1 : text[i] === '/' ? commentEnd(text, i) : i;
    if (next === i || next < 0) return i;
    i = next;
  }
  return text.length;
}

function scanStatements(text: string, from: number, to: number | null): Skeleton | null {
  const skeleton = emptySkeleton();
  const length = (skeleton.end = to ?? text.length);
  let i = from;
  const last = new LastToken();
  let open = false; // inside a statement
  let head = ''; // its first word
  let expectName = false;
  let newLine = false; // since the last token
  let afterBlock = false; // whether the last token closed a block or body

  while (i < length) {
    const code = text.charCodeAt(i);
    const c = text[i];
    if (isSpace(code)) {
      newLine ||= endsLine(code);
      i++;
      continue;
    }
    if (c === '/') {
      const comment = commentEnd(text, i);
      if (comment < 0) return null;
      if (comment !== i) {
        newLine ||= /[\n\r\u2028\u2029]/.test(text.slice(i, comment));
        i = comment;
        continue;
      }
    }
    if (!open && c !== ';') {
      skeleton.starts.push(i);
      open = true;
      head = '';
      expectName = false;
    }

    if (isWordStart(code)) {
      const { wordAt: beforeAt, wordTo: beforeTo } = last;
      const ended = newLine && last.divides(text);
      const wordAt = i;
      i = wordEnd(text, i + 1);
      last.setWord(wordAt, i);
      const leading = leads(head);
      if (!leading && isOneOf(declaring, text, wordAt, i)) {
        // A line break ends the last statement; after a body the new one stays in its range.
        const begins = (ended || afterBlock) && !continued.has(keyword(text, beforeAt, beforeTo));
        if (begins && ended) {
          skeleton.starts.push(wordAt);
          expectName = false;
        }
        if (begins) head = '';
      }
      if (expectName) {
        skeleton.declared.push(wordAt);
        expectName = false;
      }
      if (leading || head === '') {
        const word = keyword(text, wordAt, i);
        if (head === '' && word === 'import') skeleton.imports.push(skeleton.starts.length - 1);
        if (head === '' && word === 'export') skeleton.exports.push(skeleton.starts.length - 1);
        head = word === '' ? 'other' : word;
        expectName = head === 'function' || head === 'class' || declarators.has(head);
      }
      newLine = afterBlock = false;
      continue;
    }

    newLine = afterBlock = false;
    switch (c) {
      case '"':
      case "'":
        i = stringEnd(text, i, c);
        last.set(true);
        break;
      case '`':
        i = wholeTemplateEnd(text, i);
        last.set(true);
        break;
      case '/': {
        const divides = last.divides(text);
        i = divides ? i + 1 : regexEnd(text, i + 1);
        last.set(!divides);
        break;
      }
      case '(': {
        const isHead = last.isParenHead(text);
        i = groupEnd(text, i + 1, isHead ? bracket.head : bracket.paren);
        last.set(!isHead);
        break;
      }
      case '[':
        if (expectName) notePattern(skeleton);
        expectName = false;
        i = groupEnd(text, i + 1, bracket.index);
        last.set(true);
        break;
      case '{': {
        if (expectName && declarators.has(head)) notePattern(skeleton);
        expectName = false;
        const block = last.opensBlock(text, i);
        i = groupEnd(text, i + 1, block ? bracket.block : bracket.object);
        last.set(!block);
        afterBlock = block;
        if (head === 'function' || head === 'class') open = false;
        // The statement after a block may declare a name; it stays in the same range.
        if (blockHeads.has(head)) head = '';
        break;
      }
      case ')':
      case ']':
      case '}':
        return null;
      case '+':
      case '-':
        // `a++ / b` divides; the token before the operator decides.
        if (text[i + 1] === c) {
          if (c === '-' && isHtmlComment(text, i)) return null;
          last.set(last.divides(text));
          i += 2;
        } else {
          last.set(false);
          i++;
        }
        break;
      default:
        if (c === '<' && isHtmlComment(text, i)) return null;
        if (c === ';') open = false;
        if (c === ',' && declarators.has(head)) expectName = true;
        last.set(false);
        i++;
    }
    if (i < 0 || i > length) return null;
  }
  return skeleton;
}

/** A word as a keyword; empty if it is a property name. */
function keyword(text: string, start: number, end: number): string {
  return isProperty(text, start) ? '' : text.slice(start, end);
}

/** Whether the word after this one may still decide the kind of statement. */
function leads(head: string): boolean {
  return head === '' || head === 'export' || head === 'default' || head === 'async';
}

function notePattern(skeleton: Skeleton): void {
  const index = skeleton.starts.length - 1;
  if (skeleton.patterns.at(-1) !== index) skeleton.patterns.push(index);
}
