import { basename } from 'node:path';
import { readIfExists, readdir, exists } from '../disk/sync-read.ts';
import { ifExists } from '../disk/if-exists.ts';
import { systemCode } from '../errors.ts';
import { clearedVariables } from '../claude-variables.ts';
import { type ReadLauncher, readLauncher } from '../launcher/read-back.ts';
import { isAddressOf } from '../provider/base-url.ts';
import { type Catalogue, allPresets, findPreset } from '../provider/catalogue.ts';
import { type Preset, keyVariableFor } from '../provider/preset.ts';
import { toolSearch } from '../provider/tool-search.ts';
import { jsonIn } from '../config/json-place.ts';
import { launcherVariant } from '../launcher/marker.ts';
import { shippedPacks } from '../skill/pack-source.ts';
import type { Pack } from '../skill/pack.ts';
import { fieldsOf } from '../task/json.ts';
import { type FoundBundle, findBundle } from '../variant/bundle-folders.ts';
import { choicesLeft } from '../plan/choices-left.ts';
import { launcherPaths } from '../variant/launcher-file.ts';
import { readHeaders } from '../variant/stored-headers.ts';
import { type Layout, type VariantLayout, variantLayout } from '../variant/layout.ts';
import { readPreviousState } from '../variant/previous.ts';
import {
  type Choices,
  type VariantRecord,
  defaultChoices,
  parseRecord,
  partOfRecord,
} from '../variant/record.ts';

export interface Rebuilt {
  record: VariantRecord;
  /** What it was rebuilt from, in words. */
  from: string;
  /** What is lost, in words. */
  lost: string[];
  /** Nothing says which provider it had. */
  providerLost: boolean;
}

/**
 * Rebuilds the record of a variant whose variant.json is unusable: from the copy of the last record
 * in previous.json, else from the valid fields of variant.json, the launcher and the folder. Null if
 * nothing shows that the folder is a variant of that name, or if its program is gone. Nothing is changed.
 */
export async function rebuildRecord(layout: Layout, name: string): Promise<Rebuilt | null> {
  const places = variantLayout(layout, name);
  const copy = lastWritten(places);
  if (copy !== null && copy.name === name && exists(copy.bundle.path)) {
    return { record: copy, from: basename(places.previous), lost: [], providerLost: false };
  }
  const part = validFields(places);
  if (part === null) return null;
  const path = part.launcher ?? places.launcher;
  const launcher = launcherAt(path, name, layout.platform);
  const another = (part.name ?? name) !== name;
  if (another && launcher === null) return null;
  const bundle = await findBundle(places.bundles, [part.bundle?.path, launcher?.program]);
  if (bundle === null) return null;
  const whole = { name, places: { ...places, launcher: path }, launcher, bundle, layout };
  return assemble({ ...whole, part: another ? {} : part });
}

/** The record that the last change wrote, if previous.json has it. */
function lastWritten(places: VariantLayout): VariantRecord | null {
  try {
    const after = readPreviousState(places)?.recordFile.after;
    return after?.kind === 'file'
      ? parseRecord(Buffer.from(after.base64, 'base64').toString())
      : null;
  } catch {
    // Without a usable copy, the record is rebuilt from the folder.
    return null;
  }
}

/** The valid fields of variant.json; null for a record of another version of cc-mirror. */
function validFields({ record }: VariantLayout): Partial<VariantRecord> | null {
  try {
    const fields = fieldsOf(jsonIn(readIfExists(record) ?? ''));
    return (fields['schemaVersion'] ?? 1) === 1 ? partOfRecord(fields) : null;
  } catch (error) {
    if (systemCode(error) === 'EISDIR') return {};
    throw error;
  }
}

/** Reads the launcher for sh; on Windows that is the one for Git Bash. */
function launcherAt(path: string, name: string, platform: NodeJS.Platform): ReadLauncher | null {
  const text = readIfExists(launcherPaths(path, platform)[''] ?? path) ?? '';
  return launcherVariant(text) === name ? readLauncher(text) : null;
}

interface Parts {
  name: string;
  places: VariantLayout;
  part: Partial<VariantRecord>;
  launcher: ReadLauncher | null;
  bundle: FoundBundle;
  layout: Layout;
}

async function assemble(parts: Parts): Promise<Rebuilt> {
  const { name, places, part, launcher, bundle, layout } = parts;
  const env = part.env ?? part.written?.env ?? launcher?.env ?? {};
  const { CLAUDE_CONFIG_DIR: _, ...variables } = env;
  const known = part.provider !== undefined || launcher !== null;
  const baseUrl = part.baseUrl ?? variables['ANTHROPIC_BASE_URL'] ?? null;
  const catalogue = allPresets(layout.providers);
  const provider = part.provider ?? (known ? providerOf(baseUrl, catalogue) : '');
  const packs = await shippedPacks();
  const skills = namesIn(places.skills, packs, 'skills');
  const preset = provider === '' ? null : findPreset(catalogue, provider).preset;
  const choices = part.choices ?? {
    ...choicesFrom(parts, preset, baseUrl, variables),
    skills: packs
      .filter((pack) => pack.skills.every(({ name }) => skills.includes(name)))
      .map(({ id }) => id),
  };
  const now = new Date().toISOString();
  const unseen = { state: 'unknown', by: null, means: null, reason: 'not examined' } as const;
  const record: VariantRecord = {
    schemaVersion: 1,
    name,
    provider,
    baseUrl,
    configDir: places.config,
    launcher: places.launcher,
    ...bundle,
    capabilities: part.capabilities ?? { tasks: unseen, teams: unseen },
    packs: part.packs ?? [],
    // Without hashes, every file that differs from the pack counts as the user's.
    skills: part.skills ?? skills.map((skill) => ({ name: skill, files: [] })),
    agents:
      part.agents ??
      namesIn(places.agents, packs, 'agents', '.md').map((path) => ({ path, sha256: '' })),
    key: part.key ?? keyLeft(places, launcher),
    keyringEntries: part.keyringEntries ?? [],
    keepEnv: part.keepEnv ?? keptFromShell(launcher, choices),
    env: variables,
    written: part.written ?? { baseUrl, env: variables },
    owned: part.owned ?? {},
    choices,
    notes: [],
    probe: part.probe ?? null,
    retired: part.retired ?? [],
    createdAt: part.createdAt ?? now,
    updatedAt: now,
  };
  const from = launcher ? 'its launcher and its folder' : 'its folder';
  return { record, from, lost: lostIn(parts, record), providerLost: !known };
}

function lostIn({ part, launcher }: Parts, { key, baseUrl }: VariantRecord): string[] {
  if (part.choices !== undefined) return [];
  return [
    'the version that it follows: it keeps the current one, then follows --claude-version auto',
    'choices of --tasks, --teams, --rules and --flip: they have their defaults',
    'packs of your own: add them again with --skills',
    ...(launcher === null ? ['its variables, models and address'] : []),
    ...lostOfShell(part, launcher),
    // Claude Code sends what a command prints in both ways.
    ...(baseUrl !== null && (key?.store === 'helper' || key?.store === 'keyring')
      ? ['how a key that the launcher reads would be sent: by default, unless you add --auth']
      : []),
  ];
}

/** Variables that an older launcher did not clear cannot be told from those that were to be kept. */
function lostOfShell(part: Parts['part'], launcher: ReadLauncher | null): string[] {
  if (launcher === null || part.keepEnv !== undefined) return [];
  const known = [...launcher.cleared, ...Object.keys(launcher.env), ...launcher.keepEnv];
  const uncleared = clearedVariables.filter((name) => !known.includes(name));
  if (uncleared.length === 0) return [];
  return [
    `whether to keep ${uncleared.join(', ')} of the shell: now cleared, unless you add --keep-env`,
  ];
}

/** The shell also overrides the launcher's default for tool search, which the user did not choose. */
function keptFromShell(launcher: ReadLauncher | null, { env }: Choices): string[] {
  return (launcher?.keepEnv ?? []).filter((name) => name !== toolSearch || name in env);
}

function providerOf(baseUrl: string | null, { entries }: Catalogue): string {
  if (baseUrl === null) return 'mirror';
  const found = entries.find(({ preset }) => isAddressOf(preset, baseUrl));
  return found?.preset.id ?? 'custom';
}

/** The choices that can still be read from the launcher and the folder; the others have their defaults. */
function choicesFrom(
  { places, launcher, part }: Parts,
  preset: Preset | null,
  baseUrl: string | null,
  variables: Readonly<Record<string, string>>,
): Choices {
  const key = part.key ?? launcher?.key;
  const left = {
    variables,
    keyVariable: key && key.store !== 'helper' ? key.variable : undefined,
    shellFirst: launcher?.keepEnv ?? [toolSearch],
  };
  return {
    ...defaultChoices,
    ...(baseUrl !== null && preset?.baseUrl !== baseUrl && { baseUrl }),
    ...(preset && choicesLeft(preset, baseUrl, left)),
    headers: {
      ...Object.fromEntries(readHeaders(places).map(({ name }) => [name, null])),
      ...launcher?.headersOfShell,
    },
  };
}

function keyLeft(
  { secrets, keyring, settings }: VariantLayout,
  launcher: ReadLauncher | null,
): VariantRecord['key'] {
  if (launcher?.key) return launcher.key;
  const variable = keyVariableFor('bearer');
  if (exists(secrets)) return { store: 'file', variable };
  if (exists(keyring)) return { store: 'keyring', variable };
  const { apiKeyHelper: command } = fieldsOf(jsonIn(readIfExists(settings) ?? ''));
  return typeof command === 'string' ? { store: 'helper', command } : null;
}

/** The names in a folder that are those of shipped skills or agents. */
function namesIn(
  folder: string,
  packs: readonly Pack[],
  kind: 'skills' | 'agents',
  suffix = '',
): string[] {
  const names = ifExists(() => readdir(folder)) ?? [];
  return packs
    .flatMap((pack) => pack[kind].map(({ name }) => name + suffix))
    .filter((name) => names.includes(name));
}
