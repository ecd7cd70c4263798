import { readIfExists } from '../disk/sync-read.ts';
import { CcMirrorError } from '../errors.ts';
import type { HeaderReading } from '../launcher/headers.ts';
import {
  type Header,
  checkedHeader,
  parseHeaders,
  partsOf,
  sameHeader,
  variablesIn,
} from '../provider/header.ts';
import { keyFileMode } from '../provider/key-file.ts';
import { type KeyStore, mayBeKey } from '../provider/key-stores.ts';
import type { ResolvedProvider } from '../provider/resolve.ts';
import type { Changes } from '../transaction/changes.ts';
import type { VariantLayout } from '../variant/layout.ts';

/** By name: where a header's value is; null: in the file of headers; a text: it refers to the shell. */
export type HeaderRecords = Readonly<Record<string, string | null>>;

/** What becomes of a variant's headers. */
export interface HeadersPlan {
  records: HeaderRecords;
  /** Those in the file, which may be secret, so none of them is anywhere else. */
  kept: readonly Header[];
}

export interface HeadersGiven {
  /** Headers to send; their values may refer to variables of the shell. */
  headers?: readonly Header[] | undefined;
  /** Names of headers to send no more. */
  unsetHeaders?: readonly string[] | undefined;
}

/**
 * Plans the headers: those there are, but for what is taken back, with those that are given. A
 * reference to the shell stays one with the key store `env`; else the value of now is kept.
 * Errors: `missing-key` for a variable that is not set; `usage`.
 */
export async function planHeaders(
  { headers = [], unsetHeaders = [] }: HeadersGiven,
  current: HeaderRecords,
  {
    store,
    environment,
    places,
  }: {
    store: KeyStore | undefined;
    environment: Readonly<Record<string, string | undefined>>;
    places: Pick<VariantLayout, 'headers'>;
  },
): Promise<HeadersPlan> {
  const records = new Map(Object.entries(current));
  const kept = new Map((await readHeaders(places)).map((header) => [header.name, header]));
  const drop = (name: string): void => {
    for (const known of [...records.keys()].filter((one) => sameHeader(one, name))) {
      records.delete(known);
    }
  };
  for (const name of unsetHeaders) {
    if (![...records.keys()].some((known) => sameHeader(known, name))) throw notThere(name);
    drop(name);
  }
  for (const header of headers) {
    drop(header.name);
    const refers = variablesIn(header.value).length > 0;
    const reference = refers && store === 'env';
    if (reference) refuseKeyIn(header);
    else kept.set(header.name, refers ? resolved(header, environment) : header);
    records.set(header.name, reference ? header.value : null);
  }
  return {
    records: Object.fromEntries(records),
    kept: [...kept.values()].filter(({ name }) => records.get(name) === null),
  };
}

/** The headers that a variant's file holds. */
export async function readHeaders({ headers }: Pick<VariantLayout, 'headers'>): Promise<Header[]> {
  const lines = (readIfExists(headers) ?? '').split(/\r?\n/);
  return lines.flatMap((line) => {
    const at = line.indexOf(':');
    return at < 1 ? [] : [{ name: line.slice(0, at), value: line.slice(at + 1).trim() }];
  });
}

/** Has the file of headers written; one that has no use any more goes. */
export function placeHeaders(
  { kept }: HeadersPlan,
  { headers: path, folder }: Pick<VariantLayout, 'headers' | 'folder'>,
  changes: Changes,
): void {
  const lines = kept.map(({ name, value }) => `${name}: ${value}\n`);
  if (lines.length === 0) changes.remove(path, folder);
  else changes.write(path, lines.join(''), keyFileMode);
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

function resolved(
  { name, value }: Header,
  environment: Readonly<Record<string, string | undefined>>,
): Header {
  const texts = partsOf(value).map(({ kind, text }) => {
    if (kind === 'text') return text;
    const found = environment[text]?.trim();
    if (found) return found;
    throw new CcMirrorError(
      'missing-key',
      `--header ${name}: the variable ${text} is empty or not set.`,
      'Export the variable in this shell, then run the command again.',
    );
  });
  return checkedHeader({ name, value: texts.join('') });
}

/** With the key store `env` the text beside the variable is in the open. */
function refuseKeyIn({ name, value }: Header): void {
  const texts = partsOf(value).filter(({ kind }) => kind === 'text');
  if (!texts.some(({ text }) => text.split(/\s+/).some(mayBeKey))) return;
  throw new CcMirrorError(
    'usage',
    `--header ${name}: a key beside a variable would be stored in the open.`,
    'Put all of it in the variable.',
  );
}

function notThere(name: string): CcMirrorError {
  const shown = mayBeKey(name) ? 'one' : JSON.stringify(name);
  return new CcMirrorError(
    'usage',
    `--unset-header: the variant does not send the header ${shown}.`,
    'See those that it sends: cc-mirror info NAME',
  );
}
