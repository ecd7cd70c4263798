import { basename, join } from 'node:path';
import { jsonIn } from '../config/json-place.ts';
import { readText, readdir } from '../disk/sync-read.ts';
import { CcMirrorError, systemCode } from '../errors.ts';
import { fromPackage } from '../package-root.ts';
import { nearest } from './nearest.ts';
import { parsePreset, repair, type Preset } from './preset.ts';
import { translatedNamed } from './preset/translated.ts';

/** A preset, with its origin and its file. */
export interface CatalogueEntry {
  preset: Preset;
  source: 'shipped' | 'user';
  file: string;
}

/** The usable presets, and the broken files of the user, with the id that each would have. */
export interface Catalogue {
  entries: CatalogueEntry[];
  broken: { id: string; error: CcMirrorError }[];
}

/** The folder of the presets that come with cc-mirror. */
export const shippedPresets: string = fromPackage('providers');

/**
 * All presets, sorted by id. `user` is `<home>/providers` and may be missing. The user's presets win:
 * they replace a shipped one whose id they use, and shipped ones lose aliases that they use, so that
 * a later cc-mirror cannot break them. A broken file, or one with a name of another of the user's, is
 * an error only for those who want that preset. CcMirrorError `storage`: a folder cannot be read.
 */
export function loadCatalogue(folders: { shipped: string; user: string | null }): Catalogue {
  const shipped = readPresets(folders.shipped, 'shipped');
  const baseOf = baseIn(folders.shipped);
  const user = folders.user === null ? [] : readPresets(folders.user, 'user', baseOf);
  const ours = withNamesOfTheirOwn(shipped);
  const own = withNamesOfTheirOwn(user);
  const [clash] = ours.clashes;
  if (clash !== undefined) throw clash.error;
  const entries = ours.entries.flatMap((entry) => withoutNamesOf(own.entries, entry));
  return {
    entries: [...entries, ...own.entries].sort((a, b) => (a.preset.id < b.preset.id ? -1 : 1)),
    broken: [
      ...[...shipped, ...user].flatMap((file) => ('error' in file ? [file] : [])),
      ...own.clashes,
    ],
  };
}

/** The shipped presets with those of the folder `user`. */
export function allPresets(user: string): Catalogue {
  return loadCatalogue({ shipped: shippedPresets, user });
}

/**
 * The entry with that id or alias. CcMirrorError `no-such-provider`, which lists all ids;
 * `invalid-preset` if the file with that name is broken.
 */
export function findPreset({ entries, broken }: Catalogue, idOrAlias: string): CatalogueEntry {
  const wanted = idOrAlias.toLowerCase();
  const problem = broken.find(({ id }) => id === wanted);
  if (problem !== undefined) throw problem.error;
  const found = entries.find(({ preset }) => namesOf(preset).includes(wanted));
  if (found !== undefined) return found;
  throw new CcMirrorError(
    'no-such-provider',
    `There is no provider named "${idOrAlias}"`,
    hintFor(wanted, entries),
  );
}

/**
 * The same, without reading more than is needed: most users have no presets of their own, and a shipped
 * one that is named by its id is then read alone. Errors: as `loadCatalogue` and `findPreset`.
 */
export function readNamed(
  folders: { shipped: string; user: string | null },
  idOrAlias: string,
): CatalogueEntry {
  const name = `${idOrAlias.toLowerCase()}.json`;
  const alone = folders.user === null || listJson(folders.user, 'user').length === 0;
  if (alone && listJson(folders.shipped, 'shipped').includes(name)) {
    const file = readPreset(join(folders.shipped, name), 'shipped', null);
    if ('preset' in file) return file;
  }
  return findPreset(loadCatalogue(folders), idOrAlias);
}

/** What somebody who typed the name of no preset may have meant. */
function hintFor(wanted: string, entries: readonly CatalogueEntry[]): string {
  const vendor = translatedNamed(wanted);
  if (vendor !== null) {
    return `${vendor.name} speaks OpenAI's format only; see what translates: cc-mirror providers show ${vendor.id}`;
  }
  const known = `Known providers: ${entries.map(({ preset }) => preset.id).join(', ')}`;
  for (const { preset } of entries) {
    for (const [option, places] of [
      ['--plan', preset.plans],
      ['--region', preset.regions],
    ] as const) {
      const place = places.find(({ id }) =>
        namesOf(preset).some((name) => wanted === `${name}-${id}`),
      );
      if (place) return `Did you mean --provider ${preset.id} ${option} ${place.id}? ${known}`;
    }
  }
  const guess = nearest(
    wanted,
    entries.flatMap(({ preset }) => namesOf(preset)),
  );
  return `${guess === null ? '' : `Did you mean ${guess}? `}${known}`;
}

/** A preset of the user's in a text that is to become `file`. Error: `invalid-preset`. */
export function parseOwnPreset(text: string, file: string): Preset {
  return parsePreset(text, file, baseIn(shippedPresets));
}

type PresetFile = CatalogueEntry | Catalogue['broken'][number];

type BaseOf = ((id: string) => unknown) | null;

function readPresets(
  folder: string,
  source: CatalogueEntry['source'],
  baseOf: BaseOf = null,
): PresetFile[] {
  return listJson(folder, source).map((name) => readPreset(join(folder, name), source, baseOf));
}

/** The JSON of a shipped preset by id, for one that extends it; null for any other id. */
function baseIn(shipped: string): BaseOf {
  return (id) => {
    const name = `${id}.json`;
    return listJson(shipped, 'shipped').includes(name) ? jsonIn(textOf(join(shipped, name))) : null;
  };
}

function readPreset(file: string, source: CatalogueEntry['source'], baseOf: BaseOf): PresetFile {
  const id = basename(file, '.json');
  try {
    const preset = parsePreset(textOf(file), file, baseOf);
    if (preset.id === id) return { preset, source, file };
    const problem = `${file}: id is "${preset.id}", but must be the file's name without .json`;
    throw new CcMirrorError('invalid-preset', problem, repair(file));
  } catch (error) {
    if (error instanceof CcMirrorError) return { id: id.toLowerCase(), error };
    throw error;
  }
}

function listJson(folder: string, source: CatalogueEntry['source']): string[] {
  try {
    const names = readdir(folder);
    return names.filter((name) => name.endsWith('.json') && !name.startsWith('.')).sort();
  } catch (error) {
    if (source === 'user' && systemCode(error) === 'ENOENT') return [];
    throw unreadable(folder, error);
  }
}

function textOf(file: string): string {
  try {
    return readText(file);
  } catch (error) {
    throw unreadable(file, error);
  }
}

function unreadable(path: string, error: unknown): CcMirrorError {
  const reason = error instanceof Error ? error.message : String(error);
  return new CcMirrorError(
    'storage',
    `Provider presets cannot be read: ${reason}`,
    `Check that ${path} exists and that you can read it`,
    { cause: error },
  );
}

function withoutNamesOf(user: readonly CatalogueEntry[], entry: CatalogueEntry): CatalogueEntry[] {
  const taken = new Set(user.flatMap(({ preset }) => namesOf(preset)));
  if (taken.has(entry.preset.id)) return [];
  const aliases = entry.preset.aliases.filter((alias) => !taken.has(alias));
  return [{ ...entry, preset: { ...entry.preset, aliases } }];
}

/** The presets whose names no earlier one has, and what is wrong with the others. */
function withNamesOfTheirOwn(files: readonly PresetFile[]): {
  entries: CatalogueEntry[];
  clashes: Catalogue['broken'];
} {
  const entries: CatalogueEntry[] = [];
  const clashes: Catalogue['broken'] = [];
  for (const file of files) {
    if ('error' in file) continue;
    const owners = new Map<string, string>();
    for (const { preset, file: other } of entries) {
      for (const name of namesOf(preset)) owners.set(name, other);
    }
    const { id, aliases } = file.preset;
    const repeated = aliases.includes(id) ? id : undefined;
    const name = namesOf(file.preset).find((one) => owners.has(one)) ?? repeated;
    if (name === undefined) {
      entries.push(file);
      continue;
    }
    const problem = `${file.file}: "${name}" already names the provider in ${owners.get(name) ?? file.file}`;
    clashes.push({ id, error: new CcMirrorError('invalid-preset', problem, repair(file.file)) });
  }
  return { entries, clashes };
}

function namesOf({ id, aliases }: Preset): string[] {
  return [id, ...aliases];
}
