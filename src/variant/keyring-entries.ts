import { writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { readIfExists, exists } from '../disk/sync-read.ts';
import { located } from '../disk/error-path.ts';
import { syncFile } from '../disk/fsync.ts';
import { CcMirrorError, describeFailure } from '../errors.ts';
import { keyringAccount } from '../provider/keyring-names.ts';
import { type Layout, type VariantLayout, variantLayout } from './layout.ts';
import { brokenVariants, listVariants } from './read-variant.ts';
import type { VariantRecord } from './record.ts';

/** The keyring's entry for a variant: one per provider, so that no other provider gets the key. */
export function entryOf(
  { name, provider }: Pick<VariantRecord, 'name' | 'provider'>,
  { folder }: Pick<VariantLayout, 'folder'>,
): string {
  return keyringAccount(`${name}:${provider}`, dirname(folder));
}

/** The entry that has a variant's key now: under the former path of the home if that was moved. */
export function entryInUse(record: VariantRecord, layout: Pick<VariantLayout, 'folder'>): string {
  const entry = entryOf(record, layout);
  const { keyringEntries: known, name, provider } = record;
  if (known.includes(entry)) return entry;
  return known.find((one) => one.startsWith(`${name}:${provider}@`)) ?? entry;
}

/** The keyring entries of several states of a variant, including those they recorded. */
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

/** The entries of this variant alone: if its home was copied, the other home keeps its own. */
export function withoutOthers(
  entries: readonly string[],
  { folder }: Pick<VariantLayout, 'folder'>,
): string[] {
  return entries.filter((entry) => {
    const home = entry.slice(entry.indexOf('@') + 1);
    return home === dirname(folder) || !exists(join(home, basename(folder)));
  });
}

/** An update's changes to the keyring. */
export interface KeyringChange {
  keep: { entry: string; key: string } | null;
  /** Entries that no state of the variant needs any more. */
  forget: readonly string[];
}

/**
 * Changes the keyring, then runs `act` with the entries that could not be removed; if `act` fails,
 * restores the keyring. Errors: `storage`, `unsupported-platform`.
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
          throw notRestored(entry, error, failure);
        },
      );
    }
    throw error;
  }
}

function notRestored(entry: string, cause: unknown, failure: unknown): CcMirrorError {
  const told = [cause, failure].map((one) => describeFailure(one).message.replace(/\.$/, ''));
  return new CcMirrorError(
    'storage',
    `${told[0]}. The keyring's entry ${entry} could not be restored: ${told[1]}.`,
    'Give the key again: cc-mirror update NAME --key-store keyring --api-key-stdin',
    { cause },
  );
}

const notedName = 'keyring.json';

/**
 * Records in the staging folder, before the keyring is changed, which entries an interrupted run
 * may leave there without a record that names them.
 */
export async function noteEntries(staging: string, entries: readonly string[]): Promise<void> {
  if (entries.length === 0) return;
  const path = join(staging, notedName);
  await located(path, () => writeFile(path, JSON.stringify(entries), { mode: 0o600 }));
  await syncFile(path);
}

/** What `noteEntries` recorded. If the note itself was cut off, nothing had been done yet. */
export function notedEntries(staging: string): string[] {
  const text = readIfExists(join(staging, notedName));
  try {
    const noted: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(noted) ? noted.filter((one) => typeof one === 'string') : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

/** Removes the entries that no variant of the home uses. Returns what `forgetEntries` does. */
export async function forgetUnknown(
  entries: readonly string[],
  layout: Layout,
): Promise<string | null> {
  const known = listVariants(layout).flatMap((record) =>
    entriesOf([record], variantLayout(layout, record.name)),
  );
  // An unusable record may name any entry of its variant.
  const broken = brokenVariants(layout).map(({ folder }) => `${basename(folder)}:`);
  return forgetEntries(
    entries.filter(
      (entry) => !known.includes(entry) && !broken.some((name) => entry.startsWith(name)),
    ),
  );
}

/** Removes entries, as far as possible. Returns a note on those that remain; null if none do. */
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
  const notes = [...problems].map(
    ([problem, left]) => `${problem} Entries of cc-mirror that remain: ${left.join(', ')}.`,
  );
  return notes.length === 0 ? null : notes.join(' ');
}
