/**
 * The top-level statements of a module, found by one lexical pass instead of a full parse: a
 * bundle of 13 MB takes a tenth of a second instead of several. The pass knows strings, templates,
 * comments, regular expressions and brackets; what a statement means is for acorn to say, which
 * later parses only the statements that matter.
 *
 * Splitting is cautious: a range may hold more than one statement, never a part of one.
 */
export interface Skeleton {
  /** Start of each range, ascending; the range ends where the next one starts. */
  starts: number[];
  /** End of the last range. */
  end: number;
  /** Position of every name declared at the top level by `function`, `class`, `var`, `let`, `const`. */
  declared: number[];
  /** Indexes into `starts` of ranges that begin with `import`, with `export`, or destructure. */
  imports: number[];
  exports: number[];
  patterns: number[];
}

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const DQUOTE = 0x22;
const HASH = 0x23;
const DOLLAR = 0x24;
const SQUOTE = 0x27;
const LPAREN = 0x28;
const RPAREN = 0x29;
const STAR = 0x2a;
const PLUS = 0x2b;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DOT = 0x2e;
const SLASH = 0x2f;
const SEMI = 0x3b;
const EQ = 0x3d;
const GT = 0x3e;
const LBRACKET = 0x5b;
const BACKSLASH = 0x5c;
const RBRACKET = 0x5d;
const UNDERSCORE = 0x5f;
const BACKTICK = 0x60;
const LBRACE = 0x7b;
const RBRACE = 0x7d;

const beforeRegex = new Set(
  'return typeof case do else in instanceof new void delete throw yield await of'.split(' '),
);
const parenHeads = new Set(['if', 'while', 'for', 'with']);
const blockHeads = new Set('if else for while do try catch finally switch with'.split(' '));
const declarators = new Set(['var', 'let', 'const']);

/** What an open bracket was: decides what a `/` after its closing means. */
const bracket = { plain: 0, head: 1, block: 2, template: 3 } as const;

/**
 * Scans `text`. `depth` is the bracket depth of the statements wanted: 0 for a module or script,
 * 2 inside the `(function(exports, require, …){…})` wrapper that Bun puts around CommonJS.
 * Returns null if the brackets do not balance, that is, if the pass lost its way.
 */
export function scanSkeleton(text: string, depth: 0 | 2): Skeleton | null {
  const skeleton: Skeleton = {
    starts: [],
    end: 0,
    declared: [],
    imports: [],
    exports: [],
    patterns: [],
  };
  const length = text.length;
  const stack: number[] = [];
  let i = text.startsWith('#!') ? lineEnd(text, 0) : 0;
  let operand = false; // whether a `/` here would be a division
  let lastWord = '';
  let open = false; // inside a statement at the wanted depth
  let head = ''; // its first word
  let expectName = false;
  let done = false;

  const begin = (at: number): void => {
    skeleton.starts.push(at);
    open = true;
    head = '';
    expectName = false;
  };

  while (i < length) {
    const c = text.charCodeAt(i);
    if (c === SPACE || c === LF || c === CR || c === TAB) {
      i++;
      continue;
    }
    if (c === SLASH) {
      const next = text.charCodeAt(i + 1);
      if (next === SLASH) {
        i = lineEnd(text, i);
        continue;
      }
      if (next === STAR) {
        const close = text.indexOf('*/', i + 2);
        if (close < 0) return null;
        i = close + 2;
        continue;
      }
    }
    const here =
      stack.length === depth && !done && (depth === 0 || stack[depth - 1] === bracket.block);
    if (here && !open && c !== RBRACE && c !== SEMI) begin(i);

    if (isWordStart(c)) {
      const start = i;
      i = wordEnd(text, i + 1);
      const property =
        start > 0 && text.charCodeAt(start - 1) === DOT && text.charCodeAt(start - 2) !== DOT;
      lastWord = i - start <= 10 && !property ? text.slice(start, i) : '';
      operand = !beforeRegex.has(lastWord);
      if (!here) continue;
      if (expectName) {
        skeleton.declared.push(start);
        expectName = false;
      }
      const leading = head === '' || head === 'export' || head === 'default' || head === 'async';
      if (!leading) continue;
      if (head === '' && lastWord === 'import') skeleton.imports.push(skeleton.starts.length - 1);
      if (head === '' && lastWord === 'export') skeleton.exports.push(skeleton.starts.length - 1);
      head = lastWord === '' ? 'other' : lastWord;
      expectName = head === 'function' || head === 'class' || declarators.has(head);
      continue;
    }

    if (c === DQUOTE || c === SQUOTE) {
      i = stringEnd(text, i, c);
      if (i < 0) return null;
      operand = true;
    } else if (c === BACKTICK) {
      i = templateEnd(text, i + 1, stack);
      if (i < 0) return null;
      operand = text.charCodeAt(i - 1) === BACKTICK;
    } else if (c === SLASH && !operand) {
      i = regexEnd(text, i + 1);
      if (i < 0) return null;
      operand = true;
    } else if (c === LPAREN || c === LBRACKET) {
      if (here && expectName && c === LBRACKET) notePattern(skeleton);
      if (here && c === LBRACKET) expectName = false;
      stack.push(
        c === LPAREN && operand && parenHeads.has(lastWord) ? bracket.head : bracket.plain,
      );
      operand = false;
      i++;
    } else if (c === RPAREN || c === RBRACKET) {
      const kind = stack.pop();
      if (kind === undefined || kind === bracket.block || kind === bracket.template) return null;
      operand = kind !== bracket.head;
      i++;
    } else if (c === LBRACE) {
      if (here && expectName) {
        if (declarators.has(head)) notePattern(skeleton);
        expectName = false;
      }
      stack.push(opensBlock(text, i, operand, lastWord) ? bracket.block : bracket.plain);
      operand = false;
      i++;
    } else if (c === RBRACE) {
      const kind = stack.pop();
      if (kind === undefined || kind === bracket.head) return null;
      i++;
      if (kind === bracket.template) {
        i = templateEnd(text, i, stack);
        if (i < 0) return null;
        operand = text.charCodeAt(i - 1) === BACKTICK;
      } else {
        operand = kind === bracket.plain;
        if (stack.length === depth && (head === 'function' || head === 'class')) open = false;
        // What follows a block statement may declare a name; it stays in the same range.
        if (stack.length === depth && blockHeads.has(head)) head = '';
        if (stack.length < depth && skeleton.starts.length > 0 && !done) {
          done = true;
          skeleton.end = i - 1;
        }
      }
    } else {
      if (here && c === SEMI) open = false;
      if (here && c === COMMA && declarators.has(head)) expectName = true;
      const doubled = (c === PLUS || c === MINUS) && text.charCodeAt(i + 1) === c;
      if (!doubled) operand = false;
      i += doubled ? 2 : 1;
    }
    lastWord = '';
  }
  if (stack.length > 0) return null;
  skeleton.end ||= length;
  return skeleton;
}

function notePattern(skeleton: Skeleton): void {
  const index = skeleton.starts.length - 1;
  if (skeleton.patterns.at(-1) !== index) skeleton.patterns.push(index);
}

/** Whether a `{` opens a block or body (as against an object): told by what stands before it. */
function opensBlock(text: string, at: number, operand: boolean, lastWord: string): boolean {
  if (lastWord !== '')
    return lastWord !== 'return' && (operand || lastWord === 'else' || lastWord === 'do');
  if (operand) return true;
  let p = at - 1;
  while (p >= 0 && text.charCodeAt(p) <= SPACE) p--;
  if (p < 0) return true;
  const c = text.charCodeAt(p);
  if (c === GT) return text.charCodeAt(p - 1) === EQ;
  return c === SEMI || c === LBRACE || c === RBRACE || c === RPAREN;
}

function isWordStart(c: number): boolean {
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

function wordEnd(text: string, from: number): number {
  let i = from;
  while (i < text.length && isWordStart(text.charCodeAt(i))) i++;
  return i;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

function stringEnd(text: string, from: number, quote: number): number {
  for (let i = from + 1; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === BACKSLASH) i++;
    else if (c === quote) return i + 1;
    else if (c === LF) return -1;
  }
  return -1;
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

function regexEnd(text: string, from: number): number {
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
