import { randomUUID } from 'node:crypto';
import { chmod, mkdir, rm, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { lstat, readdir, stat, entriesIn, exists, readIfExists } from '../../disk/sync-read.ts';
import { allDone } from '../../disk/concurrency.ts';
import { writeAtomic } from '../../disk/write.ts';
import { ifExists } from '../../disk/if-exists.ts';
import { makeFolder } from '../../disk/folders.ts';
import { removePath, renamePath } from '../../disk/rename.ts';
import { sha256Of } from '../../disk/hash.ts';
import { syncFile } from '../../disk/sync.ts';
import { systemCode } from '../../errors.ts';
import { writeProgram } from '../build.ts';
import { copyInto, linkFile, makeReadOnly, takeWriting } from '../../disk/copy.ts';
import { filesBelow } from '../../disk/read.ts';
import { Hashes } from './hashes.ts';
import { openBundle } from '../open.ts';
import { type StoredBundle, readStored, recordText } from './store-record.ts';
import type { Bundle, BundleEdit } from '../types.ts';

/** A build of the store. Its hash is worked out while it is put to use, and awaited at the end. */
export interface StoredBuild extends Omit<StoredBundle, 'sha256'> {
  sha256: Promise<string>;
}

const pristineName = 'pristine';

/**
 * The store of bundles: `<store>/<version>-<platform>/pristine` as published and, beside it, one
 * folder for each set of edits, named by their hash. Each folder has its record beside it, with the
 * hash of every file: a file that has been changed behind our back is never put to use, what holds
 * it is dropped. Entries are made in a temporary folder and renamed; losing that race to another
 * process is a success.
 */
export class Store {
  readonly #root: string;
  readonly #hashes: Hashes;
  readonly #note: (text: string) => void;
  readonly #readOnly: boolean;
  /** What this process has added: folders, the records of builds, notes. */
  readonly #added: string[] = [];
  readonly #recording: Promise<unknown>[] = [];
  /** The folders whose files this process has brought to the disk. */
  readonly #synced = new Set<string>();

  /** `note` is told of what was found damaged. One that is only looked at stays as it is. */
  constructor(
    root: string,
    note: (text: string) => void = () => {},
    { readOnly = false }: { readOnly?: boolean } = {},
  ) {
    this.#root = root;
    this.#readOnly = readOnly;
    this.#hashes = new Hashes(join(root, 'hashes.json'));
    this.#note = note;
  }

  /** The pristine bundle of a version and platform, if the store has it, whole. */
  async findPristine(version: string, platform: string): Promise<StoredBundle | null> {
    return this.#usable(join(this.#root, `${version}-${platform}`, pristineName));
  }

  /** The pristine bundle that a program was built from, known by its hash, if the store has it. */
  async findOrigin(build: {
    version: string;
    platform: string;
    sha256: string;
  }): Promise<StoredBundle | null> {
    const [found] = await this.#buildsLike(build);
    return found ? this.#usable(join(dirname(found.folder), pristineName)) : null;
  }

  /** The builds whose program is that one. */
  async #buildsLike({
    version,
    platform,
    sha256,
  }: Parameters<Store['findOrigin']>[0]): Promise<StoredBundle[]> {
    const start = `${version}-${platform}`;
    const found: StoredBundle[] = [];
    for (const key of await this.keys()) {
      if (key !== start && !key.startsWith(`${start}-`)) continue;
      found.push(...(await this.bundlesOf(key)).filter((stored) => stored.sha256 === sha256));
    }
    return found;
  }

  /** Keeps a published package, unpacked in `folder` on the store's file system: it is moved. */
  async addPublished(folder: string, integrity: string): Promise<StoredBundle> {
    const bundle = await openBundle(folder);
    const key = `${bundle.version}-${bundle.platform}`;
    return this.#addPristine(bundle, key, integrity, (target) => renamePath(folder, target));
  }

  /** The pristine bundle that a program file anywhere is a copy of, if the store has it. */
  async findCopy(program: string): Promise<StoredBundle | null> {
    const sha256 = await this.#hashes.of(program);
    for (const key of await this.keys()) {
      const folder = join(this.#root, key, pristineName);
      if ((await readStored(folder))?.sha256 === sha256) return this.#usable(folder);
    }
    return null;
  }

  /** Keeps a copy of a bundle that lies anywhere, under its version, platform and hash. */
  async addCopy(bundle: Bundle): Promise<StoredBundle> {
    const known = await this.findCopy(bundle.file);
    if (known) return known;
    const sha256 = await this.#hashes.of(bundle.file);
    const key = `${bundle.version}-${bundle.platform}-${sha256.slice(0, 12)}`;
    const copy = (target: string): Promise<void> => copyInto(bundle.root, target);
    return this.#addPristine(bundle, key, null, copy);
  }

  /** The build of a stored bundle with those edits, if the store has it, whole. */
  async findBuild(
    stored: StoredBundle,
    edits: readonly BundleEdit[],
  ): Promise<StoredBundle | null> {
    return edits.length === 0 ? stored : this.#usable(buildFolder(stored, edits));
  }

  /** The build of a stored bundle with those edits, made if it is not there; without edits, the bundle itself. */
  async build(
    stored: StoredBundle,
    open: () => Promise<Bundle>,
    edits: readonly BundleEdit[],
  ): Promise<StoredBuild> {
    const folder = buildFolder(stored, edits);
    const name = basename(folder);
    const known = await this.findBuild(stored, edits);
    if (known) return { ...known, sha256: Promise.resolve(known.sha256) };
    const bundle = await open();
    return this.withScratch(async (scratch) => {
      const made = join(scratch, name);
      await mkdir(made);
      await this.#linkFiles(stored, made);
      await writeProgram(bundle, edits, join(made, stored.program));
      await makeReadOnly(made);
      if (await moveInto(made, folder)) this.#added.push(folder, `${folder}.json`);
      else if (!(await this.#same(made, folder))) {
        await removePath(folder);
        if (await moveInto(made, folder)) this.#added.push(folder, `${folder}.json`);
      }
      return { ...stored, folder, sha256: this.#record(stored, folder) };
    });
  }

  /** Gives a folder that is not there the files of a bundle, without using space where that can be. */
  async linkTo(build: StoredBuild, target: string): Promise<void> {
    const { folder, program, sha256 } = build;
    await linkFile(join(folder, program), join(target, program));
    await this.#linkFiles(build, target);
    const known = sha256.then((hash) => this.#hashes.remember(join(folder, program), hash));
    // Whoever waits for the hash itself is told of a failure.
    known.catch(() => undefined);
    this.#recording.push(known);
  }

  /**
   * Waits until the files of a bundle are on the disk: what is put to use survives a power cut. Those
   * of a build are since its record is; a pristine bundle is rarely put to use as it is.
   */
  async sync(stored: Omit<StoredBundle, 'sha256'>): Promise<void> {
    if (basename(stored.folder) !== pristineName || this.#synced.has(stored.folder)) return;
    await syncFiles(stored);
    this.#synced.add(stored.folder);
  }

  /** The SHA-256 (hex) of a file, read only if it has been changed since it was last asked for. */
  hashOf(path: string): Promise<string> {
    return this.#hashes.of(path);
  }

  /**
   * Runs `act`, which removes links to files of that build: it changes the state by which their
   * hashes are known, and what was known of them is known still.
   */
  async whileLinksGo<T>(
    build: Parameters<Store['findOrigin']>[0],
    act: () => Promise<T>,
  ): Promise<T> {
    const known = new Map<string, string>();
    for (const stored of await this.#buildsLike(build)) {
      for (const path of [stored.program, ...Object.keys(stored.files)]) {
        const file = join(stored.folder, path);
        const sha256 = await ifExists(() => this.#hashes.peek(file));
        if (sha256 !== null) known.set(file, sha256);
      }
    }
    const result = await act();
    for (const [file, sha256] of known) await this.#hashes.remember(file, sha256);
    return result;
  }

  /** Something worked out about a pristine bundle, kept beside it; null where it is not there. */
  async readNote(stored: Pick<StoredBundle, 'folder'>, name: string): Promise<string | null> {
    return readIfExists(`${stored.folder}.${name}`);
  }

  async writeNote(stored: Pick<StoredBundle, 'folder'>, name: string, text: string): Promise<void> {
    const path = `${stored.folder}.${name}`;
    if (this.#readOnly) return;
    if (!exists(path)) this.#added.push(path);
    await writeAtomic(path, text, { durable: false });
  }

  /** The entries: `<version>-<platform>`, of copies with the beginning of their hash. */
  async keys(): Promise<string[]> {
    const names = ifExists(() => entriesIn(this.#root)) ?? [];
    return names
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => name)
      .sort();
  }

  /** The bundles of an entry that have a record: the pristine one and its builds. */
  async bundlesOf(key: string): Promise<StoredBundle[]> {
    const entry = join(this.#root, key);
    const found: StoredBundle[] = [];
    for (const name of ifExists(() => readdir(entry)) ?? []) {
      if (!name.endsWith('.json')) continue;
      const stored = await readStored(join(entry, basename(name, '.json')));
      if (stored) found.push(stored);
    }
    return found;
  }

  /** Files of a bundle that are not what was put there, each with what is wrong. */
  async damageOf(stored: StoredBundle): Promise<string[]> {
    const files = { ...stored.files, [stored.program]: stored.sha256 };
    const damage = await allDone(Object.entries(files), async ([path, sha256]) => {
      const file = join(stored.folder, path);
      const there = ifExists(() => lstat(file));
      const found = there?.isFile() ? await this.#hashes.of(file) : null;
      if (found === null) return `${file} is gone`;
      if (found !== sha256) return `${file} has been changed`;
      if (!this.#readOnly) await takeWriting(file);
      return null;
    });
    return damage.filter((each) => each !== null);
  }

  /**
   * When a bundle was last of use, in milliseconds since 1970: a time to come counts as now, and so
   * does one that another cc-mirror has removed meanwhile.
   */
  async usedAt({ folder }: Pick<StoredBundle, 'folder'>): Promise<number> {
    const there = ifExists(() => stat(`${folder}.json`));
    return Math.min(there?.mtimeMs ?? Infinity, Date.now());
  }

  /** Notes that a bundle is of use, as the time of its record. */
  async noteUse({ folder }: Pick<StoredBundle, 'folder'>): Promise<void> {
    if (this.#readOnly) return;
    const now = new Date();
    try {
      await utimes(`${folder}.json`, now, now);
    } catch (error) {
      if (!['EROFS', 'EACCES', 'EPERM', 'ENOENT'].includes(systemCode(error) ?? '')) throw error;
    }
  }

  /** Removes a bundle; with the pristine one, its whole entry. */
  async drop({ folder }: Pick<StoredBundle, 'folder'>): Promise<void> {
    const entry = dirname(folder);
    const name = basename(folder);
    if (name === pristineName) {
      await this.withScratch((scratch) => renamePath(entry, join(scratch, 'dropped')));
      return;
    }
    // Without its record it does not count, whatever comes.
    await rm(`${folder}.json`, { force: true });
    for (const beside of readdir(entry)) {
      if (beside === name || beside.startsWith(`${name}.`)) await removePath(join(entry, beside));
    }
  }

  /** Removes what processes that were cut off have left: scratch folders and builds without a record. */
  async sweep(): Promise<void> {
    await this.clearScratch();
    for (const key of await this.keys()) {
      const entry = join(this.#root, key);
      for (const { name } of entriesIn(entry).filter((one) => one.isDirectory())) {
        if (exists(join(entry, `${name}.json`))) continue;
        await removePath(join(entry, name));
      }
      for (const name of readdir(entry)) {
        if (name.endsWith('.tmp')) await rm(join(entry, name), { force: true });
      }
    }
  }

  /** Whether there are temporary files and folders. */
  async hasScratch(): Promise<boolean> {
    return (await this.#scratch()).length > 0;
  }

  /** Removes temporary files and folders; nobody else is at work in the store. */
  async clearScratch(): Promise<void> {
    for (const name of await this.#scratch()) await removePath(join(this.#root, name));
  }

  async #scratch(): Promise<string[]> {
    const names = ifExists(() => readdir(this.#root)) ?? [];
    return names.filter((name) => name.startsWith('.tmp-') || name.endsWith('.tmp'));
  }

  /** Removes what this process has added, after a failure: the store is as it was. */
  async discardAdded(): Promise<void> {
    await Promise.allSettled(this.#recording);
    for (const path of this.#added.splice(0)) await removePath(path);
  }

  /** Keeps what was worked out for the next process. */
  async save(): Promise<void> {
    await Promise.allSettled(this.#recording);
    await this.#hashes.save();
  }

  /** Runs `act` with a temporary folder on the store's file system and removes it at the end. */
  async withScratch<T>(act: (scratch: string) => Promise<T>): Promise<T> {
    const scratch = join(this.#root, `.tmp-${randomUUID()}`);
    await makeFolder(scratch);
    try {
      return await act(scratch);
    } finally {
      await removePath(scratch);
    }
  }

  async #addPristine(
    bundle: Bundle,
    key: string,
    integrity: string | null,
    place: (folder: string) => Promise<void>,
  ): Promise<StoredBundle> {
    return this.withScratch(async (scratch) => {
      const entry = join(scratch, key);
      const folder = join(entry, pristineName);
      await mkdir(entry);
      await place(folder);
      const program = basename(bundle.file);
      if (bundle.kind === 'native') await chmod(join(folder, program), 0o755);
      await makeReadOnly(folder);
      const { [program]: sha256 = '', ...files } = await this.#hashAll(folder);
      const { kind, version, platform } = bundle;
      const stored = { kind, version, platform, program, sha256, integrity, files };
      await writeAtomic(`${folder}.json`, recordText(stored));
      if (await moveInto(entry, join(this.#root, key))) this.#added.push(join(this.#root, key));
      else if ((await readStored(join(this.#root, key, pristineName))) === null) {
        await renamePath(join(this.#root, key), join(scratch, 'spoilt'));
        if (await moveInto(entry, join(this.#root, key))) this.#added.push(join(this.#root, key));
      }
      return { ...stored, folder: join(this.#root, key, pristineName) };
    });
  }

  async #hashAll(folder: string): Promise<Record<string, string>> {
    const hashes: Record<string, string> = {};
    for (const path of filesBelow(folder)) {
      hashes[path] = await this.#hashes.of(join(folder, path));
    }
    return hashes;
  }

  /**
   * Writes the record of a build, without which it does not count, as soon as its hash is known and
   * its files are on the disk.
   * Hashing takes twice as long as copying, so the build is put to use meanwhile.
   */
  #record(pristine: StoredBundle, folder: string): Promise<string> {
    const recorded = (async () => {
      const sha256 = await this.#hashes.of(join(folder, pristine.program));
      await syncFiles({ ...pristine, folder });
      await writeAtomic(`${folder}.json`, recordText({ ...pristine, sha256 }));
      return sha256;
    })();
    // Whoever waits for the hash is told of a failure; until then it is not to end the program.
    recorded.catch(() => undefined);
    this.#recording.push(recorded);
    return recorded;
  }

  /** Whether a folder holds the files of another. */
  async #same(folder: string, other: string): Promise<boolean> {
    for (const path of filesBelow(folder)) {
      const theirs = await ifExists(() => this.#hashes.of(join(other, path)));
      if (theirs !== (await this.#hashes.of(join(folder, path)))) return false;
    }
    return true;
  }

  /** All files but the program. A further link changes the state by which a file's hash is known. */
  async #linkFiles(
    { folder, files }: Pick<StoredBundle, 'folder' | 'files'>,
    target: string,
  ): Promise<void> {
    await allDone(Object.entries(files), async ([path, sha256]) => {
      await linkFile(join(folder, path), join(target, path));
      await this.#hashes.remember(join(folder, path), sha256);
    });
  }

  /** The bundle in a folder, if it is whole; one that is not is dropped. */
  async #usable(folder: string): Promise<StoredBundle | null> {
    const stored = await readStored(folder);
    if (stored === null) return null;
    const damage = await this.damageOf(stored);
    if (damage.length === 0) {
      await this.noteUse(stored);
      return stored;
    }
    if (this.#readOnly) return null;
    this.#note(
      `the store's Claude Code ${stored.version} is not what was put there, so it is made anew: ${damage.join('; ')}`,
    );
    await this.drop(stored);
    return null;
  }
}

function buildFolder({ folder }: StoredBundle, edits: readonly BundleEdit[]): string {
  return join(dirname(folder), sha256Of(JSON.stringify(edits)).slice(0, 16));
}

async function syncFiles({ folder, program, files }: Omit<StoredBundle, 'sha256'>): Promise<void> {
  await allDone([program, ...Object.keys(files)], (path) => syncFile(join(folder, path)));
}

/** Renames; false if another process was faster: what it made is as good as ours. */
async function moveInto(from: string, to: string): Promise<boolean> {
  if (exists(to)) return false;
  try {
    await renamePath(from, to);
    return true;
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'busy'].includes(systemCode(error) ?? '')) throw error;
    stat(to);
    return false;
  }
}
