import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { readdir } from '../../disk/sync-read.ts';
import { CcMirrorError } from '../../errors.ts';
import type { Progress } from '../../ui/progress.ts';
import * as z from '../../zod.ts';
import { claudePackage, nativePackage, nativePlatforms } from '../claude-package.ts';
import { watchDownload } from './download.ts';
import {
  type AgeRule,
  type PublishTimes,
  ageRule,
  heldBack,
  heldBackByNpm,
  heldBackNote,
  isAllowed,
  publishedTimes,
} from './age-rules.ts';
import { type NpmResult, runNpm } from './run-npm.ts';

/** A published version, by the package that contains its program. */
export interface PublishedBuild {
  version: string;
  packageName: string;
  /** `any` for JavaScript. */
  platform: string;
  /** Why this is not the version asked for. */
  note?: string;
}

export interface NpmOptions {
  signal: AbortSignal;
  progress: Progress;
}

/**
 * Finds the published build of a version (`latest` or `X.Y.Z`) for a platform, with the user's own
 * npm and its settings. Versions whose programs are in optional packages are native. If the settings
 * require a minimum age, `latest` is the newest version that is old enough, with a note.
 *
 * Errors: `no-such-version`, `unsupported-platform`, `network`, `storage`; the signal's reason.
 */
export async function findPublished(
  version: string,
  platform: string,
  { signal }: NpmOptions,
): Promise<PublishedBuild> {
  // To npm, anything else would be a range, a path or a URL.
  if (!/^[0-9A-Za-z][\w.+-]*$/.test(version)) throw notPublished(version);
  const [found, rule] = await Promise.all([lookUp(version, platform, signal), ageRule(signal)]);
  return rule ? withinRule(found, version, platform, rule, signal) : found;
}

/** `found`, or the newest older version that the rule allows if `found` is too new and came from a tag. */
async function withinRule(
  found: PublishedBuild,
  wanted: string,
  platform: string,
  rule: AgeRule,
  signal: AbortSignal,
): Promise<PublishedBuild> {
  const published = await publishedTimes(claudePackage, signal);
  const versions = [...(published?.keys() ?? [])];
  const older = versions.slice(versions.indexOf(found.version) + 1);
  let natives: PublishTimes | null | undefined;
  for (const version of [found.version, ...(wanted === found.version ? [] : older)]) {
    if (!isAllowed(rule, claudePackage, version, published)) continue;
    const build = version === found.version ? found : await lookUp(version, platform, signal);
    const { packageName } = build;
    if (packageName !== claudePackage) {
      natives ??= await publishedTimes(packageName, signal);
      if (!isAllowed(rule, packageName, version, natives)) continue;
    }
    return build === found ? found : { ...build, note: heldBackNote(found.version, version, rule) };
  }
  const none = wanted !== found.version;
  throw heldBack(found.version, rule, published?.get(found.version) ?? null, none);
}

async function lookUp(
  version: string,
  platform: string,
  signal: AbortSignal,
): Promise<PublishedBuild> {
  // npm prints an object only if two or more fields have values; `name` always has one.
  const fields = ['name', 'version', 'optionalDependencies'];
  const view = await runNpm(['view', `${claudePackage}@${version}`, ...fields, '--json'], signal);
  if (!view.ok) throw failure(view, claudePackage, version);
  const manifest = z.parseJson(view.stdout, manifestSchema);
  if (!manifest) throw notPublished(version);
  const platforms = nativePlatforms(manifest.optionalDependencies);
  if (platforms.length === 0) {
    return { version: manifest.version, packageName: claudePackage, platform: 'any' };
  }
  if (!platforms.includes(platform)) {
    throw new CcMirrorError(
      'unsupported-platform',
      `Claude Code ${manifest.version} is not published for ${platform}.`,
      `It is published for ${platforms.join(', ')}. JavaScript builds (up to 2.1.112) run anywhere: --claude-version 2.1.112`,
    );
  }
  return { version: manifest.version, packageName: nativePackage(platform), platform };
}

/**
 * Downloads a build's tarball into the empty folder `folder`. npm verifies it against the
 * registry's integrity, and the file on disk is hashed once more. The package's scripts never run.
 *
 * Returns the tarball's path and its integrity (`sha512-…`). Errors: `no-such-version`, `network`,
 * `storage`; the signal's reason.
 */
export async function downloadTarball(
  { packageName, version }: PublishedBuild,
  folder: string,
  { signal, progress }: NpmOptions,
): Promise<{ tarball: string; integrity: string }> {
  const spec = `${packageName}@${version}`;
  const stop = await watchDownload(progress, signal);
  let complete = false;
  try {
    const args = ['pack', spec, '--pack-destination', folder, '--json', '--ignore-scripts'];
    const pack = await runNpm([...args, '--no-dry-run'], signal);
    if (!pack.ok) throw failure(pack, packageName, version);
    complete = true;
    const [packed] = z.parseJson(pack.stdout, packSchema) ?? [];
    // npm versions differ in how they name the file of a scoped package.
    const [name, ...others] = readdir(folder).filter((file) => file.endsWith('.tgz'));
    if (!packed || name === undefined || others.length > 0) {
      throw new CcMirrorError(
        'network',
        `npm did not say what it downloaded for ${spec}.`,
        networkHint,
      );
    }
    const tarball = join(folder, name);
    if ((await integrityOf(tarball)) !== packed.integrity) throw damaged(spec);
    signal.throwIfAborted();
    return { tarball, integrity: packed.integrity };
  } finally {
    await stop(complete);
  }
}

const manifestSchema = z.object({
  version: z.string(),
  optionalDependencies: z.optional(z.record(z.string(), z.string())),
});

/** The output of `npm pack --json`: a list, or in newer versions an object by package name. */
const packedSchema = z.object({ integrity: z.string().check(z.startsWith('sha512-')) });
const packSchema = z.pipe(
  z.union([z.array(packedSchema), z.record(z.string(), packedSchema)]),
  z.transform((packed) => (Array.isArray(packed) ? packed : Object.values(packed))),
);

const networkHint =
  'Check the network, and the registry and proxy settings that `npm config list` shows.';

/** npm's codes for a folder (its cache or the destination) that cannot be written. */
const storageCodes = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'ENOENT', 'ENOTDIR']);

/**
 * npm reports E404 both for an unknown version of a package (ETARGET when packing) and for an
 * unknown package; only the summary tells which.
 */
function failure(
  { code, detail }: NpmResult & { ok: false },
  packageName: string,
  version: string,
): CcMirrorError {
  const spec = `${packageName}@${version}`;
  // An age rule that `ageRule` did not see.
  if (/with a date before/.test(detail)) return heldBackByNpm(detail);
  if (code === 'ETARGET' || (code === 'E404' && /No match found/.test(detail))) {
    return notPublished(version);
  }
  if (code === 'E404') {
    return new CcMirrorError('network', `The registry does not have ${packageName}.`, networkHint);
  }
  if (code === 'EINTEGRITY') return damaged(spec);
  if (storageCodes.has(code ?? '')) {
    return new CcMirrorError(
      'storage',
      `npm could not write: ${detail}.`,
      'Free some space, or check the permissions of the folder.',
    );
  }
  // Network failures have a code; a setting that npm cannot use has none.
  if (code === undefined) {
    return new CcMirrorError(
      'network',
      `npm failed for ${spec}: ${detail.replace(/\.$/, '')}.`,
      `Run npm yourself to see why, and check its settings: npm view ${spec} version`,
    );
  }
  const known = detail.includes(code) ? detail : `${code}: ${detail}`;
  return new CcMirrorError(
    'network',
    `The registry could not be reached for ${spec} (${known}).`,
    networkHint,
  );
}

function notPublished(version: string): CcMirrorError {
  return new CcMirrorError(
    'no-such-version',
    `Claude Code ${version} is not published.`,
    'Give an exact published version, such as 2.1.112, or --claude-version latest; npm view @anthropic-ai/claude-code versions lists them.',
  );
}

function damaged(spec: string): CcMirrorError {
  return new CcMirrorError(
    'network',
    `The download of ${spec} is damaged.`,
    'Run the command again. If that does not help: npm cache verify',
  );
}

async function integrityOf(path: string): Promise<string> {
  const hash = createHash('sha512');
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash);
  return `sha512-${hash.digest('base64')}`;
}
