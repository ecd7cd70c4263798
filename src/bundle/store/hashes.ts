import { uptime } from 'node:os';
import { bootName } from '../../disk/boot.ts';
import { hashFile } from '../../disk/hash.ts';
import { ifExists } from '../../disk/if-exists.ts';
import { exactStat, readIfExists } from '../../disk/sync-read.ts';
import { writeAtomic } from '../../disk/write.ts';
import * as z from '../../zod.ts';

const fileSchema = z.object({
  schemaVersion: z.literal(1),
  /** The boot of the system in which the hashes were computed. */
  boot: z.string(),
  /** By device and inode: a hash, and the state of the file that it is for. */
  hashes: z.record(z.string(), z.object({ state: z.string(), sha256: z.string() })),
});
type Known = z.infer<typeof fileSchema>['hashes'];

/** More files than a store with a dozen versions has; older entries are forgotten. */
const limit = 2000;

/**
 * SHA-256 (hex) of files, computed once for each state of a file: device, inode, size, and the
 * modification and change times in nanoseconds. Writing to a file or replacing it changes one of
 * these. Hashes from before the last boot do not count: after a power cut a file may have its size
 * and times but not its content.
 */
export class Hashes {
  readonly #path: string;
  #known: Map<string, Known[string]> | null = null;
  #changed = false;

  constructor(path: string) {
    this.#path = path;
  }

  async of(path: string): Promise<string> {
    const { id, state, known } = this.#lookUp(path);
    if (known !== null) return known;
    const sha256 = await hashFile(path);
    // The state from before: if the file was written to in the meantime, it has another one now.
    this.#set(id, { state, sha256 });
    return sha256;
  }

  /** Stores a known hash, such as after a new link has changed the file's state. */
  remember(path: string, sha256: string): void {
    const { id, state } = stateOf(path);
    this.#set(id, { state, sha256 });
  }

  /** Runs `act`, which changes the number of links of these files, without losing their hashes. */
  async keep<T>(paths: readonly string[], act: () => Promise<T>): Promise<T> {
    const known = paths.map((path) => [path, ifExists(() => this.#lookUp(path).known)] as const);
    const result = await act();
    for (const [path, sha256] of known) if (sha256 !== null) this.remember(path, sha256);
    return result;
  }

  /** Saves the hashes for the next process. */
  async save(): Promise<void> {
    if (!this.#changed || this.#known === null) return;
    const hashes = Object.fromEntries([...this.#known].slice(-limit));
    const file: z.infer<typeof fileSchema> = { schemaVersion: 1, boot: bootId(), hashes };
    await writeAtomic(this.#path, JSON.stringify(file), { mode: 0o600, durable: false });
    this.#changed = false;
  }

  #lookUp(path: string): { id: string; state: string; known: string | null } {
    const { id, state } = stateOf(path);
    const entry = this.#load().get(id);
    return { id, state, known: entry?.state === state ? entry.sha256 : null };
  }

  #set(id: string, value: Known[string]): void {
    const known = this.#load();
    // Deleted first, to move it to the end: the oldest entries are forgotten first.
    known.delete(id);
    known.set(id, value);
    this.#changed = true;
  }

  #load(): Map<string, Known[string]> {
    return (this.#known ??= new Map(Object.entries(readHashes(this.#path))));
  }
}

/** Empty if the file cannot be understood: every hash can be computed again. */
function readHashes(path: string): Known {
  const file = z.parseJson(readIfExists(path) ?? '', fileSchema);
  return file?.boot === bootId() ? file.hashes : {};
}

let boot: string | undefined;

/** Linux names each boot; elsewhere its minute identifies it, and setting the clock makes it another. */
function bootId(): string {
  boot ??= bootName() ?? String(Math.round((Date.now() / 1000 - uptime()) / 60));
  return boot;
}

function stateOf(path: string): { id: string; state: string } {
  const { dev, ino, size, mtimeNs, ctimeNs } = exactStat(path);
  return { id: `${dev}:${ino}`, state: `${size}:${mtimeNs}:${ctimeNs}` };
}
