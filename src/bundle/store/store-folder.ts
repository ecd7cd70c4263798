import { randomUUID } from 'node:crypto';
import { rm, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeFolder } from '../../disk/folders.ts';
import { ifExists } from '../../disk/if-exists.ts';
import { removePath, renamePath } from '../../disk/rename.ts';
import { entriesIn, exists, readdir, readIfExists, stat } from '../../disk/sync-read.ts';
import { writeAtomic } from '../../disk/write.ts';
import { systemCode } from '../../errors.ts';
import { type StoredBundle, isPristine, readStored } from './store-record.ts';

type InFolder = Pick<StoredBundle, 'folder'>;

/**
 * The files of a store: an entry (a folder) for each version and platform, in it a folder for each
 * bundle with its record and notes beside it, and scratch folders, which `.tmp-` marks. Nothing here
 * knows what the bundles should contain: see `Store`.
 */
export class StoreFolder {
  protected readonly root: string;
  protected readonly readOnly: boolean;
  /** Paths that this process has added. */
  protected readonly added: string[] = [];

  constructor(root: string, readOnly: boolean) {
    this.root = root;
    this.readOnly = readOnly;
  }

  /** The names of the entries: `<version>-<platform>`, for copies followed by the start of their hash. */
  keys(): string[] {
    const entries = ifExists(() => entriesIn(this.root)) ?? [];
    return entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => name)
      .sort();
  }

  /** The bundles of an entry that have a record: the pristine one and its builds. */
  bundlesOf(key: string): StoredBundle[] {
    const entry = join(this.root, key);
    const records = (ifExists(() => readdir(entry)) ?? []).filter((name) => name.endsWith('.json'));
    return records.flatMap((name) => readStored(join(entry, basename(name, '.json'))) ?? []);
  }

  /** Something derived from a bundle and kept beside it; null if there is none. */
  readNote(stored: InFolder, name: string): string | null {
    return readIfExists(`${stored.folder}.${name}`);
  }

  /** The names of the notes on a bundle that begin with `prefix`. */
  noteNames({ folder }: InFolder, prefix: string): string[] {
    const start = `${basename(folder)}.`;
    return (ifExists(() => readdir(dirname(folder))) ?? [])
      .filter((name) => name.startsWith(start + prefix))
      .map((name) => name.slice(start.length));
  }

  async writeNote(stored: InFolder, name: string, text: string): Promise<void> {
    if (this.readOnly) return;
    const path = `${stored.folder}.${name}`;
    if (!exists(path)) this.added.push(path);
    await writeAtomic(path, text, { durable: false });
  }

  /**
   * When a bundle was last used, in milliseconds since 1970; never in the future. One that another
   * cc-mirror has removed meanwhile counts as used now.
   */
  usedAt({ folder }: InFolder): number {
    return Math.min(ifExists(() => stat(`${folder}.json`))?.mtimeMs ?? Infinity, Date.now());
  }

  /** Records that a bundle is used, as the modification time of its record. */
  async noteUse({ folder }: InFolder): Promise<void> {
    if (this.readOnly) return;
    const now = new Date();
    try {
      await utimes(`${folder}.json`, now, now);
    } catch (error) {
      if (!['EROFS', 'EACCES', 'EPERM', 'ENOENT'].includes(systemCode(error) ?? '')) throw error;
    }
  }

  /** Removes a bundle; for the pristine one, its whole entry. */
  async drop({ folder }: InFolder): Promise<void> {
    const entry = dirname(folder);
    const name = basename(folder);
    if (isPristine({ folder })) {
      await this.withScratch((scratch) => renamePath(entry, join(scratch, 'dropped')));
      return;
    }
    // First the record: without it, the bundle no longer counts, even if this is interrupted.
    await rm(`${folder}.json`, { force: true });
    for (const beside of readdir(entry)) {
      if (beside === name || beside.startsWith(`${name}.`)) await removePath(join(entry, beside));
    }
  }

  /** Removes what interrupted processes have left: scratch folders and builds without a record. */
  async sweep(): Promise<void> {
    await this.clearScratch();
    for (const key of this.keys()) {
      const entry = join(this.root, key);
      for (const found of entriesIn(entry)) {
        const path = join(entry, found.name);
        if (found.isDirectory() ? !exists(`${path}.json`) : path.endsWith('.tmp')) {
          await removePath(path);
        }
      }
    }
  }

  hasScratch(): boolean {
    return this.#scratch().length > 0;
  }

  /** Removes temporary files and folders. No other process may be using the store. */
  async clearScratch(): Promise<void> {
    for (const name of this.#scratch()) await removePath(join(this.root, name));
  }

  #scratch(): string[] {
    const names = ifExists(() => readdir(this.root)) ?? [];
    return names.filter((name) => name.startsWith('.tmp-') || name.endsWith('.tmp'));
  }

  /**
   * Moves a finished folder to its place in the store. What another process has put there is kept if
   * it is good, else replaced.
   */
  protected async place(
    from: string,
    to: string,
    scratch: string,
    isGood: () => boolean | Promise<boolean>,
  ): Promise<void> {
    if (!(await moveInto(from, to))) {
      if (await isGood()) return;
      await renamePath(to, join(scratch, 'replaced'));
      if (!(await moveInto(from, to))) return;
    }
    this.added.push(to, `${to}.json`);
  }

  /** Runs `act` with a temporary folder on the store's file system and removes it afterwards. */
  async withScratch<T>(act: (scratch: string) => Promise<T>): Promise<T> {
    const scratch = join(this.root, `.tmp-${randomUUID()}`);
    await makeFolder(scratch);
    try {
      return await act(scratch);
    } finally {
      await removePath(scratch);
    }
  }
}

/** Renames a folder; false if another process was faster. */
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
