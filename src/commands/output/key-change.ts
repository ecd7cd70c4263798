import { keyEnding } from '../../provider/key-stores.ts';
import type { Wish } from '../../lifecycle/wish.ts';
import { readKey } from '../../variant/stored-key.ts';
import { type Layout, variantLayout } from '../../variant/layout.ts';
import type { VariantRecord } from '../../variant/record.ts';
import { keyText } from './report.ts';

type Kept = Pick<VariantRecord, 'key'> & { headers: readonly string[] };

/** A variant's key and headers before an update. */
export interface Before extends Kept {
  /** The key itself, if it is in a file. */
  value: string | null;
}

/** Read this before the update, which may replace the key. */
export async function keptBefore(record: VariantRecord, layout: Layout): Promise<Before> {
  const { key, name, choices } = record;
  const inFile = key?.store === 'file';
  const value = inFile ? await readKey(record, variantLayout(layout, name)) : null;
  return { key, value, headers: Object.keys(choices.headers) };
}

/** Changes of the key and headers, as text. Shows at most the ending of a key. */
export function keptChanges(
  wish: Pick<Wish, 'key' | 'headers'>,
  before: Before,
  after: Kept,
): string[] {
  const key = keyChange(wish.key, before, after.key);
  const set = (wish.headers ?? []).map(({ name }) => `header ${name} set`);
  const gone = before.headers.filter(
    (name) => !after.headers.some((other) => other.toLowerCase() === name.toLowerCase()),
  );
  return [...(key === null ? [] : [key]), ...set, ...gone.map((name) => `header ${name} removed`)];
}

function keyChange(
  given: string | undefined,
  { key: before, value }: Before,
  after: VariantRecord['key'],
): string | null {
  if (after === null) return before === null ? null : 'key removed';
  const place = keyText(after);
  if (before === null) return `key set: ${place}${ending(given)}`;
  if (keyText(before) !== place) return `key now ${place}${ending(given)}`;
  if (given === undefined || (after.store !== 'file' && after.store !== 'keyring')) return null;
  return given === value ? 'key unchanged' : `key replaced${ending(given)}`;
}

function ending(key: string | undefined): string {
  const end = key === undefined ? null : keyEnding(key);
  return end === null ? '' : `, ends in …${end}`;
}
