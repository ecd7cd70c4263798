import { dirname } from 'node:path';
import { readIfExists, stat } from '../../disk/sync-read.ts';
import { CcMirrorError } from '../../errors.ts';
import { ifExists } from '../../disk/if-exists.ts';
import * as z from '../../zod.ts';

const recordSchema = z.object({
  schemaVersion: z.literal(1),
  kind: z.enum(['js', 'native']),
  version: z.string(),
  platform: z.string(),
  /** The program's name within the folder. */
  program: z.string(),
  /** SHA-256 of the program, hex. */
  sha256: z.string(),
  /** The registry's integrity of the tarball; null for a bundle taken from a path. */
  integrity: z.nullable(z.string()),
  /** The other files: path below the folder, with its SHA-256. */
  files: z.record(z.string(), z.string()),
});
type StoreRecord = z.infer<typeof recordSchema>;

/** A bundle kept in the store: `folder` holds its files, read-only. */
export interface StoredBundle extends Omit<StoreRecord, 'schemaVersion'> {
  folder: string;
}

/**
 * The bundle whose record lies beside its folder; null where either is missing.
 * Error: `invalid-record`.
 */
export async function readStored(folder: string): Promise<StoredBundle | null> {
  const path = `${folder}.json`;
  const text = readIfExists(path);
  if (text === null || ifExists(() => stat(folder)) === null) return null;
  try {
    const { schemaVersion: _, ...record } = recordSchema.parse(JSON.parse(text));
    return { ...record, folder };
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof z.ZodError)) throw error;
    throw new CcMirrorError(
      'invalid-record',
      `${path} is not a record of the store.`,
      `Remove ${dirname(folder)} and run the command again; what is in it can be fetched again.`,
      { cause: error },
    );
  }
}

type StoreRecordFields = Omit<StoredBundle, 'folder'>;

/** The text of a bundle's record. */
export function recordText(stored: StoreRecordFields): string {
  const { kind, version, platform, program, sha256, integrity, files } = stored;
  const record: StoreRecord = {
    schemaVersion: 1,
    kind,
    version,
    platform,
    program,
    sha256,
    integrity,
    files,
  };
  return `${JSON.stringify(record, null, 2)}\n`;
}
