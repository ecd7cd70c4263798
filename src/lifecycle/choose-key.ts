import { CcMirrorError } from '../errors.ts';
import type { KeyStore } from '../provider/key-stores.ts';
import type { ResolvedProvider } from '../provider/resolve-provider.ts';
import { entryInUse, entryOf } from '../variant/keyring-entries.ts';
import type { VariantLayout } from '../variant/layout.ts';
import type { KeyRecord, VariantRecord } from '../variant/record.ts';
import { readKey } from '../variant/stored-key.ts';
import type { KeyPlan } from '../plan/key-plan.ts';

/** What the user said about the key. */
export interface KeyGiven {
  key?: string | undefined;
  /** The variable that the key was taken from. */
  keyFrom?: string | undefined;
  /** For people: what was removed from the text that contained the key. */
  keyWithout?: string | undefined;
  /** A command that prints the key. */
  keyHelper?: string | undefined;
  keyStore?: KeyStore | undefined;
  /** A provider that is given changes the variant, which is not made anew. */
  inPlace?: boolean | undefined;
}

/**
 * Plans where the key will be. A stored key is used only for the provider that it was given for: a
 * variant that is recreated with another address needs a new one.
 * Errors: `missing-key` if the store needs one; those of reading a key that moves.
 */
export async function planKey(
  given: KeyGiven & { provider?: string | undefined },
  current: VariantRecord | null,
  provider: ResolvedProvider,
  places: VariantLayout,
): Promise<KeyPlan> {
  const wanted = await wantedKey(given, current, provider, places);
  const before = current?.key?.store === 'file' ? await readKey(current, places) : null;
  const stays = wanted.record?.store === 'file' && [null, before].includes(wanted.value);
  return stays || before === null ? wanted : { ...wanted, replaced: before };
}

async function wantedKey(
  given: KeyGiven & { provider?: string | undefined },
  current: VariantRecord | null,
  provider: ResolvedProvider,
  places: VariantLayout,
): Promise<KeyPlan> {
  const { key, keyFrom, keyHelper: command, keyStore } = given;
  const { keyVariable: variable } = provider;
  if (command !== undefined) return { record: { store: 'helper', command }, value: null };
  const kept = keyOf(given.provider !== undefined, current, provider);
  const store = keyStore ?? kept?.store ?? storeOfBefore(given, current);
  switch (store) {
    case 'helper':
      if (kept?.store === 'helper' && key === undefined) return { record: kept, value: null };
      throw needs(store, 'name the command that prints it: --api-key-helper CMD');
    case 'env': {
      const from = keyFrom ?? (kept?.store === 'env' ? kept.from : undefined);
      if (from !== undefined) refuseWrapped(from, given.keyWithout ?? null);
      if (from !== undefined) return { record: { store, variable, from }, value: null };
      throw needs(store, 'name the variable that holds it: --api-key-env VAR');
    }
    case 'file':
    case 'keyring': {
      const record = { store, variable } as const;
      if (key !== undefined) return { record, value: key };
      if (kept === null && keyStore === undefined) return { record: null, value: null };
      // A key that will be sent in another way has to be approved again, so it is read.
      const same = kept?.store === store && kept.variable === variable;
      if (same && !(current && hasMoved(current, places))) return { record, value: null };
      const value = current && kept && (await readKey(current, places));
      if (value) return { record, value };
      throw needs(store, 'give it with --api-key-env VAR or --api-key-stdin');
    }
  }
}

/** Refuses a variable with something around its key; `without` says what. Error: `usage`. */
export function refuseWrapped(variable: string, without: string | null): void {
  if (without === null) return;
  throw new CcMirrorError(
    'usage',
    `The variable ${variable} holds more than the key, and the launcher uses it unchanged: ${without}.`,
    `Set it to the key alone, or store the key: --key-store file --api-key-env ${variable}`,
  );
}

/** Where a key for another provider goes: a variant in place keeps the kind of store that it had. */
function storeOfBefore(
  { inPlace, key, keyFrom }: KeyGiven,
  current: VariantRecord | null,
): KeyStore {
  const before = inPlace && key !== undefined ? current?.key?.store : undefined;
  if (before === 'keyring') return before;
  return before === 'env' && keyFrom !== undefined ? before : 'file';
}

/** Whether the keyring has the key under the former path of the home. */
function hasMoved(record: VariantRecord, places: VariantLayout): boolean {
  return record.key?.store === 'keyring' && entryInUse(record, places) !== entryOf(record, places);
}

/** Where the key is now, if it may be kept. */
function keyOf(
  recreated: boolean,
  current: VariantRecord | null,
  { id, baseUrl }: ResolvedProvider,
): KeyRecord | null {
  const same = current?.provider === id && (!recreated || current.baseUrl === baseUrl);
  return same ? current.key : null;
}

function needs(store: KeyStore, what: string): CcMirrorError {
  return new CcMirrorError(
    'missing-key',
    `No key was given for the key store ${store}.`,
    `${what[0]?.toUpperCase()}${what.slice(1)}`,
  );
}
