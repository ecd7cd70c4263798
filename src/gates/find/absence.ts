import type { AnyNode } from 'acorn';
import { isListOnlySearched } from '../names/constants.ts';
import { composedIn } from './composed-names.ts';
import type { Located } from '../syntax/located.ts';
import type { ModuleGraph } from '../names/resolve.ts';
import { type Source, type Statement, pathTo } from '../syntax/source.ts';

/**
 * Words that a build with the tools has even if it computes their names (`atob`, a JSON file,
 * character codes): an input of TaskUpdate in all builds, and the word for members of a team. No
 * build without the tools has them.
 */
export const companions = { tasks: ['addBlockedBy'], teams: ['teammate'] };

/**
 * Code of a build that may define a tool with one of the names in an unknown form; null if the build
 * certainly has none. Not finding a tool is no proof: the names must not occur in the code, whole or
 * in parts, except in comments, comparisons and lists that are only searched.
 */
export function traceOf(
  graph: ModuleGraph,
  names: readonly string[],
  words: readonly string[],
): string | null {
  for (const source of graph.sources) {
    const found =
      mentionIn(source, names) ?? composedIn(source, names) ?? companionIn(source, words);
    if (found !== null) return found;
  }
  return null;
}

function mentionIn(source: Source, names: readonly string[]): string | null {
  for (const { index, found } of placesOf(source.text, names)) {
    if (isPartOfWord(source.text, index, index + found.length)) continue;
    // Only comments stand before the first statement.
    if (index < (source.skeleton.starts[0] ?? 0)) continue;
    const statement = source.statementAt(index);
    if (!statement) return `the code around ${found} in ${source.module.name} does not parse`;
    if (!names.includes(found) || mayName(statement, index, found)) {
      return `${found} occurs in the code, but no tool of a known form has that name`;
    }
  }
  return null;
}

function companionIn(source: Source, words: readonly string[]): string | null {
  for (const word of words) {
    for (const at of source.words(word)) {
      const statement = source.statementAt(at);
      const node = statement && pathTo(statement, at).at(-1);
      if (!node || wordTypes.has(node.type)) {
        return `${word} occurs in the code, and only builds with such tools have that word`;
      }
    }
  }
  return null;
}

/** Escapes of letters, except `\d`, `\s`, `\w` and `\b`, which patterns are full of. */
const escape =
  /\\(?:(?:x|u00|u\{0*)[4-7][0-9a-fA-F]|1[0-7][0-7]|\r?\n|[ac-eg-mo-qyzAE-RT-VX-Z](?<!d))/g;
const LONGEST = 6;

/** The positions of the names in a text, in any spelling; `found`: the name as written. */
function* placesOf(
  text: string,
  names: readonly string[],
): Generator<{ index: number; found: string }> {
  for (const { 0: found, index } of text.matchAll(new RegExp(names.join('|'), 'g'))) {
    yield { index, found };
  }
  const reach = Math.max(...names.map(({ length }) => length)) * LONGEST;
  const any = new RegExp(names.map(spelled).join('|'));
  for (const { index } of text.matchAll(escape)) {
    const from = Math.max(0, index - reach);
    const match = any.exec(text.slice(from, index + reach));
    if (match) yield { index: from + match.index, found: match[0] };
  }
}

/** A pattern for every way to write a name in a literal: with escapes and line continuations. */
function spelled(name: string): string {
  const letters = name.split('').map((letter) => {
    const code = letter.charCodeAt(0);
    const hex = code.toString(16).replaceAll(/[a-f]/g, (c) => `[${c}${c.toUpperCase()}]`);
    const escapes = `x${hex}|u00${hex}|u\\{0*${hex}\\}|0?${code.toString(8)}|${letter}`;
    return `(?:${letter}|\\\\(?:${escapes}))`;
  });
  return letters.join('(?:\\\\\\r?\\n)?');
}

/** Whether a range is part of a longer word outside quotes (`_waitForTaskUpdate`): another name. */
function isPartOfWord(text: string, start: number, end: number): boolean {
  const before = /[\w$]*$/.exec(text.slice(Math.max(0, start - 100), start))?.[0] ?? '';
  const after = /^[\w$]*/.exec(text.slice(end, end + 100))?.[0] ?? '';
  if (before === '' && after === '') return false;
  const around = text.charAt(start - before.length - 1) + text.charAt(end + after.length);
  return !/["'`]/.test(around);
}

const wordTypes = new Set(['Literal', 'TemplateElement', 'Identifier', 'PrivateIdentifier']);
const comparisons = new Set(['===', '!==', '==', '!=']);

/** Whether the text at a position may become the name of a tool. */
function mayName(statement: Statement, at: number, name: string): boolean {
  const path = pathTo(statement, at);
  const [node, parent] = [path.at(-1), path.at(-2)];
  if (!node || !wordTypes.has(node.type)) return false;
  if (node.type !== 'Literal' || node.value !== name) return true;
  if (parent?.type === 'SwitchCase') return parent.test !== node;
  if (parent?.type === 'BinaryExpression') return !comparisons.has(parent.operator);
  return parent?.type !== 'ArrayExpression' || !isSearchedList({ statement, node: parent }, path);
}

/** Whether a list, or the set made of it, is only searched. */
function isSearchedList({ statement, node }: Located, path: readonly AnyNode[]): boolean {
  const outer = path[path.indexOf(node) - 1];
  const list = outer?.type === 'NewExpression' ? outer : node;
  return isListOnlySearched({ statement, node: list });
}
