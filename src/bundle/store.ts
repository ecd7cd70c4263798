import { createHash, randomUUID } from 'node:crypto';
import { chmod, mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { CcMirrorError, systemCode } from '../errors.ts';
import { ifThere } from '../if-there.ts';
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

/** A build of the store. Its hash is worked out while it is put to use, and awaited at the end. */
export interface StoredBuild extends Omit<StoredBundle, 'sha256'> {
  sha256: Promise<string>;
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
  readonly #recording: Promise<string>[] = [];

  constructor(root: string) {
    this.#root = root;
  }

  /** The pristine bundle of a version and platform, if the store has it. */
  async findPristine(version: string, platform: string): Promise<StoredBundle | null> {
    return this.#find(join(this.#root, `${version}-${platform}`), 'pristine');
  }

  /** The pristine bundle that a program was built from, known by its hash, if the store has it. */
  async findOrigin(build: {
    version: string;
    platform: string;
    sha256: string;
  }): Promise<StoredBundle | null> {
    const start = `${build.version}-${build.platform}`;
    for (const key of await namesIn(this.#root)) {
      if (key !== start && !key.startsWith(`${start}-`)) continue;
      const entry = join(this.#root, key);
      const records = (await namesIn(entry)).filter((name) => name.endsWith('.json'));
      for (const name of records) {
        const stored = await this.#find(entry, basename(name, '.json'));
        if (stored?.sha256 === build.sha256) return this.#find(entry, 'pristine');
      }
    }
    return null;
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
  ): Promise<StoredBuild> {
    const entry = join(stored.folder, '..');
    const name = createHash('sha256').update(JSON.stringify(edits)).digest('hex').slice(0, 16);
    const known = edits.length === 0 ? stored : await this.#find(entry, name);
    if (known) return { ...known, sha256: Promise.resolve(known.sha256) };
    const folder = join(entry, name);
    return this.withScratch(async (scratch) => {
      await buildBundle(bundle, edits, join(scratch, name));
      await makeReadOnly(join(scratch, name));
      if (await moveInto(join(scratch, name), folder)) this.#added.push(folder, `${folder}.json`);
      return { ...stored, folder, sha256: this.#record(stored, folder) };
    });
  }

  /**
   * Writes the record of a build, without which it does not count, as soon as its hash is known.
   * Hashing takes twice as long as copying, so the build is put to use meanwhile.
   */
  #record(pristine: StoredBundle, folder: string): Promise<string> {
    const recorded = (async () => {
      const sha256 = await hashFile(join(folder, pristine.program));
      const temporary = `${folder}.json.${randomUUID()}.tmp`;
      const { folder: _, ...stored } = pristine;
      await writeRecord(temporary, { schemaVersion: 1, ...stored, sha256 });
      await rename(temporary, `${folder}.json`);
      return sha256;
    })();
    // Whoever waits for the hash is told of a failure; until then it is not to end the program.
    recorded.catch(() => undefined);
    this.#recording.push(recorded);
    return recorded;
  }

  /** Removes what this process has added, after a failure: the store is as it was. */
  async discardAdded(): Promise<void> {
    await Promise.allSettled(this.#recording);
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

async function namesIn(folder: string): Promise<string[]> {
  return (await ifThere(() => readdir(folder))) ?? [];
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
