import { readFile, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { jsonIn } from '../config/json-place.ts';
import { ifExists } from '../disk/if-exists.ts';
import { exists } from '../disk/sync-read.ts';
import { systemCode } from '../errors.ts';
import * as z from '../zod.ts';

/** What an earlier cc-mirror keeps beside variant.json; not every version has all of them. */
const parts = ['npm', 'native', 'config', 'tweakcc'] as const;
type Part = (typeof parts)[number];

/** What the variant.json of an earlier cc-mirror says. */
export interface EarlierRecord {
  name: string;
  /** The earlier package's own word for it, such as `kimi`. */
  provider: string;
  /** As recorded, without a user name and password; null: Anthropic's own. */
  baseUrl: string | null;
  configDir: string;
  /** Where its launcher was put; null: not recorded. */
  binDir: string | null;
  /** What it runs, in the earlier package's words: `npm:…@2.1.7`, `native:2.1.37`. */
  claude: string;
  /** The program that its launcher starts; without it there is no way back to it. */
  program: string;
  /** The version of Claude Code that the user asked for; null where it followed a channel. */
  pinned: string | null;
}

/** A variant made by the earlier public package of this name, up to 2.x (docs/earlier-variants.md). */
export interface EarlierVariant extends EarlierRecord {
  folder: string;
  parts: Part[];
  /** Folders in `config/skills` that the earlier package put there and marked as its own. */
  skills: string[];
}

const filled = z.string().check(z.minLength(1));
const optional = z.pipe(
  z.catch(z.nullish(z.string()), null),
  z.transform((value) => (value?.trim() ? value.trim() : null)),
);

/**
 * The fields that every version wrote, and those of use here. `schemaVersion` tells nothing: later
 * versions have one too. `bundle` is in every record of ours and in none of theirs. `tweakDir` is
 * missing where an earlier cc-mirror took over one of ours (`update NAME --no-tweak` of 2.1 does).
 */
const recordSchema = z.object({
  name: z.string(),
  provider: filled,
  claudeOrig: z.string(),
  binaryPath: z.string(),
  configDir: filled,
  tweakDir: optional,
  npmDir: optional,
  nativeDir: optional,
  baseUrl: optional,
  binDir: optional,
  nativeVersion: optional,
  nativeVersionSource: optional,
  bundle: z.optional(z.undefined()),
});

/**
 * The variant of an earlier cc-mirror in `folder`; null where that is none: no such record, a field
 * missing, the record of another name, or none of its folders there. Nothing is changed.
 */
export async function readEarlier(folder: string): Promise<EarlierVariant | null> {
  const record = earlierRecord(await recordIn(folder));
  if (record === null || record.name !== basename(folder)) return null;
  const present = await presentIn(folder);
  if (present.length === 0) return null;
  const skills = await managedSkills(join(folder, 'config', 'skills'));
  return { ...record, folder, parts: present, skills };
}

/** What the text of a variant.json says; null where no earlier cc-mirror wrote it. */
export function earlierRecord(text: string): EarlierRecord | null {
  const { success, data } = recordSchema.safeParse(jsonIn(text));
  if (!success || (!data.tweakDir && !data.npmDir && !data.nativeDir)) return null;
  const { name, provider, configDir, binDir, claudeOrig: claude, binaryPath: program } = data;
  const baseUrl = data.baseUrl && withoutCredentials(data.baseUrl);
  return {
    name,
    provider,
    baseUrl,
    configDir,
    binDir,
    claude,
    program,
    pinned: pinnedVersion(data),
  };
}

async function recordIn(folder: string): Promise<string> {
  try {
    return await readFile(join(folder, 'variant.json'), 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG'].includes(systemCode(error) ?? ''))
      return '';
    throw error;
  }
}

async function presentIn(folder: string): Promise<Part[]> {
  const present: Part[] = [];
  for (const part of parts) {
    const found = await ifExists(() => stat(join(folder, part)));
    if (found?.isDirectory()) present.push(part);
  }
  return present;
}

/** 2.0 and later record whether a version was asked for; before, the package chose it. */
function pinnedVersion({
  nativeVersion,
  nativeVersionSource,
}: Pick<z.infer<typeof recordSchema>, 'nativeVersion' | 'nativeVersionSource'>): string | null {
  const exact = nativeVersion !== null && /^\d+\.\d+\.\d+(-[\w.-]+)?$/.test(nativeVersion);
  return exact && nativeVersionSource === 'pinned' ? nativeVersion : null;
}

const managedMarker = '.cc-mirror-managed';

async function managedSkills(folder: string): Promise<string[]> {
  const names = (await ifExists(() => readdir(folder))) ?? [];
  const managed: string[] = [];
  for (const name of names.toSorted()) {
    if (exists(join(folder, name, managedMarker))) managed.push(name);
  }
  return managed;
}

/** Records are shown; a password in an address is not. */
function withoutCredentials(address: string): string {
  return address.replace(/^([^/]*\/\/)[^/]*@/, '$1');
}
