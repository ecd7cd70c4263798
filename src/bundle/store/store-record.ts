import { basename, dirname, join } from 'node:path';
import { exists, readIfExists } from '../../disk/sync-read.ts';
import { CcMirrorError } from '../../errors.ts';
import * as z from '../../zod.ts';

const recordSchema = z.object({
  schemaVersion: z.literal(1),
  kind: z.enum(['js', 'native']),
  version: z.string(),
  platform: z.string(),
  /** The program's name in the folder. */
  program: z.string(),
  /** SHA-256 of the program, hex. */
  sha256: z.string(),
  /** The registry's integrity of the tarball; null for a bundle copied from a path. */
  integrity: z.nullable(z.string()),
  /** The SHA-256 of the other files, by path below the folder. */
  files: z.record(z.string(), z.string()),
});
type StoreRecord = z.infer<typeof recordSchema>;

/** A bundle in the store: `folder` holds its files, read-only. */
export interface StoredBundle extends Omit<StoreRecord, 'schemaVersion'> {
  folder: string;
}

/** The name of the folder that holds a bundle as published. */
export const pristineName = 'pristine';

export function isPristine({ folder }: Pick<StoredBundle, 'folder'>): boolean {
  return basename(folder) === pristineName;
}

/** The paths of all files of a bundle. */
export function filesOf({ folder, program, files }: Omit<StoredBundle, 'sha256'>): string[] {
  return [program, ...Object.keys(files)].map((path) => join(folder, path));
}

/**
 * The bundle in a folder, from the record beside it; null if either is missing.
 * Error: `invalid-record`.
 */
export function readStored(folder: string): StoredBundle | null {
  const path = `${folder}.json`;
  const text = readIfExists(path);
  if (text === null || !exists(folder)) return null;
  try {
    const { schemaVersion: _, ...record } = recordSchema.parse(JSON.parse(text));
    return { ...record, folder };
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof z.ZodError)) throw error;
    throw new CcMirrorError(
      'invalid-record',
      `${path} is not a record of the store.`,
      `Remove ${dirname(folder)} and run the command again; its content can be fetched again.`,
      { cause: error },
    );
  }
}

/** The text of a bundle's record. */
export function recordText(stored: Omit<StoredBundle, 'folder'>): string {
  const record = recordSchema.parse({ ...stored, schemaVersion: 1 });
  return `${JSON.stringify(record, null, 2)}\n`;
}
