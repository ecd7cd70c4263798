import { isDeepStrictEqual } from 'node:util';
import { CcMirrorError } from '../errors.ts';
import * as z from '../zod.ts';
import { editJson } from './json-edit.ts';
import { jsonErrorPlace, withoutMark } from './json-place.ts';

type Json = z.core.util.JSONType;
export const ownedSchema = z.record(z.string(), z.json());
/** Our values in a configuration file, by key path with dots. Of a list, only these items are ours. */
export type OwnedValues = Readonly<z.infer<typeof ownedSchema>>;

/**
 * Writes our values into a configuration file's text and keeps every other byte. A value that differs
 * from the one we last wrote (`before`) is the user's and stays; lists get each of our items once.
 * What we wrote and no longer want is removed. `like` is an earlier text of the file, whose order of
 * keys ours follow.
 *
 * Error: `invalid-record` with line and column if the text is not a JSON object.
 */
export function mergeOwned(
  text: string | null,
  wanted: OwnedValues,
  before: OwnedValues | null,
  path: string,
  like: string | null = null,
): string {
  const start = text === null || isBlank(text) ? '{}\n' : withoutMark(text);
  const root = parseObject(start, path);
  // A missing file holds no choice of the user's, so everything is written again.
  const written = text === null ? null : before;
  let edited = start;
  for (const keyPath of new Set([...Object.keys(written ?? {}), ...Object.keys(wanted)])) {
    const keys = keyPath.split('.');
    const current = valueAt(root, keys);
    const next = nextValue(current, wanted[keyPath], written?.[keyPath]);
    if (next === current) continue;
    const empty = Array.isArray(next) && next.length === 0;
    edited = editJson(edited, keys, empty ? undefined : next, like && withoutMark(like));
  }
  if (edited === start && text !== null) return text;
  return text?.startsWith('\uFEFF') ? `\uFEFF${edited}` : edited;
}

/** The new value, undefined to remove it; the current one (by identity) to keep it. */
function nextValue(
  current: Json | undefined,
  wanted: Json | undefined,
  written: Json | undefined,
): Json | undefined {
  if (!Array.isArray(wanted ?? written)) {
    return current === written ? wanted : current;
  }
  const items = Array.isArray(wanted) ? wanted : [];
  const known = Array.isArray(written) ? written : [];
  const list = current ?? [];
  if (!Array.isArray(list)) return current;
  const missing = items.filter((item) => !holds(known, item) && !holds(list, item));
  const kept = list.filter((item) => !holds(known, item) || holds(items, item));
  return missing.length > 0 || kept.length < list.length ? [...kept, ...missing] : current;
}

/**
 * What we wrote before, plus what we want and the user already has. Whoever undoes our changes keeps
 * the latter. Error: as `mergeOwned`.
 */
export function knownBefore(
  text: string | null,
  wanted: OwnedValues,
  before: OwnedValues | null,
  path: string,
): OwnedValues | null {
  if (text === null) return before;
  const root = parseObject(text, path);
  const present = Object.entries(wanted).flatMap(([keyPath, value]): [string, Json][] => {
    const [current, written] = [valueAt(root, keyPath.split('.')), before?.[keyPath]];
    if (!Array.isArray(value)) {
      return written === undefined && value === current ? [[keyPath, value]] : [];
    }
    const known = Array.isArray(written) ? written : [];
    const list = Array.isArray(current) ? current : [];
    const found = value.filter((item) => holds(list, item) && !holds(known, item));
    return found.length > 0 ? [[keyPath, [...known, ...found]]] : [];
  });
  return present.length > 0 ? { ...before, ...Object.fromEntries(present) } : before;
}

/** The key paths of lists that lack one of our items. */
export function missingItems(text: string, wanted: OwnedValues): string[] {
  const root = parseObject(text, '');
  return Object.entries(wanted).flatMap(([keyPath, items]) => {
    const list = valueAt(root, keyPath.split('.'));
    if (!Array.isArray(items)) return [];
    return Array.isArray(list) && items.every((item) => holds(list, item)) ? [] : [keyPath];
  });
}

function holds(list: readonly Json[], item: Json): boolean {
  return list.some((other) => isDeepStrictEqual(identity(other), identity(item)));
}

/** A hook is identified by its command, even if the user changes its matcher or timeout. */
function identity(item: Json): Json {
  if (!isObject(item) || !Array.isArray(item['hooks'])) return item;
  return item['hooks'].map((hook) => (isObject(hook) ? (hook['command'] ?? null) : hook));
}

function valueAt(root: Record<string, Json>, keys: readonly string[]): Json | undefined {
  let node: Json | undefined = root;
  for (const key of keys) node = isObject(node) ? node[key] : undefined;
  return node;
}

/**
 * Parses the JSON object of a configuration file. Claude Code accepts a byte order mark, but ignores
 * the whole file if it has a comment or a trailing comma (seen in 2.0.77, 2.1.112, 2.1.240, 2.1.332).
 * Error: `invalid-record`, which never quotes the text.
 */
export function parseObject(text: string, path: string): Record<string, Json> {
  let value: unknown = {};
  try {
    if (!isBlank(text)) value = JSON.parse(withoutMark(text));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // The parser's own message quotes the text, which may contain a key.
    throw invalid(`${path}:${jsonErrorPlace(text)} is not valid JSON`);
  }
  if (isObject(value)) return value;
  throw invalid(`${path} is not a JSON object`);
}

/** An empty file counts as an empty object, as Claude Code reads settings.json. */
function isBlank(text: string): boolean {
  return text.trim() === '';
}

/** Whether a JSON value is an object. */
export function isObject(value: unknown): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(message: string): CcMirrorError {
  return new CcMirrorError(
    'invalid-record',
    `${message}.`,
    'Correct the file by hand: Claude Code ignores it as it is (it allows no comments), and cc-mirror does not overwrite it.',
  );
}
