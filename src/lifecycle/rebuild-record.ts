import { basename, join, relative } from 'node:path';
import { hashFile } from '../disk/hash.ts';
import { hostPlatform } from '../bundle/platform.ts';
import { readIfExists, readdir, exists } from '../disk/sync-read.ts';
import { ifExists } from '../disk/if-exists.ts';
import { systemCode } from '../errors.ts';
import { clearedVariables } from '../claude-variables.ts';
import { type ReadLauncher, readLauncher } from '../launcher/read-back.ts';
import { findPreset, loadCatalogue, shippedPresets } from '../provider/catalogue.ts';
import { addressesOf } from '../provider/preset.ts';
import { toolSearch } from '../provider/tool-search.ts';
import { isObject } from '../config/merge.ts';
import { shippedPacks } from '../skill/pack-source.ts';
import { contentAt } from '../transaction/content.ts';
import { choicesLeft } from '../plan/choices-left.ts';
import { launcherPaths } from '../variant/launcher-file.ts';
import { readHeaders } from '../variant/stored-headers.ts';
import { type Layout, type VariantLayout, variantLayout } from '../variant/layout.ts';
import { readPreviousState } from '../variant/previous.ts';
import { type Choices, type VariantRecord, parseRecord, partOfRecord } from '../variant/record.ts';

/** A record that was made anew, from what it was made and what of it nothing knows any more. */
export interface Rebuilt {
  record: VariantRecord;
  from: string;
  lost: string[];
  /** Nothing says which provider it had. */
  providerLost: boolean;
}

/**
 * The record of a variant whose variant.json cannot be used: the one that the last change has
 * written, of which previous.json has a copy; else one made from what can still be read of
 * variant.json, the launcher and the folder. Null where nothing says that the folder is a variant
 * of that name, or where its program is gone. Nothing is changed.
 */
export async function rebuildRecord(layout: Layout, name: string): Promise<Rebuilt | null> {
  const places = variantLayout(layout, name);
  const copy = await lastWritten(places);
  if (copy !== null && copy.name === name && exists(copy.bundle.path)) {
    return { record: copy, from: 'previous.json', lost: [], providerLost: false };
  }
  const part = await partLeft(places);
  if (part === null) return null;
  const path = part.launcher ?? places.launcher;
  const launcher = await launcherOf(path, name, layout.platform);
  const another = (part.name ?? name) !== name;
  if (another && launcher === null) return null;
  const bundle = await bundleOf(places, [part.bundle?.path, launcher?.program]);
  if (bundle === null) return null;
  const whole = { name, places: { ...places, launcher: path }, launcher, bundle, layout };
  return assemble({ ...whole, part: another ? {} : part });
}

/** The record as the last change that can be gone back from has written it. */
async function lastWritten({ previous, record }: VariantLayout): Promise<VariantRecord | null> {
  const state = await readPreviousState(previous, record).catch(() => null);
  const after = state?.recordFile.after;
  if (after?.kind !== 'file') return null;
  try {
    return parseRecord(Buffer.from(after.base64, 'base64').toString());
  } catch {
    return null;
  }
}

/** The fields of variant.json that are what they should be; null for one of another cc-mirror. */
async function partLeft({ record }: VariantLayout): Promise<Partial<VariantRecord> | null> {
  try {
    const value: unknown = JSON.parse(readIfExists(record) ?? '');
    if (!isObject(value)) return {};
    return (value['schemaVersion'] ?? 1) === 1 ? partOfRecord(value) : null;
  } catch (error) {
    if (error instanceof SyntaxError || systemCode(error) === 'EISDIR') return {};
    throw error;
  }
}

/** The one for sh; on Windows that is the one of Git Bash. */
async function launcherOf(
  path: string,
  name: string,
  platform: NodeJS.Platform,
): Promise<ReadLauncher | null> {
  const text = readIfExists(launcherPaths(path, platform)[''] ?? path);
  const [, line = ''] = (text ?? '').split('\n', 2);
  return text !== null && line === `# cc-mirror launcher for variant ${name}`
    ? readLauncher(text)
    : null;
}

type Found = Pick<VariantRecord, 'bundle' | 'claudeVersion' | 'platform'>;

/** The program that is named and lies in the folder, else one that does. */
async function bundleOf(
  { bundles }: VariantLayout,
  named: readonly (string | null | undefined)[],
): Promise<Found | null> {
  const folders = (ifExists(() => readdir(bundles)) ?? []).toSorted().toReversed();
  const inFolders = folders.flatMap((folder) =>
    ['cli.js', 'claude', 'claude.exe'].map((file) => join(bundles, folder, file)),
  );
  for (const path of [...named.flatMap((one) => one ?? []), ...inFolders]) {
    const [folder = ''] = relative(bundles, path).split(/[/\\]/);
    const version = /^(\d+\.\d+\.\d+.*)-[0-9a-f]{6}$/.exec(folder)?.[1];
    if (version === undefined || !exists(path)) continue;
    const kind = basename(path).endsWith('.js') ? 'js' : 'native';
    const platform = kind === 'js' ? 'any' : await hostPlatform();
    return {
      claudeVersion: version,
      platform,
      bundle: { kind, path, sha256: await hashFile(path) },
    };
  }
  return null;
}

interface Parts {
  name: string;
  places: VariantLayout;
  part: Partial<VariantRecord>;
  launcher: ReadLauncher | null;
  bundle: Found;
  layout: Layout;
}

async function assemble(parts: Parts): Promise<Rebuilt> {
  const { name, places, part, launcher, bundle, layout } = parts;
  const env = part.env ?? part.written?.env ?? launcher?.env ?? {};
  const { CLAUDE_CONFIG_DIR: _, ...variables } = env;
  const known = part.provider !== undefined || launcher !== null;
  const baseUrl = part.baseUrl ?? variables['ANTHROPIC_BASE_URL'] ?? null;
  const provider = part.provider ?? (known ? providerOf(baseUrl, layout) : '');
  const choices = part.choices ?? (await choicesFrom(parts, provider, baseUrl, variables));
  const key = part.key ?? (await keyLeft(places, launcher));
  const now = new Date().toISOString();
  const unseen = { state: 'unknown', by: null, means: null, reason: 'not looked at' } as const;
  const skills = await skillsThere(places);
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
    // Without hashes everything that is not as the pack has it counts as the user's.
    skills: part.skills ?? skills.map((skill) => ({ name: skill, files: [] })),
    agents: part.agents ?? (await agentsThere(places)).map((path) => ({ path, sha256: '' })),
    key,
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
  const from = [...(launcher ? ['its launcher'] : []), 'its folder'].join(' and ');
  return { record, from, lost: lostIn(parts, record), providerLost: !known };
}

function lostIn({ part, launcher }: Parts, { key, baseUrl }: VariantRecord): string[] {
  if (part.choices !== undefined) return [];
  return [
    'the version that it follows: it goes on with the one that it has, then as --claude-version auto',
    'whether tasks, teams, rules or --flip were chosen otherwise: they are as at first',
    'packs of your own: add them again with --skills',
    ...(launcher === null ? ['its variables, models and address'] : []),
    ...lostOfShell(part, launcher),
    // Claude Code sends what a command prints in both ways.
    ...(baseUrl !== null && (key?.store === 'helper' || key?.store === 'keyring')
      ? ['how a key that the launcher reads would be sent: as at first, unless --auth says it']
      : []),
  ];
}

/** Which variables an older launcher did not clear, and which were to be kept, cannot be told apart. */
function lostOfShell(part: Parts['part'], launcher: ReadLauncher | null): string[] {
  if (launcher === null || part.keepEnv !== undefined) return [];
  const set = [...Object.keys(launcher.env), ...launcher.keepEnv];
  const uncleared = clearedVariables.filter(
    (name) => !launcher.cleared.includes(name) && !set.includes(name),
  );
  if (uncleared.length === 0) return [];
  return [
    `whether ${uncleared.join(', ')} of the shell are kept: they are not; if they should be: --keep-env`,
  ];
}

/** The launcher's own default for tools gives way to the shell too, and is nothing to keep. */
function keptFromShell(launcher: ReadLauncher | null, { env }: Choices): string[] {
  return (launcher?.keepEnv ?? []).filter((name) => name !== toolSearch || name in env);
}

function providerOf(baseUrl: string | null, layout: Layout): string {
  if (baseUrl === null) return 'mirror';
  const { entries } = loadCatalogue({ shipped: shippedPresets, user: layout.providers });
  const found = entries.find(({ preset }) => addressesOf(preset).includes(baseUrl));
  return found?.preset.id ?? 'custom';
}

/** What of the choices the launcher and the folder still say. */
async function choicesFrom(
  { places, layout, launcher, part }: Parts,
  provider: string,
  baseUrl: string | null,
  variables: Readonly<Record<string, string>>,
): Promise<Choices> {
  const catalogue = loadCatalogue({ shipped: shippedPresets, user: layout.providers });
  const preset = provider === '' ? null : findPreset(catalogue, provider).preset;
  const key = part.key ?? launcher?.key;
  const left = preset && {
    variables,
    keyVariable: key && key.store !== 'helper' ? key.variable : undefined,
    shellFirst: launcher?.keepEnv ?? [toolSearch],
  };
  const there = new Set(await skillsThere(places));
  const packs = await shippedPacks();
  const headers = await readHeaders(places);
  return {
    source: { kind: 'auto' },
    ...(baseUrl !== null && preset?.baseUrl !== baseUrl && { baseUrl }),
    ...(left ? choicesLeft(preset, baseUrl, left) : { models: {}, env: {} }),
    headers: {
      ...Object.fromEntries(headers.map((header) => [header.name, null])),
      ...launcher?.headersOfShell,
    },
    withoutEnv: [],
    tasks: true,
    teams: true,
    flip: 'auto',
    skills: packs
      .filter(({ skills }) => skills.every((one) => there.has(one.name)))
      .map(({ id }) => id),
    rules: true,
  };
}

async function keyLeft(
  places: VariantLayout,
  launcher: ReadLauncher | null,
): Promise<VariantRecord['key']> {
  const { secrets, keyring, settings } = places;
  if (launcher?.key) return launcher.key;
  const variable = 'ANTHROPIC_AUTH_TOKEN';
  if ((await contentAt(secrets)) !== null) return { store: 'file', variable };
  if (exists(keyring)) return { store: 'keyring', variable };
  const command = await helperIn(settings);
  return command === null ? null : { store: 'helper', command };
}

async function helperIn(settings: string): Promise<string | null> {
  try {
    const value: unknown = JSON.parse(readIfExists(settings) ?? '');
    const command = isObject(value) ? value['apiKeyHelper'] : undefined;
    return typeof command === 'string' ? command : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

async function skillsThere({ skills }: VariantLayout): Promise<string[]> {
  const names = ifExists(() => readdir(skills)) ?? [];
  const shipped = (await shippedPacks()).flatMap((pack) => pack.skills.map(({ name }) => name));
  return shipped.filter((name) => names.includes(name));
}

async function agentsThere({ agents }: VariantLayout): Promise<string[]> {
  const names = ifExists(() => readdir(agents)) ?? [];
  const shipped = (await shippedPacks()).flatMap((pack) =>
    pack.agents.map(({ name }) => `${name}.md`),
  );
  return shipped.filter((name) => names.includes(name));
}
