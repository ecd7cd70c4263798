import { readIfExists } from '../disk/sync-read.ts';
import type { Header } from '../provider/header.ts';
import type { VariantLayout } from './layout.ts';

/** By name: where a header's value is; null: in the file of headers; a text: it refers to the shell. */
export type HeaderRecords = Readonly<Record<string, string | null>>;

/** The headers that a variant's file holds. */
export async function readHeaders({ headers }: Pick<VariantLayout, 'headers'>): Promise<Header[]> {
  const lines = (readIfExists(headers) ?? '').split(/\r?\n/);
  return lines.flatMap((line) => {
    const at = line.indexOf(':');
    return at < 1 ? [] : [{ name: line.slice(0, at), value: line.slice(at + 1).trim() }];
  });
}
