import { CcMirrorError } from '../errors.ts';
import {
  type Header,
  checkedHeader,
  partsOf,
  sameHeader,
  variablesIn,
} from '../provider/header.ts';
import { type KeyStore, mayBeKey } from '../provider/key-stores.ts';
import type { VariantLayout } from '../variant/layout.ts';
import { type HeaderRecords, readHeaders } from '../variant/stored-headers.ts';
import type { HeadersPlan } from '../plan/headers-plan.ts';

export interface HeadersGiven {
  /** Headers to send; their values may refer to variables of the shell. */
  headers?: readonly Header[] | undefined;
  /** Names of headers to send no more. */
  unsetHeaders?: readonly string[] | undefined;
}

/**
 * Plans the headers: the current ones without those that are unset, and those that are given. With
 * the key store `env`, a reference to the shell is kept as written; else its current value is.
 * Errors: `missing-key` for a variable that is not set; `usage`.
 */
export function planHeaders(
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
): HeadersPlan {
  const records = new Map(Object.entries(current));
  const kept = new Map(readHeaders(places).map((header) => [header.name, header]));
  const drop = (name: string): boolean => {
    const known = [...records.keys()].filter((one) => sameHeader(one, name));
    for (const one of known) records.delete(one);
    return known.length > 0;
  };
  for (const name of unsetHeaders) {
    if (!drop(name)) throw notSent(name);
  }
  for (const header of headers) {
    drop(header.name);
    const refers = variablesIn(header.value).length > 0;
    const reference = refers && store === 'env';
    if (reference) refuseKeyIn(header);
    else kept.set(header.name, refers ? resolvedHeader(header, environment) : header);
    records.set(header.name, reference ? header.value : null);
  }
  return {
    records: Object.fromEntries(records),
    kept: [...kept.values()].filter(({ name }) => records.get(name) === null),
  };
}

/** A header with the values of the shell's variables in it. Errors: `missing-key`, `usage`. */
export function resolvedHeader(
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

/** With the key store `env`, the text around a variable is stored in the open. */
function refuseKeyIn({ name, value }: Header): void {
  const texts = partsOf(value).filter(({ kind }) => kind === 'text');
  if (!texts.some(({ text }) => text.split(/\s+/).some(mayBeKey))) return;
  throw new CcMirrorError(
    'usage',
    `--header ${name}: a key next to a variable would be stored in the open.`,
    'Put the whole value into the variable.',
  );
}

function notSent(name: string): CcMirrorError {
  const shown = mayBeKey(name) ? 'one' : JSON.stringify(name);
  return new CcMirrorError(
    'usage',
    `--unset-header: the variant does not send the header ${shown}.`,
    'See which headers it sends: cc-mirror info NAME',
  );
}
