import { basename, join } from 'node:path';
import { readText, readdir } from '../disk/sync-read.ts';

import { fromPackage } from '../package-root.ts';
import { CcMirrorError, systemCode } from '../errors.ts';
import { nearest } from './nearest.ts';
import { parsePreset, repair, type Preset } from './preset.ts';

/** A preset, whose it is and the file it stands in. */
export interface CatalogueEntry {
  preset: Preset;
  source: 'shipped' | 'user';
  file: string;
}

/** The presets that can be used, and the user's files that cannot, by the id they would have. */
export interface Catalogue {
  entries: CatalogueEntry[];
  broken: { id: string; error: CcMirrorError }[];
}

/** The presets that come with cc-mirror; the path holds from `src/` and from `dist/` alike. */
export const shippedPresets: string = fromPackage('providers');

/**
 * All presets, sorted by id. `user` is `<home>/providers` and may be absent. Where both folders
 * have an id, the user's wins, and a name the user's presets take is taken from shipped aliases,
 * so that a later cc-mirror cannot break them. A file of the user's that is no preset, or whose id
 * is not its name, is set aside: it concerns only who wants it. CcMirrorError `invalid-preset`: one
 * name for two presets. `storage`: a folder that cannot be read.
 */
export async function loadCatalogue(folders: {
  shipped: string;
  user: string | null;
}): Promise<Catalogue> {
  const shipped = await readPresets(folders.shipped, 'shipped');
  const user = folders.user === null ? [] : await readPresets(folders.user, 'user');
  const read = (presets: readonly PresetFile[]): CatalogueEntry[] =>
    presets.flatMap((file) => ('preset' in file ? [file] : []));
  const broken = [...shipped, ...user].flatMap((file) => ('error' in file ? [file] : []));
  const usable = read(user);
  const entries = [...read(shipped).flatMap((entry) => withoutNamesOf(usable, entry)), ...usable];
  refuseSharedNames(entries);
  return { entries: entries.sort((a, b) => (a.preset.id < b.preset.id ? -1 : 1)), broken };
}

/**
 * The entry with that id or alias. CcMirrorError `no-such-provider` lists the ids there are;
 * `invalid-preset` where a file of that name is broken.
 */
export function findPreset({ entries, broken }: Catalogue, idOrAlias: string): CatalogueEntry {
  const wanted = idOrAlias.toLowerCase();
  const problem = broken.find(({ id }) => id === wanted);
  if (problem !== undefined) throw problem.error;
  const found = entries.find(({ preset }) => namesOf(preset).includes(wanted));
  if (found !== undefined) return found;
  const guess = nearest(
    wanted,
    entries.flatMap(({ preset }) => namesOf(preset)),
  );
  const known = entries.map(({ preset }) => preset.id).join(', ');
  throw new CcMirrorError(
    'no-such-provider',
    `There is no provider named "${idOrAlias}"`,
    `${guess === null ? '' : `Did you mean ${guess}? `}Known providers: ${known}`,
  );
}

type PresetFile = CatalogueEntry | Catalogue['broken'][number];

async function readPresets(
  folder: string,
  source: CatalogueEntry['source'],
): Promise<PresetFile[]> {
  const names = await listJson(folder, source);
  return Promise.all(names.map((name) => readPreset(join(folder, name), source)));
}

async function readPreset(file: string, source: CatalogueEntry['source']): Promise<PresetFile> {
  const id = basename(file, '.json');
  try {
    const preset = parsePreset(await textOf(file), file);
    if (preset.id === id) return { preset, source, file };
    const problem = `${file}: id: is "${preset.id}", but must be the file's name without .json`;
    throw new CcMirrorError('invalid-preset', problem, repair(file));
  } catch (error) {
    if (error instanceof CcMirrorError) return { id: id.toLowerCase(), error };
    throw error;
  }
}

async function listJson(folder: string, source: CatalogueEntry['source']): Promise<string[]> {
  try {
    const names = readdir(folder);
    return names.filter((name) => name.endsWith('.json') && !name.startsWith('.')).sort();
  } catch (error) {
    if (source === 'user' && systemCode(error) === 'ENOENT') return [];
    throw unreadable(folder, error);
  }
}

async function textOf(file: string): Promise<string> {
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
    `Check that ${path} is there and that you may read it`,
    { cause: error },
  );
}

function withoutNamesOf(user: readonly CatalogueEntry[], entry: CatalogueEntry): CatalogueEntry[] {
  if (user.some(({ preset }) => preset.id === entry.preset.id)) return [];
  const taken = new Set(user.flatMap(({ preset }) => namesOf(preset)));
  const aliases = entry.preset.aliases.filter((alias) => !taken.has(alias));
  return [{ ...entry, preset: { ...entry.preset, aliases } }];
}

function refuseSharedNames(entries: readonly CatalogueEntry[]): void {
  const owners = new Map<string, CatalogueEntry>();
  for (const entry of entries) {
    for (const name of namesOf(entry.preset)) {
      const other = owners.get(name);
      if (other !== undefined) {
        const problem = `${entry.file}: "${name}" already names the provider in ${other.file}`;
        throw new CcMirrorError('invalid-preset', problem, repair(entry.file));
      }
      owners.set(name, entry);
    }
  }
}

function namesOf({ id, aliases }: Preset): string[] {
  return [id, ...aliases];
}
