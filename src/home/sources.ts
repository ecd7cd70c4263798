import { type Found, acquireBundle, openStored, peekBundle } from '../bundle/acquire.ts';
import type { AcquireOptions, BundleSource } from '../bundle/bundle-source.ts';
import type { StoredBundle } from '../bundle/store/store-record.ts';
import type { Bundle } from '../bundle/types.ts';
import {
  type Catalogue,
  allPresets,
  findPreset,
  readNamed,
  shippedPresets,
} from '../provider/catalogue.ts';
import type { Preset } from '../provider/preset.ts';
import { loadPack } from '../skill/pack-source.ts';
import type { Pack } from '../skill/pack.ts';
import { once } from './once.ts';
import { type Examination, examine } from './known-gates.ts';

/** The presets and packs of a command, each read once for all variants. */
export class Definitions {
  readonly #catalogues = new Map<string, Catalogue>();
  readonly #presets = new Map<string, Preset>();
  readonly #packs = new Map<string, Promise<Pack>>();

  /** The shipped presets and the user's own, in the folder `user`. */
  presets(user: string): Catalogue {
    return once(this.#catalogues, user, () => allPresets(user));
  }

  /** The preset with that id or alias. Errors: see `readNamed`. */
  preset(user: string, idOrAlias: string): Preset {
    return once(this.#presets, JSON.stringify([user, idOrAlias]), () => {
      const all = this.#catalogues.get(user);
      const folders = { shipped: shippedPresets, user };
      return (all ? findPreset(all, idOrAlias) : readNamed(folders, idOrAlias)).preset;
    });
  }

  /** The pack of that source. Errors: see `readPack`. */
  pack(source: string): Promise<Pack> {
    return once(this.#packs, source, () => loadPack(source));
  }
}

/** A bundle of the store, with notes for the user on where it came from. */
interface Acquired {
  stored: StoredBundle;
  notes: readonly string[];
}

/** The bundles of a command, each fetched, opened and analyzed once for all variants. */
export class Sources {
  readonly definitions = new Definitions();
  readonly #options: AcquireOptions;
  readonly #acquired = new Map<string, Promise<Acquired>>();
  readonly #peeked = new Map<string, Promise<Found & Pick<Acquired, 'notes'>>>();
  readonly #examined = new Map<string, Promise<Examination>>();
  #opened: { folder: string; bundle: Promise<Bundle> } | null = null;

  constructor(options: AcquireOptions) {
    this.#options = options;
  }

  get store(): AcquireOptions['store'] {
    return this.#options.store;
  }

  /** The bundle of a source as published, added to the store. */
  get(source: BundleSource): Promise<Acquired> {
    return once(this.#acquired, JSON.stringify(source), async () => {
      const notes: string[] = [];
      const onNote = (note: string): void => void notes.push(note);
      return { stored: await acquireBundle(source, { ...this.#options, onNote }), notes };
    });
  }

  /** What `get` would give; nothing is fetched. */
  peek(source: BundleSource): Promise<Found & Pick<Acquired, 'notes'>> {
    return once(this.#peeked, JSON.stringify(source), async () => {
      const notes: string[] = [];
      const onNote = (note: string): void => void notes.push(note);
      return { ...(await peekBundle(source, { ...this.#options, onNote })), notes };
    });
  }

  open(stored: StoredBundle): Promise<Bundle> {
    const { folder } = stored;
    // Only one is in memory at a time: the modules of a bundle take some sixty megabytes.
    if (this.#opened?.folder !== folder) {
      this.#opened = { folder, bundle: openStored(stored, this.#options.progress) };
    }
    return this.#opened.bundle;
  }

  examine(stored: StoredBundle): Promise<Examination> {
    const { store, progress } = this.#options;
    return once(this.#examined, stored.folder, async () =>
      examine(stored, store, async () => {
        const bundle = await this.open(stored);
        progress.step('Understanding its gates');
        return bundle;
      }),
    );
  }
}
