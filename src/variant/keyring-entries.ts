import { writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { readIfExists, exists } from '../disk/sync-read.ts';
import { located } from '../disk/error-path.ts';
import { syncFile } from '../disk/fsync.ts';
import { CcMirrorError, describeFailure } from '../errors.ts';
import { keyringAccount } from '../provider/keyring-names.ts';
import { type Layout, type VariantLayout, variantLayout } from './layout.ts';
import { type VariantRecord, brokenVariants, listVariants } from './record.ts';

/** What a keyring's entries are named by: one for each provider, so that no key goes to another one. */
type Owner = Pick<VariantRecord, 'name' | 'provider'>;

/** The keyring's entry for a variant of that provider. */
export function entryOf(
  { name, provider }: Owner,
  { folder }: Pick<VariantLayout, 'folder'>,
): string {
  return keyringAccount(`${name}:${provider}`, dirname(folder));
}

/** Where the keyring has a variant's key now: under the home of before, where that was moved since. */
export function entryInUse(record: VariantRecord, layout: Pick<VariantLayout, 'folder'>): string {
  const entry = entryOf(record, layout);
  const { keyringEntries: known, name, provider } = record;
  if (known.includes(entry)) return entry;
  return known.find((one) => one.startsWith(`${name}:${provider}@`)) ?? entry;
}

/** The entries that some states of a variant have in the keyring, with those that were made before. */
export function entriesOf(
  records: readonly VariantRecord[],
  layout: Pick<VariantLayout, 'folder'>,
): string[] {
  const entries = records.flatMap((record) => [
    ...record.keyringEntries,
    ...(record.key?.store === 'keyring' ? [entryOf(record, layout)] : []),
  ]);
  return [...new Set(entries)];
}

/** Those of a variant alone: where its home was copied, the entries of the other home stay. */
export async function withoutOthers(
  entries: readonly string[],
  { folder }: Pick<VariantLayout, 'folder'>,
): Promise<string[]> {
  const own: string[] = [];
  for (const entry of entries) {
    const home = entry.slice(entry.indexOf('@') + 1);
    const moved = home !== dirname(folder) && !exists(join(home, basename(folder)));
    if (moved || home === dirname(folder)) own.push(entry);
  }
  return own;
}

/** What an update has to change in the keyring. */
export interface KeyringChange {
  /** An entry's new key. */
  keep: { entry: string; key: string } | null;
  /** Entries that no state of the variant needs any more. */
  forget: readonly string[];
}

/**
 * Changes the keyring, then runs `act`; if that fails, the keyring gets back what it had. `act` is
 * told which entries could not be removed. Errors: `storage`, `unsupported-platform`.
 */
export async function withKeyring<T>(
  { keep, forget }: KeyringChange,
  signal: AbortSignal,
  act: (left: string[]) => Promise<T>,
): Promise<T> {
  if (keep === null && forget.length === 0) return act([]);
  const { keepInKeyring, readFromKeyring, removeFromKeyring } =
    await import('../provider/keyring.ts');
  const before = new Map<string, string | null>();
  const left: string[] = [];
  try {
    if (keep !== null) {
      before.set(keep.entry, await readFromKeyring(keep.entry, signal));
      await keepInKeyring(keep.entry, keep.key, signal);
    }
    for (const entry of forget) {
      try {
        const key = await readFromKeyring(entry, signal);
        await removeFromKeyring(entry, signal);
        before.set(entry, key);
      } catch (error) {
        if (!(error instanceof CcMirrorError)) throw error;
        left.push(entry);
      }
    }
    return await act(left);
  } catch (error) {
    for (const [entry, key] of before) {
      await (key === null ? removeFromKeyring(entry) : keepInKeyring(entry, key)).catch(
        (failure: unknown) => {
          throw notPutBack(entry, error, failure);
        },
      );
    }
    throw error;
  }
}

function notPutBack(entry: string, cause: unknown, failure: unknown): CcMirrorError {
  const told = [cause, failure].map((one) => describeFailure(one).message.replace(/\.$/, ''));
  return new CcMirrorError(
    'storage',
    `${told[0]}. The keyring's entry ${entry} could not be put back: ${told[1]}.`,
    'Give the key again: cc-mirror update NAME --key-store keyring --api-key-stdin',
    { cause },
  );
}

const notedName = 'keyring.json';

/**
 * Notes in the staging folder, before the keyring is changed, which entries a run that is cut off
 * may leave in it without any record that knows them.
 */
export async function noteEntries(staging: string, entries: readonly string[]): Promise<void> {
  if (entries.length === 0) return;
  const path = join(staging, notedName);
  await located(path, () => writeFile(path, JSON.stringify(entries), { mode: 0o600 }));
  await syncFile(path);
}

/** What `noteEntries` has noted. A note that was cut off was of nothing that had been done. */
export async function notedEntries(staging: string): Promise<string[]> {
  const text = readIfExists(join(staging, notedName));
  try {
    const noted: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(noted) ? noted.filter((one) => typeof one === 'string') : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

/** Removes those of the entries that no variant of the home knows. What stays, as `forgetEntries`. */
export async function forgetUnknown(
  entries: readonly string[],
  layout: Layout,
): Promise<string | null> {
  if (entries.length === 0) return null;
  const known = (await listVariants(layout)).flatMap((record) =>
    entriesOf([record], variantLayout(layout, record.name)),
  );
  // What a record says that cannot be read is not known.
  const broken = (await brokenVariants(layout)).map(({ folder }) => `${basename(folder)}:`);
  return forgetEntries(
    entries.filter(
      (entry) => !known.includes(entry) && !broken.some((name) => entry.startsWith(name)),
    ),
  );
}

/**
 * Removes all entries of a variant that is gone, and goes on where one cannot be removed. What
 * stays there, for people; null: nothing.
 */
export async function forgetEntries(entries: readonly string[]): Promise<string | null> {
  const problems = new Map<string, string[]>();
  for (const entry of entries) {
    try {
      const { removeFromKeyring } = await import('../provider/keyring.ts');
      await removeFromKeyring(entry);
    } catch (error) {
      if (!(error instanceof CcMirrorError)) throw error;
      const { message } = describeFailure(error);
      problems.set(message, [...(problems.get(message) ?? []), entry]);
    }
  }
  if (problems.size === 0) return null;
  return [...problems]
    .map(([problem, left]) => `${problem} In it stays, of cc-mirror: ${left.join(', ')}.`)
    .join(' ');
}
