import type { AnyNode } from 'acorn';
import { isListOnlyAsked } from '../names/constants.ts';
import { composedIn } from './composed-names.ts';
import type { Located } from '../syntax/located.ts';
import type { ModuleGraph } from '../names/resolve.ts';
import { type Source, type Statement, pathTo } from '../syntax/source.ts';

/**
 * What a build with such tools has whatever way their names are made (`atob`, a JSON file, character
 * codes): an input that TaskUpdate has had in all builds, and what every build with teams calls their
 * members. No build without has either.
 */
export const companions = { tasks: ['addBlockedBy'], teams: ['teammate'] };

/**
 * What in a build may be a tool of one of the names, in a form that is not followed; null where it
 * certainly has none. That none was found is no proof: the names must stand nowhere in its code,
 * neither whole nor in parts, but in comments, comparisons and lists that are only asked.
 */
export function traceOf(
  graph: ModuleGraph,
  names: readonly string[],
  beside: readonly string[],
): string | null {
  for (const source of graph.sources) {
    const found =
      mentionIn(source, names) ?? composedIn(source, names) ?? companionIn(source, beside);
    if (found !== null) return found;
  }
  return null;
}

function mentionIn(source: Source, names: readonly string[]): string | null {
  for (const { index, found } of placesOf(source.text, names)) {
    if (isPartOfWord(source.text, index, index + found.length)) continue;
    // In front of the first statement stand comments.
    if (index < (source.skeleton.starts[0] ?? 0)) continue;
    const statement = source.statementAt(index);
    if (!statement) return `the code around ${found} in ${source.module.name} does not parse`;
    if (!names.includes(found) || mayName(statement, index, found)) {
      return `${found} stands in the code, and no tool of a known form has that name`;
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
        return `${word} stands in the code, which only builds with such tools have`;
      }
    }
  }
  return null;
}

/** What a letter may be written with; `\d`, `\s`, `\w` and `\b`, which patterns are full of, left out. */
const escape =
  /\\(?:(?:x|u00|u\{0*)[4-7][0-9a-fA-F]|1[0-7][0-7]|\r?\n|[ac-eg-mo-qyzAE-RT-VX-Z](?<!d))/g;
const LONGEST = 6;

/** Where a text has one of the names, however it is spelled; `found`: as it is written. */
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

/** A name as a pattern for each way to write it in a text: escapes, lines continued. */
function spelled(name: string): string {
  const letters = name.split('').map((letter) => {
    const code = letter.charCodeAt(0);
    const hex = code.toString(16).replaceAll(/[a-f]/g, (c) => `[${c}${c.toUpperCase()}]`);
    const escapes = `x${hex}|u00${hex}|u\\{0*${hex}\\}|0?${code.toString(8)}|${letter}`;
    return `(?:${letter}|\\\\(?:${escapes}))`;
  });
  return letters.join('(?:\\\\\\r?\\n)?');
}

/** Whether it is inside a longer word that no quotes are at (`_waitForTaskUpdate`): another name. */
function isPartOfWord(text: string, start: number, end: number): boolean {
  const before = /[\w$]*$/.exec(text.slice(Math.max(0, start - 100), start))?.[0] ?? '';
  const after = /^[\w$]*/.exec(text.slice(end, end + 100))?.[0] ?? '';
  if (before === '' && after === '') return false;
  const around = text.charAt(start - before.length - 1) + text.charAt(end + after.length);
  return !/["'`]/.test(around);
}

const wordTypes = new Set(['Literal', 'TemplateElement', 'Identifier', 'PrivateIdentifier']);
const comparisons = new Set(['===', '!==', '==', '!=']);

/** Whether the text that stands there may become a tool's name. */
function mayName(statement: Statement, at: number, name: string): boolean {
  const path = pathTo(statement, at);
  const [node, parent] = [path.at(-1), path.at(-2)];
  if (!node || !wordTypes.has(node.type)) return false;
  if (node.type !== 'Literal' || node.value !== name) return true;
  if (parent?.type === 'SwitchCase') return parent.test !== node;
  if (parent?.type === 'BinaryExpression') return !comparisons.has(parent.operator);
  return parent?.type !== 'ArrayExpression' || !isAskedList({ statement, node: parent }, path);
}

/** Whether a list, or the set made of it, is only asked whether it has something. */
function isAskedList({ statement, node }: Located, path: readonly AnyNode[]): boolean {
  const outer = path[path.indexOf(node) - 1];
  const list = outer?.type === 'NewExpression' ? outer : node;
  return isListOnlyAsked({ statement, node: list });
}
