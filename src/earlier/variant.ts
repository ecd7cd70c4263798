import { basename, join } from 'node:path';
import { jsonIn } from '../config/json-place.ts';
import { ifExists } from '../disk/if-exists.ts';
import { exists, readText, readdir, stat } from '../disk/sync-read.ts';
import { systemCode } from '../errors.ts';
import * as z from '../zod.ts';

/** The folders of an earlier variant; not every version has all of them. */
const parts = ['npm', 'native', 'config', 'tweakcc'] as const;
type Part = (typeof parts)[number];

/** What the variant.json of an earlier cc-mirror says. */
export interface EarlierRecord {
  name: string;
  /** The earlier package's id for it, for example `kimi`. */
  provider: string;
  /** As recorded, but without user name and password; null: Anthropic's own. */
  baseUrl: string | null;
  configDir: string;
  /** The folder of its launcher; null: not recorded. */
  binDir: string | null;
  /** What it runs, as the earlier package writes it: `npm:…@2.1.7`, `native:2.1.37`. */
  claude: string;
  /** The program that its launcher starts; without it, rollback is impossible. */
  program: string;
  /** The version of Claude Code that the user asked for; null if it followed a channel. */
  pinned: string | null;
}

/** A variant that the earlier npm package of this name created, up to 2.x (docs/earlier-variants.md). */
export interface EarlierVariant extends EarlierRecord {
  folder: string;
  parts: Part[];
  /** Folders in `config/skills` that the earlier package marked as its own. */
  skills: string[];
}

const filled = z.string().check(z.minLength(1));
const optional = z.pipe(
  z.catch(z.nullish(z.string()), null),
  z.transform((value) => (value?.trim() ? value.trim() : null)),
);

/**
 * The fields that every version wrote, and those that are used here. `schemaVersion` does not tell
 * records apart, as later versions have one too; `bundle` does, as only ours have it. `tweakDir` is
 * missing where an earlier cc-mirror took over one of ours (2.1 does with `update NAME --no-tweak`).
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
 * The earlier cc-mirror's variant in `folder`; null if there is none: no such record, a missing
 * field, another name in the record, or none of its folders.
 */
export function readEarlier(folder: string): EarlierVariant | null {
  const record = earlierRecord(recordIn(folder));
  if (record === null || record.name !== basename(folder)) return null;
  const present = parts.filter((part) => ifExists(() => stat(join(folder, part)))?.isDirectory());
  if (present.length === 0) return null;
  return {
    ...record,
    folder,
    parts: present,
    skills: managedSkills(join(folder, 'config', 'skills')),
  };
}

/** What the text of a variant.json says; null if no earlier cc-mirror wrote it. */
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

function recordIn(folder: string): string {
  try {
    return readText(join(folder, 'variant.json'));
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG'].includes(systemCode(error) ?? ''))
      return '';
    throw error;
  }
}

/** 2.0 and later record whether the user asked for a version; before, the package chose it. */
function pinnedVersion({
  nativeVersion,
  nativeVersionSource,
}: Pick<z.infer<typeof recordSchema>, 'nativeVersion' | 'nativeVersionSource'>): string | null {
  const exact = nativeVersion !== null && /^\d+\.\d+\.\d+(-[\w.-]+)?$/.test(nativeVersion);
  return exact && nativeVersionSource === 'pinned' ? nativeVersion : null;
}

const managedMarker = '.cc-mirror-managed';

function managedSkills(folder: string): string[] {
  const names = ifExists(() => readdir(folder)) ?? [];
  return names.filter((name) => exists(join(folder, name, managedMarker))).sort();
}

/** Records are printed, so passwords are removed. */
function withoutCredentials(address: string): string {
  return address.replace(/^([^/]*\/\/)[^/]*@/, '$1');
}
