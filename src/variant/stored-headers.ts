import { readIfExists } from '../disk/sync-read.ts';
import type { Header } from '../provider/header.ts';
import type { VariantLayout } from './layout.ts';
import type { Choices } from './record.ts';

export type HeaderRecords = Readonly<Choices['headers']>;

/** The headers in a variant's file. */
export function readHeaders({ headers }: Pick<VariantLayout, 'headers'>): Header[] {
  const lines = (readIfExists(headers) ?? '').split(/\r?\n/);
  return lines.flatMap((line) => {
    const at = line.indexOf(':');
    return at < 1 ? [] : [{ name: line.slice(0, at), value: line.slice(at + 1).trim() }];
  });
}
