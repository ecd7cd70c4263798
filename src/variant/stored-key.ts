import { readIfExists } from '../disk/sync-read.ts';
import { entryInUse } from './keyring-entries.ts';
import type { VariantLayout } from './layout.ts';
import type { VariantRecord } from './record.ts';

/** The key itself; null if cc-mirror does not store it. Errors: those of the keyring. */
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
