import { uptime } from 'node:os';
import { exactStat, readIfExists } from '../../disk/sync-read.ts';
import { writeAtomic } from '../../disk/write.ts';
import * as z from '../../zod.ts';
import { hashFile } from '../../disk/hash.ts';

const fileSchema = z.object({
  schemaVersion: z.literal(1),
  /** The start of the system that the hashes were worked out under. */
  boot: z.string(),
  /** By device and inode: the state that the hash is of. */
  hashes: z.record(z.string(), z.object({ state: z.string(), sha256: z.string() })),
});
type Known = z.infer<typeof fileSchema>['hashes'];

/** More files than a store with a dozen versions has; older entries are forgotten. */
const limit = 2000;

/**
 * SHA-256 (hex) of files, worked out once for each state of a file: device, inode, size, and when it
 * and its entry were last changed, in nanoseconds. Whoever writes to a file, or replaces it, changes
 * one of these. What was known before the system was started is not: after a power cut a file may
 * have its size and times, and not its content.
 */
export class Hashes {
  readonly #path: string;
  #known: Promise<Map<string, Known[string]>> | null = null;
  #changed = false;

  constructor(path: string) {
    this.#path = path;
  }

  async of(path: string): Promise<string> {
    const known = await this.#load();
    const { id, state } = await stateOf(path);
    const before = known.get(id);
    if (before?.state === state) return before.sha256;
    const sha256 = await hashFile(path);
    // The state of before: if the file was written to meanwhile, it has another one now.
    this.#set(known, id, { state, sha256 });
    return sha256;
  }

  /** The hash of a file, where it is known without reading the file; else null. */
  async peek(path: string): Promise<string | null> {
    const { id, state } = await stateOf(path);
    const before = (await this.#load()).get(id);
    return before?.state === state ? before.sha256 : null;
  }

  /** Notes a hash that is known, as after a link was made, which changes the file's state. */
  async remember(path: string, sha256: string): Promise<void> {
    const known = await this.#load();
    const { id, state } = await stateOf(path);
    this.#set(known, id, { state, sha256 });
  }

  /** Keeps what is known for the next process. */
  async save(): Promise<void> {
    if (!this.#changed || this.#known === null) return;
    const hashes = Object.fromEntries([...(await this.#known)].slice(-limit));
    const file: z.infer<typeof fileSchema> = { schemaVersion: 1, boot: await bootId(), hashes };
    await writeAtomic(this.#path, JSON.stringify(file), { mode: 0o600, durable: false });
    this.#changed = false;
  }

  #set(known: Map<string, Known[string]>, id: string, value: Known[string]): void {
    // Moved to the end: what was worked out last is forgotten last.
    known.delete(id);
    known.set(id, value);
    this.#changed = true;
  }

  #load(): Promise<Map<string, Known[string]>> {
    this.#known ??= readHashes(this.#path).then((known) => new Map(Object.entries(known)));
    return this.#known;
  }
}

/** Of a file that cannot be understood nothing is known: everything in it can be worked out anew. */
async function readHashes(path: string): Promise<Known> {
  const text = readIfExists(path);
  if (text === null) return {};
  try {
    const { boot, hashes } = fileSchema.parse(JSON.parse(text));
    return boot === (await bootId()) ? hashes : {};
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return {};
    throw error;
  }
}

let boot: Promise<string> | undefined;

/** Linux names each start; elsewhere its minute tells, and a clock that was set makes it another. */
function bootId(): Promise<string> {
  return (boot ??= readBootId());
}

async function readBootId(): Promise<string> {
  const named = readIfExists('/proc/sys/kernel/random/boot_id');
  return named?.trim() ?? String(Math.round((Date.now() / 1000 - uptime()) / 60));
}

async function stateOf(path: string): Promise<{ id: string; state: string }> {
  const { dev, ino, size, mtimeNs, ctimeNs } = exactStat(path);
  return { id: `${dev}:${ino}`, state: `${size}:${mtimeNs}:${ctimeNs}` };
}
