import { type AnyNode, type Options, Parser, type Program } from 'acorn';
import { isWordStart } from './characters.ts';
import { parsedSkeleton } from './parsed-skeleton.ts';
import { type Skeleton, emptySkeleton, scanSkeleton } from './skeleton.ts';
import type { SourceModule } from '../types.ts';

/** A parsed top-level range of a module. Node positions count from `start`. */
export interface Statement {
  source: Source;
  start: number;
  program: Program;
}

/** Node finds texts of up to seven characters four times as fast as those of ten. */
const FAST_NEEDLE = 7;

/**
 * A module's text, with its top-level statements parsed on demand. Positions are UTF-16 units of
 * `text`; `byteOffset` converts them to bytes of the module.
 */
export class Source {
  readonly module: SourceModule;
  #text: string | undefined;
  #skeleton: Skeleton | undefined;
  readonly #statements = new Map<number, Statement | null>();

  constructor(module: SourceModule) {
    this.module = module;
  }

  get text(): string {
    return (this.#text ??= this.module.bytes.toString(this.module.encoding));
  }

  get skeleton(): Skeleton {
    return (this.#skeleton ??= this.#scan());
  }

  byteOffset(position: number): number {
    if (this.module.encoding === 'latin1') return position;
    if (this.module.encoding === 'utf16le') return position * 2;
    return Buffer.byteLength(this.text.slice(0, position), 'utf8');
  }

  /** Whether the module's bytes contain `needle` (ASCII), without decoding them. */
  holds(needle: string): boolean {
    const { bytes, encoding } = this.module;
    const ascii = encoding === 'utf16le' ? 'utf16le' : 'latin1';
    const first = bytes.indexOf(needle.slice(0, FAST_NEEDLE), 0, ascii);
    return first >= 0 && bytes.includes(needle, first, ascii);
  }

  /** The positions of `needle` in the text, strings and comments included. */
  *find(needle: string): Generator<number> {
    yield* textsIn(this.text, needle);
  }

  /** The positions of `name` as a whole word. */
  *words(name: string): Generator<number> {
    yield* wordsIn(this.text, name);
  }

  /** The index of the top-level range that holds `position`, or -1. */
  rangeAt(position: number): number {
    const { starts, end } = this.skeleton;
    if (position >= end) return -1;
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] ?? Infinity) <= position) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** The text of a range, by index; empty if there is none. */
  rangeText(range: number): string {
    const { starts, end } = this.skeleton;
    return this.text.slice(starts[range] ?? end, starts[range + 1] ?? end);
  }

  /** A parsed range, by index; null if it does not parse. */
  statement(range: number): Statement | null {
    const known = this.#statements.get(range);
    if (known !== undefined) return known;
    const start = this.skeleton.starts[range];
    if (start === undefined) return null;
    const program = parseAs(this.rangeText(range), this.module.format);
    const statement = program && { source: this, start, program };
    this.#statements.set(range, statement);
    return statement;
  }

  statementAt(position: number): Statement | null {
    return this.statement(this.rangeAt(position));
  }

  #scan(): Skeleton {
    const { format } = this.module;
    const scanned = scanSkeleton(this.text, format === 'commonjs');
    if (scanned) return scanned;
    const program = parseAs(this.text, format);
    return program ? parsedSkeleton(program, format) : emptySkeleton();
  }
}

/** The positions of `name` in a text as a whole word. */
export function* wordsIn(text: string, name: string): Generator<number> {
  for (const at of textsIn(text, name)) if (isWordAt(text, name, at)) yield at;
}

function* textsIn(text: string, needle: string): Generator<number> {
  for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + 1)) yield at;
}

/** Whether the whole word at `at` is `name`. */
export function isWordAt(text: string, name: string, at: number): boolean {
  return (
    text.charCodeAt(at) === name.charCodeAt(0) &&
    text.startsWith(name, at) &&
    !isWordStart(text.charCodeAt(at + name.length)) &&
    !(at > 0 && isWordStart(text.charCodeAt(at - 1)))
  );
}

/** The nodes from the program down to the innermost one that holds `position`. */
export function pathTo(statement: Statement, position: number): AnyNode[] {
  const at = position - statement.start;
  const path: AnyNode[] = [];
  let node: AnyNode | undefined = statement.program;
  while (node) {
    path.push(node);
    node = children(node).find((child) => child.start <= at && at < child.end);
  }
  return path;
}

/** A node and all nodes below it, without recursion: a long chain of operators is deep. */
export function* descendants(node: AnyNode): Generator<AnyNode> {
  const open = [node];
  for (let next = open.pop(); next; next = open.pop()) {
    yield next;
    open.push(...children(next).reverse());
  }
}

/** The direct child nodes of a node, in source order. */
export function children(node: AnyNode): AnyNode[] {
  const found: AnyNode[] = [];
  for (const value of Object.values(node) as unknown[]) {
    for (const item of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (isNode(item)) found.push(item);
    }
  }
  return found.sort((a, b) => a.start - b.start);
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}

/**
 * A parser for single ranges: what one exports may be declared in another. It gives up on nesting
 * that takes more than about half of the stack: close to the end of the stack, compiling a regular
 * expression makes V8 abort the whole process.
 */
class RangeParser extends Parser {
  /** The summed weights of the rules being parsed; 500 at most in published builds. */
  nesting = 0;

  checkLocalExport(): void {}
}

const MAX_NESTING = 1600;

/** acorn's recursive rules, by the share of the stack that one call takes. */
const recursive = {
  parseStatement: 3,
  parseMaybeUnary: 4,
  parseMaybeAssign: 1,
  parseExprOp: 1,
  parseBindingAtom: 2,
  parseNew: 2,
};

for (const [name, weight] of Object.entries(recursive)) {
  const rule: unknown = Reflect.get(RangeParser.prototype, name);
  if (typeof rule !== 'function') continue;
  Reflect.set(RangeParser.prototype, name, function nested(this: RangeParser, ...args: unknown[]) {
    this.nesting += weight;
    if (this.nesting > MAX_NESTING) throw new RangeError('the code is nested too deeply');
    const node: unknown = Reflect.apply(rule, this, args);
    this.nesting -= weight;
    return node;
  });
}

/** Parses `text` in the module's format; null if it is not valid. */
export function parseAs(text: string, format: SourceModule['format']): Program | null {
  const options: Options = {
    ecmaVersion: 'latest',
    sourceType: format === 'module' ? 'module' : 'script',
    allowReturnOutsideFunction: format === 'commonjs',
    allowHashBang: true,
    checkPrivateFields: false,
  };
  try {
    return RangeParser.parse(text, options);
  } catch (error) {
    // A RangeError means nesting deeper than any bundler writes.
    if (error instanceof SyntaxError || error instanceof RangeError) return null;
    throw error;
  }
}
