import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readIfThere } from '../disk/atomic.ts';
import { CcMirrorError } from '../errors.ts';
import { helperCommand } from '../launcher/helper-command.ts';
import { keyFileMode, keyFileText, requirePrivate } from '../provider/key-file.ts';
import type { KeyStore } from '../provider/key-stores.ts';
import { keyProgram, keyringAccount, keyringFileNames } from '../provider/keyring-names.ts';
import type { ResolvedProvider } from '../provider/resolve.ts';
import type { Changes } from '../transaction/changes.ts';
import type { VariantLayout } from './layout.ts';
import type { Plan } from './plan.ts';
import type { KeyRecord, VariantRecord } from './record.ts';

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
      if (same) return { record, value: null };
      const value = current && kept && (await readKey(current, places));
      if (value) return { record, value };
      throw needs(store, 'give it with --api-key-env VAR or --api-key-stdin');
    }
  }
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
  { name, provider, key }: VariantRecord,
  layout: VariantLayout,
): Promise<string | null> {
  switch (key?.store) {
    case 'file':
      return (await readIfThere(layout.secrets))?.trim() || null;
    case 'keyring': {
      const { readFromKeyring } = await import('../provider/keyring.ts');
      return readFromKeyring(accountOf({ name, provider: { id: provider }, layout }));
    }
    default:
      return null;
  }
}

/** The keyring's entry for a variant: one for each provider, so that no key goes to another one. */
function accountOf({
  name,
  provider,
  layout,
}: {
  name: string;
  provider: Pick<ResolvedProvider, 'id'>;
  layout: Pick<VariantLayout, 'folder'>;
}): string {
  return keyringAccount(`${name}:${provider.id}`, dirname(layout.folder));
}

/** The command by which Claude Code gets the key, as its setting has it; null where it asks none. */
export function keyCommand(
  { record }: KeyPlan,
  node: string,
  { keyring }: VariantLayout,
  platform: NodeJS.Platform,
): string | null {
  if (record?.store === 'helper') return record.command;
  if (record?.store !== 'keyring') return null;
  return helperCommand(node, `${keyring}/${keyProgram}`, platform);
}

/**
 * Has a key written that is kept in a file, and the program that reads one from the keyring; what
 * has no use any more goes.
 */
export async function placeKey(
  plan: Plan,
  { secrets, keyring, folder }: Omit<VariantLayout, 'launcher'>,
  changes: Changes,
): Promise<void> {
  const { record, value } = plan.key;
  if (record?.store !== 'file') changes.remove(secrets, folder);
  else if (value !== null) changes.write(secrets, keyFileText(value), keyFileMode);
  if (record?.store !== 'keyring') {
    for (const name of keyringFileNames) changes.remove(join(keyring, name), folder);
    return;
  }
  const { keyringProgram } = await import('../provider/keyring-program.ts');
  for (const { name, content, mode } of await keyringProgram(plan.name, accountOf(plan))) {
    changes.write(join(keyring, name), content, mode);
  }
}

/**
 * Makes sure that a key can be kept where it is to be, before anything is put in place: that files
 * in `folder` can be kept private, or that there is a keyring, which has it from now on.
 * Errors: `storage`, `unsupported-platform`.
 */
export async function prepareKey(plan: Plan, folder: string, signal: AbortSignal): Promise<void> {
  const { record, value } = plan.key;
  if (value === null) return;
  if (record?.store === 'keyring') {
    const { keepInKeyring } = await import('../provider/keyring.ts');
    return keepInKeyring(accountOf(plan), value, signal);
  }
  const sample = join(folder, 'private');
  await writeFile(sample, '', { mode: keyFileMode });
  await requirePrivate(sample);
}

/** Removes what the keyring has of a variant that is gone; what could not be removed, for people. */
export async function forgetKeys(
  records: readonly VariantRecord[],
  layout: VariantLayout,
): Promise<string | null> {
  for (const { name, key, provider } of records) {
    if (key?.store !== 'keyring') continue;
    const account = accountOf({ name, provider: { id: provider }, layout });
    try {
      const { removeFromKeyring } = await import('../provider/keyring.ts');
      await removeFromKeyring(account);
    } catch (error) {
      if (!(error instanceof CcMirrorError)) throw error;
      return `${error.message} Its entry ${account} stays there.`;
    }
  }
  return null;
}

function needs(store: KeyStore, what: string): CcMirrorError {
  return new CcMirrorError(
    'missing-key',
    `The key store ${store} needs to know more of the key.`,
    `${what[0]?.toUpperCase()}${what.slice(1)}`,
  );
}
