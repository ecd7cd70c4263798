import {
  TAB,
  LF,
  CR,
  SPACE,
  DQUOTE,
  SQUOTE,
  LPAREN,
  RPAREN,
  STAR,
  PLUS,
  COMMA,
  MINUS,
  DOT,
  SLASH,
  SEMI,
  EQ,
  GT,
  LBRACKET,
  RBRACKET,
  BACKTICK,
  LBRACE,
  RBRACE,
  bracket,
  isWordStart,
  wordEnd,
  lineEnd,
  stringEnd,
  templateEnd,
  regexEnd,
} from './lexer.ts';

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

const beforeRegex = new Set(
  'return typeof case do else in instanceof new void delete throw yield await of'.split(' '),
);
const parenHeads = new Set(['if', 'while', 'for', 'with']);
const blockHeads = new Set('if else for while do try catch finally switch with'.split(' '));
/** Words that begin a declaration wherever a statement may begin, and those that go before them. */
const declaring = new Set(['var', 'let', 'const', 'function', 'class']);
const continued = new Set(['export', 'default', 'extends', 'new', 'async']);
const declarators = new Set(['var', 'let', 'const']);

export function emptySkeleton(): Skeleton {
  return { starts: [], end: 0, declared: [], imports: [], exports: [], patterns: [] };
}

/**
 * Scans `text`. `depth` is the bracket depth of the statements wanted: 0 for a module or script,
 * 2 inside the `(function(exports, require, …){…})` wrapper that Bun puts around CommonJS.
 * Returns null if the brackets do not balance, that is, if the pass lost its way.
 */
export function scanSkeleton(text: string, depth: 0 | 2): Skeleton | null {
  const skeleton = emptySkeleton();
  const length = text.length;
  const stack: number[] = [];
  let i = text.startsWith('#!') ? lineEnd(text, 0) : 0;
  let operand = false; // whether a `/` here would be a division
  let lastWord = '';
  let open = false; // inside a statement at the wanted depth
  let head = ''; // its first word
  let expectName = false;
  let done = false;
  let newLine = false; // since the last token
  let afterBlock = false; // whether the last token closed a block or body

  const begin = (at: number): void => {
    skeleton.starts.push(at);
    open = true;
    head = '';
    expectName = false;
  };

  while (i < length) {
    const c = text.charCodeAt(i);
    if (c === SPACE || c === LF || c === CR || c === TAB) {
      newLine ||= c === LF || c === CR;
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
        newLine ||= text.slice(i, close).includes('\n');
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
      const before = { word: lastWord, operand, newLine, afterBlock };
      newLine = afterBlock = false;
      lastWord = i - start <= 10 && !property ? text.slice(start, i) : '';
      operand = !beforeRegex.has(lastWord);
      if (!here) continue;
      if (declaring.has(lastWord) && !leads(head) && !continued.has(before.word)) {
        // A line break ends what came before; after a body the statement stays in the same range.
        if (before.operand && before.newLine) begin(start);
        else if (before.afterBlock) head = '';
      }
      if (expectName) {
        skeleton.declared.push(start);
        expectName = false;
      }
      if (!leads(head)) continue;
      if (head === '' && lastWord === 'import') skeleton.imports.push(skeleton.starts.length - 1);
      if (head === '' && lastWord === 'export') skeleton.exports.push(skeleton.starts.length - 1);
      head = lastWord === '' ? 'other' : lastWord;
      expectName = head === 'function' || head === 'class' || declarators.has(head);
      continue;
    }

    newLine = afterBlock = false;
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
      const isHead = operand && parenHeads.has(lastWord);
      stack.push(c === LBRACKET ? bracket.index : isHead ? bracket.head : bracket.paren);
      operand = false;
      i++;
    } else if (c === RPAREN || c === RBRACKET) {
      const kind = stack.pop();
      const matches =
        c === RBRACKET ? kind === bracket.index : kind === bracket.paren || kind === bracket.head;
      if (!matches) return null;
      operand = kind !== bracket.head;
      i++;
    } else if (c === LBRACE) {
      if (here && expectName) {
        if (declarators.has(head)) notePattern(skeleton);
        expectName = false;
      }
      stack.push(opensBlock(text, i, operand, lastWord) ? bracket.block : bracket.object);
      operand = false;
      i++;
    } else if (c === RBRACE) {
      const kind = stack.pop();
      i++;
      if (kind === bracket.template) {
        i = templateEnd(text, i, stack);
        if (i < 0) return null;
        operand = text.charCodeAt(i - 1) === BACKTICK;
      } else {
        if (kind !== bracket.block && kind !== bracket.object) return null;
        operand = kind === bracket.object;
        afterBlock = kind === bracket.block;
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

/** Whether a word after this one may still say what kind of statement begins. */
function leads(head: string): boolean {
  return head === '' || head === 'export' || head === 'default' || head === 'async';
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
