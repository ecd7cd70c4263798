import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { execa } from 'execa';
import { z } from 'zod';
import { CcMirrorError, systemCode } from '../errors.ts';
import type { Progress } from '../ui/progress.ts';

const PACKAGE = '@anthropic-ai/claude-code';

/** A published version: the package that holds its program, for a platform or for any. */
export interface PublishedBuild {
  version: string;
  packageName: string;
  platform: string;
}

export interface NpmOptions {
  signal: AbortSignal;
  progress: Progress;
}

/**
 * Finds the published build of a version (`latest` or `X.Y.Z`) for a platform, by the user's own
 * npm and its settings. Versions that carry the program as optional packages are native; the
 * package for the platform is named after it.
 *
 * Errors: `no-such-version`, `unsupported-platform`, `network`.
 */
export async function findPublished(
  version: string,
  platform: () => Promise<string>,
  { signal }: NpmOptions,
): Promise<PublishedBuild> {
  const spec = version === 'latest' ? PACKAGE : `${PACKAGE}@${version}`;
  const output = await npm(
    ['view', spec, 'version', 'optionalDependencies', '--json'],
    signal,
    version,
  );
  const manifest = parseJson(output, manifestSchema);
  if (!manifest) {
    throw new CcMirrorError(
      'no-such-version',
      `Claude Code ${version} is not published.`,
      versionHint,
    );
  }
  const native = Object.keys(manifest.optionalDependencies ?? {}).filter((name) =>
    name.startsWith(`${PACKAGE}-`),
  );
  if (native.length === 0)
    return { version: manifest.version, packageName: PACKAGE, platform: 'any' };
  const wanted = await platform();
  const packageName = `${PACKAGE}-${wanted}`;
  if (!native.includes(packageName)) {
    const available = native.map((name) => name.slice(PACKAGE.length + 1)).join(', ');
    throw new CcMirrorError(
      'unsupported-platform',
      `Claude Code ${manifest.version} is not published for ${wanted}.`,
      `It is published for ${available}. JavaScript builds (up to 2.1.112) run anywhere: --claude-version 2.1.112`,
    );
  }
  return { version: manifest.version, packageName, platform: wanted };
}

/**
 * Downloads a build's tarball into `folder`. npm verifies it against the registry's integrity; what
 * lies on disk is hashed once more. Scripts of the package are never run.
 *
 * Returns the tarball's path and its integrity (`sha512-…`).
 */
export async function downloadTarball(
  { packageName, version }: PublishedBuild,
  folder: string,
  { signal, progress }: NpmOptions,
): Promise<{ tarball: string; integrity: string }> {
  const stop = await reportDownload(progress, signal);
  try {
    const spec = `${packageName}@${version}`;
    const args = ['pack', spec, '--pack-destination', folder, '--json', '--ignore-scripts'];
    const [packed] = parseJson(await npm(args, signal, version), packSchema) ?? [];
    if (!packed)
      throw new CcMirrorError(
        'network',
        `npm did not say what it downloaded for ${spec}.`,
        networkHint,
      );
    const tarball = join(folder, packed.filename.replace('@', '').replace('/', '-'));
    if ((await integrityOf(tarball)) !== packed.integrity) {
      throw new CcMirrorError(
        'network',
        `The download of ${spec} is damaged.`,
        'Run the command again; if it stays so: npm cache verify',
      );
    }
    return { tarball, integrity: packed.integrity };
  } finally {
    stop();
  }
}

const manifestSchema = z.object({
  version: z.string(),
  optionalDependencies: z.record(z.string(), z.string()).optional(),
});
const packSchema = z.array(z.object({ filename: z.string(), integrity: z.string() }));
const errorSchema = z.object({
  error: z.object({ code: z.string().optional(), summary: z.string().optional() }),
});

const versionHint =
  'Give an exact published version, such as 2.1.112, or --claude-version latest; npm view @anthropic-ai/claude-code versions lists them.';
const networkHint =
  'Check the network, and the registry and proxy settings that `npm config list` shows.';

async function npm(args: string[], signal: AbortSignal, version: string): Promise<string> {
  const result = await execa('npm', [...args, '--loglevel=error', '--no-update-notifier'], {
    reject: false,
    cancelSignal: signal,
    stdin: 'ignore',
  });
  signal.throwIfAborted();
  if (!result.failed) return result.stdout;
  if (result.code === 'ENOENT') {
    throw new CcMirrorError(
      'network',
      'npm was not found on PATH.',
      'Install npm (it comes with Node.js), or give a bundle with --from PATH.',
    );
  }
  const { code, summary } = parseJson(result.stdout, errorSchema)?.error ?? {};
  if (code === 'E404' || code === 'ETARGET') {
    throw new CcMirrorError(
      'no-such-version',
      `Claude Code ${version} is not published.`,
      versionHint,
    );
  }
  if (code === 'ENOSPC' || code === 'EROFS' || code === 'EACCES') {
    throw new CcMirrorError(
      'storage',
      `npm could not write: ${summary ?? code}.`,
      'Free some space, or check the permissions of the folder.',
    );
  }
  const detail =
    [code, summary?.split('\n')[0]].filter(Boolean).join(': ') || lastLine(result.stderr);
  throw new CcMirrorError('network', `The registry could not be reached (${detail}).`, networkHint);
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

/** The JSON that npm printed, as the schema has it; undefined where it is empty or another shape. */
function parseJson<T>(text: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function integrityOf(path: string): Promise<string> {
  const hash = createHash('sha512');
  await pipeline(createReadStream(path), hash);
  return `sha512-${hash.digest('base64')}`;
}

/**
 * npm reports no progress, but it writes a large download into its cache's `_cacache/tmp` as it
 * comes: the newest file there that has been growing since now is ours.
 */
async function reportDownload(progress: Progress, signal: AbortSignal): Promise<() => void> {
  const cache = await npm(['config', 'get', 'cache'], signal, '');
  const folder = join(cache.trim(), '_cacache', 'tmp');
  const since = Date.now();
  const timer = setInterval(() => {
    newestSize(folder, since).then(
      (size) => {
        if (size > 0) progress.bytes(size, null);
      },
      (error: unknown) => {
        // A file that vanished between listing and looking is a finished download.
        if (systemCode(error) !== 'ENOENT') clearInterval(timer);
      },
    );
  }, 200);
  return () => clearInterval(timer);
}

async function newestSize(folder: string, since: number): Promise<number> {
  let largest = 0;
  for (const name of await readdir(folder)) {
    const { mtimeMs, size } = await stat(join(folder, name));
    if (mtimeMs >= since) largest = Math.max(largest, size);
  }
  return largest;
}
