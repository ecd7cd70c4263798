import { headersVariable } from '../launcher/header-lines.ts';
import type { HeaderReading } from '../launcher/spec.ts';
import { type Header, parseHeaders, partsOf } from '../provider/header.ts';
import type { VariantLayout } from '../variant/layout.ts';
import type { HeaderRecords } from '../variant/stored-headers.ts';

/** The headers that a variant will have. */
export interface HeadersPlan {
  records: HeaderRecords;
  /** Those in the file; they may be secret and are stored nowhere else. */
  kept: readonly Header[];
}

/** Where the launcher reads the headers; null if there are none. */
export function headerReading(
  records: HeaderRecords,
  { headers: file }: Pick<VariantLayout, 'headers'>,
): HeaderReading | null {
  const all = Object.entries(records);
  const fromShell = all.flatMap(([name, value]) =>
    value === null ? [] : [{ name, parts: partsOf(value) }],
  );
  const inFile = all.length - fromShell.length;
  return all.length === 0 ? null : { file, inFile, fromShell };
}

/** Moves the headers of `--env ANTHROPIC_CUSTOM_HEADERS=…` out of the variables, which are not secret. */
export function withoutHeaderVariable<T extends { env: Record<string, string> }>(
  choices: T,
): { choices: T; headers: Header[] } {
  const { [headersVariable]: text, ...env } = choices.env;
  if (text === undefined) return { choices, headers: [] };
  return { choices: { ...choices, env }, headers: parseHeaders(text) };
}
