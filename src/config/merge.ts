import { isDeepStrictEqual } from 'node:util';
import { CcMirrorError } from '../errors.ts';
import * as z from '../zod.ts';
import { editJson } from './json-edit.ts';
import { jsonErrorPlace, withoutMark } from './json-place.ts';

type Json = z.core.util.JSONType;
export const ownedSchema = z.record(z.string(), z.json());
/** Values of ours in a configuration file, by key path with dots. A list means: holds these items. */
export type OwnedValues = Readonly<z.infer<typeof ownedSchema>>;

/**
 * Puts the values we own into a configuration file's text and leaves every other byte as it is. A
 * value that is no longer the one we last wrote (`before`) is the user's and stays; to lists our own
 * items are added once. What we want no more is taken out again. `like` is an earlier text of the
 * file, by whose order of keys ours are put.
 *
 * Error: `invalid-record` with line and column where the text is not a JSON object.
 */
export function mergeOwned(
  text: string | null,
  wanted: OwnedValues,
  before: OwnedValues | null,
  path: string,
  like: string | null = null,
): string {
  const begun = text === null || isBlank(text) ? '{}\n' : withoutMark(text);
  const root = parseObject(begun, path);
  // Of a file that is gone nothing can be the user's choice: it is made anew.
  const written = text === null ? null : before;
  let edited = begun;
  for (const keyPath of new Set([...Object.keys(written ?? {}), ...Object.keys(wanted)])) {
    const keys = keyPath.split('.');
    const current = valueAt(root, keys);
    const next = nextValue(current, wanted[keyPath], written?.[keyPath]);
    if (next === current) continue;
    const gone = Array.isArray(next) && next.length === 0;
    edited = editJson(edited, keys, gone ? undefined : next, like && withoutMark(like));
  }
  if (edited === begun && text !== null) return text;
  return text?.startsWith('\uFEFF') ? `\uFEFF${edited}` : edited;
}

/** What a value becomes, undefined for none; the same object means: leave it. */
function nextValue(
  current: Json | undefined,
  wanted: Json | undefined,
  written: Json | undefined,
): Json | undefined {
  if (!Array.isArray(wanted ?? written)) {
    const ours = written === undefined ? current === undefined : current === written;
    return ours ? wanted : current;
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
 * What we wrote before, and what we want and is there already: the latter is not ours, so it is left
 * when what we wanted is taken back. Error: as `mergeOwned`.
 */
export function knownBefore(
  text: string | null,
  wanted: OwnedValues,
  before: OwnedValues | null,
  path: string,
): OwnedValues | null {
  if (text === null) return before;
  const root = parseObject(text, path);
  const there = Object.entries(wanted).flatMap(([keyPath, value]): [string, Json][] => {
    const [current, written] = [valueAt(root, keyPath.split('.')), before?.[keyPath]];
    if (!Array.isArray(value)) {
      return written === undefined && value === current ? [[keyPath, value]] : [];
    }
    const known = Array.isArray(written) ? written : [];
    const list = Array.isArray(current) ? current : [];
    const found = value.filter((item) => holds(list, item) && !holds(known, item));
    return found.length > 0 ? [[keyPath, [...known, ...found]]] : [];
  });
  return there.length > 0 ? { ...before, ...Object.fromEntries(there) } : before;
}

/** Lists that do not hold all items that they should, by key path. */
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

/** A hook is the command that it runs: whoever changes its matcher or timeout changes ours. */
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
 * The JSON object in a file's text. Claude Code takes a byte order mark before it and nothing else
 * beside strict JSON: with a comment, or a comma too many, it uses none of the file (seen in 2.0.77,
 * 2.1.112, 2.1.240, 2.1.332). Error: `invalid-record`, which never repeats the text.
 */
export function parseObject(text: string, path: string): Record<string, Json> {
  let value: unknown = {};
  try {
    if (!isBlank(text)) value = JSON.parse(withoutMark(text));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // The parser's own message quotes the text, and a key may be in it.
    throw invalid(`${path}:${jsonErrorPlace(text)} is not valid JSON`);
  }
  if (isObject(value)) return value;
  throw invalid(`${path} holds no JSON object`);
}

/** Nothing is an empty object, as Claude Code takes it in settings.json. */
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
    'Mend the file by hand: Claude Code does not use it as it is (it takes no comments there), and cc-mirror does not overwrite it.',
  );
}
