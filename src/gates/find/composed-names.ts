import { bracket, groupEnd } from '../syntax/lexer.ts';
import { textOf } from '../syntax/located.ts';
import { type Source, children, pathTo } from '../syntax/source.ts';

/**
 * Code of a module that may compose one of the names (`"Task"+what`, `` `${kind}Create` ``,
 * `["Task","Create"].join("")`) or defines a tool with a computed name; null if there is none.
 */
export function composedIn(source: Source, names: readonly string[]): string | null {
  const { text } = source;
  const parts = partsOf(names);
  const ends = new Set<string>();
  for (const { 0: part, index } of text.matchAll(parts.pattern)) {
    if (!/["'`}]/.test(text.charAt(index - 1))) continue;
    const use = useOf(text, index, part, parts, names);
    if (use === 'may name') return `"${part}" may be part of a tool's name`;
    if (use === 'ends') ends.add(part);
  }
  // One ending proves nothing; several may share a computed beginning.
  if (ends.size > 1) return `"${[...ends].join('" and "')}" may be endings of tool names`;
  const computed = computedName(source, names);
  return computed === null ? null : `a tool's name is computed: ${computed}`;
}

interface Parts {
  /** Beginnings of names; shorter ones occur in all kinds of text. */
  firsts: ReadonlySet<string>;
  /** What follows the first word of a name (`Create`). */
  seconds: ReadonlySet<string>;
  /** The longer half of a name cut inside a word: it occurs in no other text. */
  odd: ReadonlySet<string>;
  /** Any of them at the end of a literal or before `${`. */
  pattern: RegExp;
}

const MIN_FIRST = 3;

function partsOf(names: readonly string[]): Parts {
  const [firsts, seconds, odd] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for (const name of names) {
    const [word = ''] = name.split(/(?<=[a-z])(?=[A-Z])|(?<=CODE_)/);
    for (let cut = 1; cut < name.length; cut++) {
      const [first, second] = [name.slice(0, cut), name.slice(cut)];
      if (first.length >= MIN_FIRST) firsts.add(first);
      if (first === word) seconds.add(second);
      else odd.add(first.length > second.length ? first : second);
    }
  }
  const longest = [...new Set([...firsts, ...seconds, ...odd])].sort((a, b) => b.length - a.length);
  return {
    firsts,
    seconds,
    odd,
    pattern: new RegExp(`(?:${longest.join('|')})(?=["'\`]|\\$\\{)`, 'g'),
  };
}

/** How code uses a part of a name at the end of a literal. */
function useOf(
  text: string,
  at: number,
  part: string,
  { firsts, seconds, odd }: Parts,
  names: readonly string[],
): 'may name' | 'ends' | 'nothing' {
  const before = text.slice(Math.max(0, at - 24), at);
  const after = text.slice(at + part.length, at + part.length + 60);
  const next = /^["'`]\s*,\s*(?:[\w$"'`[\]]+\s*:\s*)?["'`](\w+)["'`]/.exec(after)?.[1] ?? '';
  if (firsts.has(part)) {
    if (/^(?:["'`]\s*(?:\+|\.concat\b)|\$\{)/.test(after)) return 'may name';
    if (names.includes(part + next)) return 'may name';
  }
  const whole = /["'`]$/.test(before) && /^["'`]/.test(after);
  if (whole && odd.has(part)) return 'may name';
  if (!seconds.has(part)) return 'nothing';
  if (whole && next !== part && seconds.has(next)) return 'may name';
  const joined = /(?:\+|\bconcat\()\s*["'`]$/.test(before) || before.endsWith('}');
  return joined && /^["'`]/.test(after) ? 'ends' : 'nothing';
}

const nameKey = /name["'`]?\]?\s*(?:[:=](?![=>])\s*|(?=\())/g;
const keyBefore = /(?<![\w$.])(get\s*)?\[?["'`]?$/;
const simple =
  /(?:[\w$]+(?:\s*\??\.\s*[\w$]+|\[(?:\d+|"[^"\\\n]*")\])*|"[^"\\\n]*"|'[^'\\\n]*'|`[^`\\$]*`)\s*[,;}]/y;
/** The beginning of a composed text. */
const head = /["'`]([^"'`\\$]+)(?:["'`]\s*\+|\$\{)/y;

/** The code of a computed `name` in an object or class with an `isEnabled`. */
function computedName(source: Source, names: readonly string[]): string | null {
  const { text } = source;
  const enabled = [...source.find('isEnabled')];
  for (const { 0: key, index } of text.matchAll(nameKey)) {
    const at = index + key.length;
    const before = keyBefore.exec(text.slice(Math.max(0, index - 8), index));
    const getter = before?.[1] !== undefined;
    if (!before || (!getter && !/[:=]\s*$/.test(key))) continue;
    simple.lastIndex = head.lastIndex = at;
    if (!getter && simple.test(text)) continue;
    const start = head.exec(text)?.[1];
    if (start !== undefined && !names.some((name) => name.startsWith(start))) continue;
    if (isNear(text, at, enabled) && isOfTool(source, at)) return text.slice(index, at + 40);
  }
  return null;
}

const NEAR = 20_000;

/** A check before parsing: `isEnabled` occurs shortly before, or shortly after in the same braces. */
function isNear(text: string, at: number, places: readonly number[]): boolean {
  const next = places.findIndex((place) => place > at);
  const [before, behind] = [places.at(next < 0 ? -1 : next - 1) ?? Infinity, places[next]];
  if (before < at && at - before < NEAR) return true;
  if (behind === undefined || behind - at > NEAR) return false;
  return behind < groupEnd(text, at, bracket.object);
}

/** Whether the innermost object or class around a position has an `isEnabled` of its own. */
function isOfTool(source: Source, at: number): boolean {
  const statement = source.statementAt(at);
  if (!statement) return true;
  const around = pathTo(statement, at - 1).findLast(({ type }) => bodies.has(type));
  return children(around ?? statement.program).some(
    (node) => 'key' in node && /^["'`]?isEnabled\b/.test(textOf({ statement, node: node.key })),
  );
}

const bodies = new Set(['ObjectExpression', 'ClassBody']);
