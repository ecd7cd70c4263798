import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfExists } from '../disk/sync-read.ts';
import { CcMirrorError } from '../errors.ts';
import { helperCommand } from '../launcher/helper-command.ts';
import { keyScript, keyScriptName } from './place/run-scripts.ts';
import { keyFileMode, keyFileText, requirePrivate } from '../provider/key-file.ts';
import type { KeyStore } from '../provider/key-stores.ts';
import { keyProgram, keyringFileNames } from '../provider/keyring-names.ts';
import type { ResolvedProvider } from '../provider/resolve.ts';
import type { Changes } from '../transaction/changes.ts';
import {
  entriesOf,
  entryInUse,
  entryOf,
  noteEntries,
  withKeyring,
  withoutOthers,
} from '../variant/keyring-entries.ts';
import type { VariantLayout } from '../variant/layout.ts';
import type { Plan } from '../plan/plan.ts';
import type { KeyRecord, VariantRecord } from '../variant/record.ts';

/** What the user said of the key. */
export interface KeyGiven {
  key?: string | undefined;
  /** The variable that the key was taken from. */
  keyFrom?: string | undefined;
  /** What was taken off the text that the key was given in, for people. */
  keyWithout?: string | undefined;
  /** A command that prints the key. */
  keyHelper?: string | undefined;
  keyStore?: KeyStore | undefined;
}

/** What becomes of a variant's key. */
export interface KeyPlan {
  /** Where it will be; null: no key is kept. */
  record: KeyRecord | null;
  /** A key to be kept anew; null where nothing changes, or nothing is kept by us. */
  value: string | null;
  /** The key of before, where it lies in a file and is used no more. */
  replaced?: string;
}

/**
 * Plans where the key will be. A key that is kept goes to the provider it was given for, and to no
 * other: a variant that is made anew at another address gets a key of its own.
 * Errors: `usage` for a store without what it needs; those of reading a key that moves.
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
  const store = keyStore ?? kept?.store ?? 'file';
  switch (store) {
    case 'helper':
      if (kept?.store === 'helper' && key === undefined) return { record: kept, value: null };
      throw needs(store, 'name the command that prints it: --api-key-helper CMD');
    case 'env': {
      const from = keyFrom ?? (kept?.store === 'env' ? kept.from : undefined);
      if (from !== undefined && given.keyWithout) {
        throw new CcMirrorError(
          'usage',
          `The variable ${from} has more than the key, and the launcher takes it as it is: ${given.keyWithout}.`,
          `Set it to the key alone, or have the key kept: --key-store file --api-key-env ${from}`,
        );
      }
      if (from !== undefined) return { record: { store, variable, from }, value: null };
      throw needs(store, 'name the variable that holds it: --api-key-env VAR');
    }
    case 'file':
    case 'keyring': {
      const record = { store, variable } as const;
      if (key !== undefined) return { record, value: key };
      if (kept === null && keyStore === undefined) return { record: null, value: null };
      // Sent in another way than before, it has to be approved anew, so it is read.
      const same = kept?.store === store && kept.variable === variable;
      if (same && !(current && hasMoved(current, places))) return { record, value: null };
      const value = current && kept && (await readKey(current, places));
      if (value) return { record, value };
      throw needs(store, 'give it with --api-key-env VAR or --api-key-stdin');
    }
  }
}

/** Whether the keyring has the key under the path that the home had before. */
function hasMoved(record: VariantRecord, places: VariantLayout): boolean {
  return record.key?.store === 'keyring' && entryInUse(record, places) !== entryOf(record, places);
}

/** The key's place as it is, if the key may be kept. */
function keyOf(
  anew: boolean,
  current: VariantRecord | null,
  { id, baseUrl }: ResolvedProvider,
): KeyRecord | null {
  const same = current?.provider === id && (!anew || current.baseUrl === baseUrl);
  return same ? current.key : null;
}

/** The key itself, where cc-mirror keeps it; null elsewhere. Errors: those of the keyring. */
export async function readKey(
  record: VariantRecord,
  layout: VariantLayout,
): Promise<string | null> {
  switch (record.key?.store) {
    case 'file':
      return readIfExists(layout.secrets)?.trim() || null;
    case 'keyring': {
      const { readFromKeyring } = await import('../provider/keyring.ts');
      return readFromKeyring(entryInUse(record, layout));
    }
    default:
      return null;
  }
}

/** The command by which Claude Code gets the key, as its setting has it; null where it asks none. */
export function keyCommand(
  { record }: KeyPlan,
  { keyring }: VariantLayout,
  platform: NodeJS.Platform,
): string | null {
  if (record?.store === 'helper') return record.command;
  if (record?.store !== 'keyring') return null;
  return helperCommand(`${keyring}/${keyScriptName(platform)}`, platform);
}

/**
 * Has a key written that is kept in a file, and the program that reads one from the keyring; what
 * has no use any more goes.
 */
export async function placeKey(
  plan: Plan,
  { secrets, keyring, folder }: Omit<VariantLayout, 'launcher'>,
  native: string | null,
  changes: Changes,
): Promise<void> {
  const { record, value } = plan.key;
  if (record?.store !== 'file') changes.remove(secrets, folder);
  else if (value !== null) changes.write(secrets, keyFileText(value), keyFileMode);
  if (record?.store !== 'keyring') {
    for (const name of [...keyringFileNames, keyScriptName(plan.platform)]) {
      changes.remove(join(keyring, name), folder);
    }
    return;
  }
  const script = keyScript(plan.name, plan.platform, {
    folder: plan.layout.keyring,
    program: keyProgram,
    node: plan.node,
    native,
  });
  changes.write(join(keyring, keyScriptName(plan.platform)), script);
  const { keyringProgram } = await import('../provider/keyring-program.ts');
  for (const { name, content, mode } of await keyringProgram(plan.name, entryFor(plan))) {
    changes.write(join(keyring, name), content, mode);
  }
}

/**
 * Makes sure that a key can be kept where it is to be, before anything is put in place: that files
 * in `folder`, the staging folder, can be kept private, or that there is a keyring, which has it while and after `act`
 * runs; if that fails, it gets back what it had. `used`: the states that the variant has from now
 * on; what the keyring has of others goes. `act` is given the entries that are left.
 * Errors: `storage`, `unsupported-platform`.
 */
export async function withKeyKept<T>(
  plan: Plan,
  { used, folder, signal }: { used: readonly VariantRecord[]; folder: string; signal: AbortSignal },
  act: (entries: string[]) => Promise<T>,
): Promise<T> {
  const { layout, current, key, headers } = plan;
  const inKeyring = key.record?.store === 'keyring';
  const needed = entriesOf(
    used.map((record) => ({ ...record, keyringEntries: [] })),
    layout,
  );
  if (inKeyring) needed.push(entryFor(plan));
  const known = await withoutOthers(current ? entriesOf([current, ...used], layout) : [], layout);
  const forget = known.filter((entry) => !needed.includes(entry));
  const keep = inKeyring && key.value !== null ? { entry: entryFor(plan), key: key.value } : null;
  const inFile = (key.value !== null && !inKeyring) || headers.kept.length > 0;
  if (inFile) {
    const sample = join(folder, 'private');
    await writeFile(sample, '', { mode: keyFileMode });
    requirePrivate(sample);
  }
  if (keep !== null) await noteEntries(folder, [keep.entry]);
  return withKeyring({ keep, forget }, signal, (left) => act([...new Set([...needed, ...left])]));
}

function entryFor({ name, provider, layout }: Plan): string {
  return entryOf({ name, provider: provider.id }, layout);
}

function needs(store: KeyStore, what: string): CcMirrorError {
  return new CcMirrorError(
    'missing-key',
    `The key store ${store} needs to know more of the key.`,
    `${what[0]?.toUpperCase()}${what.slice(1)}`,
  );
}
