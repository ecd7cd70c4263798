import type { util } from 'zod';
import { CcMirrorError } from '../errors.ts';

type Json = util.JSONType;
/** Values of ours in a configuration file, by key path with dots. A list means: holds these items. */
export type OwnedValues = Readonly<Record<string, Json>>;

/**
 * Puts the values we own into a configuration file's text and leaves everything else, and the order
 * of keys, as it is. A value that is no longer the one we last wrote (`before`) is the user's and
 * stays; of lists, only our own missing items are added, once.
 *
 * Error: `invalid-record` with line and column where the text is not a JSON object.
 */
export function mergeOwned(
  text: string | null,
  wanted: OwnedValues,
  before: OwnedValues | null,
  path: string,
): string {
  const root = text === null || text.trim() === '' ? {} : parseObject(text, path);
  for (const [keyPath, value] of Object.entries(wanted)) {
    const keys = keyPath.split('.');
    const last = keys.pop() ?? '';
    const parent = descend(root, keys);
    if (!parent) continue;
    const current = parent[last];
    const written = before?.[keyPath];
    if (Array.isArray(value)) {
      const known = Array.isArray(written) ? written : [];
      const fresh = value.filter((item) => !known.includes(item));
      const list = Array.isArray(current) ? current : current === undefined ? [] : null;
      if (list) parent[last] = [...list, ...fresh.filter((item) => !list.includes(item))];
    } else if (written === undefined ? current === undefined : current === written) {
      parent[last] = value;
    }
  }
  return `${JSON.stringify(root, null, 2)}\n`;
}

function descend(root: Record<string, Json>, keys: readonly string[]): Record<string, Json> | null {
  let node = root;
  for (const key of keys) {
    const next = (node[key] ??= {});
    if (typeof next !== 'object' || next === null || Array.isArray(next)) return null;
    node = next;
  }
  return node;
}

function parseObject(text: string, path: string): Record<string, Json> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw invalid(`${path}${placeOf(error, text)} is not valid JSON: ${error.message}`, error);
  }
  if (isObject(value)) return value;
  throw invalid(`${path} holds no JSON object`);
}

function isObject(value: unknown): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `:line:column` from the position that V8 names in its message. */
function placeOf(error: SyntaxError, text: string): string {
  const position = /at position (\d+)/.exec(error.message)?.[1];
  if (position === undefined) return '';
  const lines = text.slice(0, Number(position)).split('\n');
  return `:${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`;
}

function invalid(message: string, cause?: unknown): CcMirrorError {
  return new CcMirrorError(
    'invalid-record',
    `${message}.`,
    'Mend the file by hand; cc-mirror does not overwrite it.',
    { cause },
  );
}
