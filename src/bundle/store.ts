import { createHash, randomUUID } from 'node:crypto';
import { chmod, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { CcMirrorError, systemCode } from '../errors.ts';
import { buildBundle } from './build.ts';
import { copyInto, hashFile, makeFolder, makeReadOnly } from './files.ts';
import { openBundle } from './open.ts';
import type { Bundle, BundleEdit } from './types.ts';

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
  integrity: z.string().nullable(),
});
type StoreRecord = z.infer<typeof recordSchema>;

/** A bundle kept in the store: `folder` holds its files, read-only. */
export interface StoredBundle extends Omit<StoreRecord, 'schemaVersion'> {
  folder: string;
}

/**
 * The store of bundles: `<store>/<version>-<platform>/pristine` as published and, beside it, one
 * folder for each set of edits, named by their hash. Each folder has its record beside it. Entries
 * are made in a temporary folder and renamed; losing that race to another process is a success.
 */
export class Store {
  readonly #root: string;
  /** What this process has added: folders and, for builds, their records. */
  readonly #added: string[] = [];

  constructor(root: string) {
    this.#root = root;
  }

  /** The pristine bundle of a version and platform, if the store has it. */
  async findPristine(version: string, platform: string): Promise<StoredBundle | null> {
    return this.#find(join(this.#root, `${version}-${platform}`), 'pristine');
  }

  /** Keeps a published package, unpacked in `folder` on the store's file system: it is moved. */
  async addPublished(folder: string, integrity: string): Promise<StoredBundle> {
    const bundle = await openBundle(folder);
    const sha256 = await hashFile(bundle.file);
    const key = `${bundle.version}-${bundle.platform}`;
    return this.#addPristine(bundle, key, { sha256, integrity }, (target) =>
      rename(folder, target),
    );
  }

  /** Keeps a copy of a bundle that lies anywhere, under its version, platform and hash. */
  async addCopy(bundle: Bundle): Promise<StoredBundle> {
    const sha256 = await hashFile(bundle.file);
    const published = await this.findPristine(bundle.version, bundle.platform);
    if (published?.sha256 === sha256) return published;
    const key = `${bundle.version}-${bundle.platform}-${sha256.slice(0, 12)}`;
    const known = await this.#find(join(this.#root, key), 'pristine');
    if (known) return known;
    const copy = (target: string): Promise<void> => copyInto(bundle.root, target);
    return this.#addPristine(bundle, key, { sha256, integrity: null }, copy);
  }

  /** The build of a stored bundle with those edits, made if it is not there; without edits, the bundle itself. */
  async build(
    stored: StoredBundle,
    bundle: Bundle,
    edits: readonly BundleEdit[],
  ): Promise<StoredBundle> {
    if (edits.length === 0) return stored;
    const entry = join(stored.folder, '..');
    const name = createHash('sha256').update(JSON.stringify(edits)).digest('hex').slice(0, 16);
    const known = await this.#find(entry, name);
    if (known) return known;
    return this.withScratch(async (scratch) => {
      const folder = join(scratch, name);
      const sha256 = await buildBundle(bundle, edits, folder);
      await makeReadOnly(folder);
      const { folder: _, ...rest } = stored;
      await writeRecord(join(scratch, `${name}.json`), { schemaVersion: 1, ...rest, sha256 });
      await rename(join(scratch, `${name}.json`), join(entry, `${name}.json`));
      if (await moveInto(folder, join(entry, name))) {
        this.#added.push(join(entry, name), join(entry, `${name}.json`));
      }
      return { ...stored, folder: join(entry, name), sha256 };
    });
  }

  /** Removes what this process has added, after a failure: the store is as it was. */
  async discardAdded(): Promise<void> {
    for (const path of this.#added.splice(0)) await rm(path, { recursive: true, force: true });
  }

  /** Runs `act` with a temporary folder on the store's file system and removes it at the end. */
  async withScratch<T>(act: (scratch: string) => Promise<T>): Promise<T> {
    const scratch = join(this.#root, `.tmp-${randomUUID()}`);
    await makeFolder(scratch);
    try {
      return await act(scratch);
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }

  async #addPristine(
    bundle: Bundle,
    key: string,
    origin: { sha256: string; integrity: string | null },
    place: (folder: string) => Promise<void>,
  ): Promise<StoredBundle> {
    return this.withScratch(async (scratch) => {
      const entry = join(scratch, key);
      const folder = join(entry, 'pristine');
      await mkdir(entry);
      await place(folder);
      const program = basename(bundle.file);
      if (bundle.kind === 'native') await chmod(join(folder, program), 0o755);
      await makeReadOnly(folder);
      const { kind, version, platform } = bundle;
      const record = { kind, version, platform, program, ...origin };
      await writeRecord(join(entry, 'pristine.json'), { schemaVersion: 1, ...record });
      if (await moveInto(entry, join(this.#root, key))) this.#added.push(join(this.#root, key));
      return { ...record, folder: join(this.#root, key, 'pristine') };
    });
  }

  async #find(entry: string, name: string): Promise<StoredBundle | null> {
    const path = join(entry, `${name}.json`);
    try {
      const text = await readFile(path, 'utf8');
      await stat(join(entry, name));
      const { schemaVersion: _, ...record } = recordSchema.parse(JSON.parse(text));
      return { ...record, folder: join(entry, name) };
    } catch (error) {
      if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return null;
      if (!(error instanceof SyntaxError) && !(error instanceof z.ZodError)) throw error;
      throw new CcMirrorError(
        'invalid-record',
        `${path} is not a record of the store.`,
        `Remove ${entry} and run the command again; what is in it can be fetched again.`,
        { cause: error },
      );
    }
  }
}

async function writeRecord(path: string, record: StoreRecord): Promise<void> {
  await writeFile(path, `${JSON.stringify(record, null, 2)}\n`, { flag: 'wx' });
}

/** Renames; false if another process was faster: what it made is as good as ours. */
async function moveInto(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(systemCode(error) ?? '')) throw error;
    await stat(to);
    return false;
  }
}
