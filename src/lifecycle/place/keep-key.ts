import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keyFileMode, requirePrivate } from '../../provider/key-file.ts';
import {
  entriesOf,
  noteEntries,
  withKeyring,
  withoutOthers,
} from '../../variant/keyring-entries.ts';
import type { WholePlan } from '../../plan/contents.ts';
import type { VariantRecord } from '../../variant/record.ts';

/**
 * Makes sure that a key can be kept where it is to be, before anything is put in place: that files
 * in `folder`, the staging folder, can be kept private, or that there is a keyring, which has it while and after `act`
 * runs; if that fails, it gets back what it had. `used`: the states that the variant has from now
 * on; what the keyring has of others goes. `act` is given the entries that are left.
 * Errors: `storage`, `unsupported-platform`.
 */
export async function withKeyKept<T>(
  { layout, current, keyring, secretFile }: WholePlan,
  { used, folder, signal }: { used: readonly VariantRecord[]; folder: string; signal: AbortSignal },
  act: (entries: string[]) => Promise<T>,
): Promise<T> {
  const needed = entriesOf(
    used.map((record) => ({ ...record, keyringEntries: [] })),
    layout,
  );
  if (keyring) needed.push(keyring.entry);
  const known = withoutOthers(current ? entriesOf([current, ...used], layout) : [], layout);
  const forget = known.filter((entry) => !needed.includes(entry));
  const keep = keyring?.key != null ? { entry: keyring.entry, key: keyring.key } : null;
  if (secretFile) {
    const sample = join(folder, 'private');
    await writeFile(sample, '', { mode: keyFileMode });
    requirePrivate(sample);
  }
  if (keep !== null) await noteEntries(folder, [keep.entry]);
  return withKeyring({ keep, forget }, signal, (left) => act([...new Set([...needed, ...left])]));
}
