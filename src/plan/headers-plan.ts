import { CcMirrorError } from '../errors.ts';
import type { HeaderReading } from '../launcher/spec.ts';
import { type Header, parseHeaders, partsOf, sameHeader, variablesIn } from '../provider/header.ts';
import type { ResolvedProvider } from '../provider/resolve-provider.ts';
import type { VariantLayout } from '../variant/layout.ts';
import type { HeaderRecords } from '../variant/stored-headers.ts';

/** What becomes of a variant's headers. */
export interface HeadersPlan {
  records: HeaderRecords;
  /** Those in the file, which may be secret, so none of them is anywhere else. */
  kept: readonly Header[];
}

/** Where the launcher takes the headers from; null: there are none. */
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

/** Refuses a provider without a header that it needs. Error: `missing-key`. */
export function requireHeaders(
  { name, headers }: ResolvedProvider,
  { records }: HeadersPlan,
): void {
  const there = Object.keys(records);
  const missing = headers.find(
    (header) => header.required && !there.some((known) => sameHeader(known, header.name)),
  );
  if (missing === undefined) return;
  const [variable = ''] = variablesIn(missing.value);
  throw new CcMirrorError(
    'missing-key',
    `${name} needs the header ${missing.name}.`,
    `Set ${variable} in this shell, then add --header '${missing.name}: ${missing.value}'`,
  );
}

/** What was chosen, with the headers that stood in a variable of the launcher, in the open. */
export function withoutHeaderVariable<T extends { env: Record<string, string> }>(
  choices: T,
): { choices: T; headers: Header[] } {
  const { ANTHROPIC_CUSTOM_HEADERS: text, ...env } = choices.env;
  if (text === undefined) return { choices, headers: [] };
  return { choices: { ...choices, env }, headers: parseHeaders(text) };
}
