import { chmod, mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { inParallel } from '../../disk/concurrency.ts';
import { copyInto, linkFile, makeReadOnly, removeWriteBits } from '../../disk/copy.ts';
import { syncFile } from '../../disk/fsync.ts';
import { sha256Of } from '../../disk/hash.ts';
import { ifExists } from '../../disk/if-exists.ts';
import { filesBelow } from '../../disk/read.ts';
import { removePath, renamePath } from '../../disk/rename.ts';
import { lstat } from '../../disk/sync-read.ts';
import { writeAtomic } from '../../disk/write.ts';
import { writeProgram } from '../write-program.ts';
import { openBundle } from '../open.ts';
import type { Edit } from '../../gates/types.ts';
import type { Bundle } from '../types.ts';
import { Hashes } from './hashes.ts';
import { StoreFolder } from './store-folder.ts';
import {
  type StoredBundle,
  filesOf,
  isPristine,
  pristineName,
  readStored,
  recordText,
} from './store-record.ts';

/** A build of the store. Its hash is computed while the build is already being used. */
export interface StoredBuild extends Omit<StoredBundle, 'sha256'> {
  sha256: Promise<string>;
}

/** What identifies a program. */
type ProgramId = Pick<StoredBundle, 'version' | 'platform' | 'sha256'>;

/**
 * The store of bundles: `<store>/<version>-<platform>/pristine` as published and, beside it, a folder
 * for each set of edits, named by their hash. Each bundle's record has the hashes of all its files,
 * and a bundle with a file that has changed since is dropped instead of used. Entries are created in
 * a scratch folder and renamed; if another process was faster, its entry is used.
 */
export class Store extends StoreFolder {
  readonly #hashes: Hashes;
  readonly #note: (text: string) => void;
  readonly #recording: Promise<unknown>[] = [];
  /** The folders whose files this process has flushed to disk. */
  readonly #synced = new Set<string>();

  /** `note` receives messages about damage. A read-only store changes nothing on disk. */
  constructor(
    root: string,
    note: (text: string) => void = () => {},
    { readOnly = false }: { readOnly?: boolean } = {},
  ) {
    super(root, readOnly);
    this.#hashes = new Hashes(join(root, 'hashes.json'));
    this.#note = note;
  }

  /** The pristine bundle of a version and platform, if the store has it intact. */
  async findPristine(version: string, platform: string): Promise<StoredBundle | null> {
    return this.#usable(join(this.root, `${version}-${platform}`, pristineName));
  }

  /** The pristine bundle that a program was built from, if the store has it. */
  async findOrigin(program: ProgramId): Promise<StoredBundle | null> {
    const [found] = this.#bundlesWith(program);
    return found ? this.#usable(join(dirname(found.folder), pristineName)) : null;
  }

  /** The pristine bundle that has the same program as a file anywhere, if the store has it. */
  async findCopy(program: string): Promise<StoredBundle | null> {
    const sha256 = await this.#hashes.of(program);
    const folders = this.keys().map((key) => join(this.root, key, pristineName));
    const found = folders.find((folder) => readStored(folder)?.sha256 === sha256);
    return found === undefined ? null : this.#usable(found);
  }

  /** Adds a published package, unpacked in `folder` on the store's file system, by moving it. */
  async addPublished(folder: string, integrity: string): Promise<StoredBundle> {
    const bundle = await openBundle(folder);
    const key = `${bundle.version}-${bundle.platform}`;
    return this.#addPristine(bundle, key, integrity, (target) => renamePath(folder, target));
  }

  /** Adds a copy of a bundle anywhere, under its version, platform and hash. */
  async addCopy(bundle: Bundle): Promise<StoredBundle> {
    const known = await this.findCopy(bundle.file);
    if (known) return known;
    const sha256 = await this.#hashes.of(bundle.file);
    const key = `${bundle.version}-${bundle.platform}-${sha256.slice(0, 12)}`;
    return this.#addPristine(bundle, key, null, (target) => copyInto(bundle.root, target));
  }

  /** The build of a stored bundle with these edits, if the store has it, whole. */
  async findBuild(stored: StoredBundle, edits: readonly Edit[]): Promise<StoredBundle | null> {
    return edits.length === 0 ? stored : this.#usable(buildFolder(stored, edits));
  }

  /** The build of a stored bundle with these edits, created if missing; without edits, the bundle itself. */
  async build(
    stored: StoredBundle,
    open: () => Promise<Bundle>,
    edits: readonly Edit[],
  ): Promise<StoredBuild> {
    const folder = buildFolder(stored, edits);
    const name = basename(folder);
    const known = await this.findBuild(stored, edits);
    if (known) return { ...known, sha256: Promise.resolve(known.sha256) };
    const bundle = await open();
    return this.withScratch(async (scratch) => {
      const built = join(scratch, name);
      await mkdir(built);
      await this.#linkFiles(stored, built);
      await writeProgram(bundle, edits, join(built, stored.program));
      await makeReadOnly(built);
      const isGood = (): Promise<boolean> => this.#same(built, folder);
      await this.place(built, folder, scratch, isGood);
      return { ...stored, folder, sha256: this.#record(stored, folder) };
    });
  }

  /** Puts the files of a bundle into a new folder, using no disk space if possible. */
  async linkTo(build: StoredBuild, target: string): Promise<void> {
    const { folder, program, sha256 } = build;
    await linkFile(join(folder, program), join(target, program));
    await this.#linkFiles(build, target);
    void this.#inBackground(
      sha256.then((hash) => this.#hashes.remember(join(folder, program), hash)),
    );
  }

  /**
   * Flushes the files of a bundle to disk before they are used, so that they survive a power cut. A
   * build is flushed before it gets its record, a pristine bundle only here: it is rarely used as is.
   */
  async sync(stored: Omit<StoredBundle, 'sha256'>): Promise<void> {
    if (!isPristine(stored) || this.#synced.has(stored.folder)) return;
    await inParallel(filesOf(stored), syncFile);
    this.#synced.add(stored.folder);
  }

  /** The SHA-256 (hex) of a file, read only if it has changed since the last time. */
  hashOf(path: string): Promise<string> {
    return this.#hashes.of(path);
  }

  /** Runs `act`, which removes links to files of a build, without losing their known hashes. */
  keepHashes<T>(program: ProgramId, act: () => Promise<T>): Promise<T> {
    return this.#hashes.keep(this.#bundlesWith(program).flatMap(filesOf), act);
  }

  /** What is wrong with the files of a bundle, one text per file. */
  async damageOf(stored: StoredBundle): Promise<string[]> {
    const files = { ...stored.files, [stored.program]: stored.sha256 };
    const damage = await inParallel(Object.entries(files), async ([path, sha256]) => {
      const file = join(stored.folder, path);
      const found = ifExists(() => lstat(file))?.isFile() ? await this.#hashes.of(file) : null;
      if (found === null) return `${file} is gone`;
      if (found !== sha256) return `${file} has been changed`;
      if (!this.readOnly) await removeWriteBits(file);
      return null;
    });
    return damage.filter((each) => each !== null);
  }

  /** Removes what this process has added, after a failure. */
  async discardAdded(): Promise<void> {
    await Promise.allSettled(this.#recording);
    for (const path of this.added.splice(0)) await removePath(path);
  }

  /** Saves the known hashes for the next process. */
  async save(): Promise<void> {
    await Promise.allSettled(this.#recording);
    await this.#hashes.save();
  }

  async #addPristine(
    bundle: Bundle,
    key: string,
    integrity: string | null,
    fill: (folder: string) => Promise<void>,
  ): Promise<StoredBundle> {
    return this.withScratch(async (scratch) => {
      const [entry, target] = [join(scratch, key), join(this.root, key)];
      const folder = join(entry, pristineName);
      await mkdir(entry);
      await fill(folder);
      const program = basename(bundle.file);
      if (bundle.kind === 'native') await chmod(join(folder, program), 0o755);
      await makeReadOnly(folder);
      const hashes: Record<string, string> = {};
      for (const path of filesBelow(folder))
        hashes[path] = await this.#hashes.of(join(folder, path));
      const { [program]: sha256 = '', ...files } = hashes;
      const { kind, version, platform } = bundle;
      const stored = { kind, version, platform, program, sha256, integrity, files };
      await writeAtomic(`${folder}.json`, recordText(stored));
      const isGood = (): boolean => readStored(join(target, pristineName)) !== null;
      await this.place(entry, target, scratch, isGood);
      return { ...stored, folder: join(target, pristineName) };
    });
  }

  /**
   * Writes the record of a build, without which it does not count, once its hash is known and its
   * files are on disk. Hashing takes twice as long as copying, so the build is used in the meantime.
   */
  #record(pristine: StoredBundle, folder: string): Promise<string> {
    const record = async (): Promise<string> => {
      const sha256 = await this.#hashes.of(join(folder, pristine.program));
      await inParallel(filesOf({ ...pristine, folder }), syncFile);
      await writeAtomic(`${folder}.json`, recordText({ ...pristine, sha256 }));
      return sha256;
    };
    return this.#inBackground(record());
  }

  /** Work that `save` waits for. Whoever awaits the build's hash sees a failure; until then it must not end the process. */
  #inBackground<T>(work: Promise<T>): Promise<T> {
    work.catch(() => undefined);
    this.#recording.push(work);
    return work;
  }

  /** The bundles of the store that have this program. */
  #bundlesWith({ version, platform, sha256 }: ProgramId): StoredBundle[] {
    const start = `${version}-${platform}`;
    const keys = this.keys().filter((key) => key === start || key.startsWith(`${start}-`));
    return keys.flatMap((key) => this.bundlesOf(key)).filter((found) => found.sha256 === sha256);
  }

  /** Whether `other` holds the files of a folder. */
  async #same(folder: string, other: string): Promise<boolean> {
    for (const path of filesBelow(folder)) {
      const theirs = await ifExists(() => this.#hashes.of(join(other, path)));
      if (theirs !== (await this.#hashes.of(join(folder, path)))) return false;
    }
    return true;
  }

  /** Links all files but the program. A new link changes the state that a file's hash is known by. */
  async #linkFiles(
    { folder, files }: Pick<StoredBundle, 'folder' | 'files'>,
    target: string,
  ): Promise<void> {
    await inParallel(Object.entries(files), async ([path, sha256]) => {
      await linkFile(join(folder, path), join(target, path));
      this.#hashes.remember(join(folder, path), sha256);
    });
  }

  /** The bundle in a folder if it is intact; otherwise it is dropped. */
  async #usable(folder: string): Promise<StoredBundle | null> {
    const stored = readStored(folder);
    if (stored === null) return null;
    const damage = await this.damageOf(stored);
    if (damage.length === 0) {
      await this.noteUse(stored);
      return stored;
    }
    if (this.readOnly) return null;
    this.#note(
      `the store's Claude Code ${stored.version} is corrupt and will be rebuilt: ${damage.join('; ')}`,
    );
    await this.drop(stored);
    return null;
  }
}

function buildFolder({ folder }: StoredBundle, edits: readonly Edit[]): string {
  return join(dirname(folder), sha256Of(JSON.stringify(edits)).slice(0, 16));
}
