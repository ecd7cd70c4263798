import type { Stats } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CcMirrorError, systemCode } from '../../errors.ts';

const PACKAGE = '@anthropic-ai/claude-code';

const bundleHint =
  'Give a package folder, a cli.js or a native claude executable, or let cc-mirror fetch one: --claude-version latest';

/** The program names of a package folder, in the order in which they are looked for. */
const programNames = [
  'cli.js',
  'claude',
  'claude.exe',
  join('bin', 'claude.exe'),
  join('bin', 'claude'),
];

/**
 * The program file that a path leads to, without symbolic links: the file itself, or the program of
 * a package folder (or of the folder `package` in it, as tarballs unpack).
 *
 * Errors: `no-such-path`; `invalid-bundle` if nothing there can be a program.
 */
export async function findProgram(path: string): Promise<string> {
  const real = await resolvePath(path);
  const entry = await stat(real);
  if (entry.isFile()) return real;
  if (!entry.isDirectory()) throw invalidBundle(path, 'is neither a file nor a folder');
  for (const folder of [real, join(real, 'package')]) {
    for (const name of programNames) {
      const program = join(folder, name);
      if ((await statOf(program))?.isFile()) return realpath(program);
    }
  }
  throw invalidBundle(path, 'holds no cli.js and no claude executable');
}

/**
 * The native program that belongs to a placeholder: packages from 2.1.113 carry a text file
 * `bin/claude.exe`, which their installation replaces by the program of the platform's package.
 * Where that did not run, the platform's package lies beside or inside the placeholder's, or is
 * missing. Null if `program` is not such a placeholder.
 *
 * Errors: `invalid-bundle` if the platform's package is missing.
 */
export async function findNativeBeside(program: string): Promise<string | null> {
  const parent = dirname(program);
  const folder = basename(parent) === 'bin' ? dirname(parent) : parent;
  const manifest = await readManifest(folder);
  const natives = manifest?.natives ?? [];
  if (!manifest || natives.length === 0) return null;
  const found = new Map<string, string>();
  for (const name of natives) {
    const platform = name.slice(PACKAGE.length + 1);
    const nested = join(folder, 'node_modules', name);
    for (const candidate of [nested, join(dirname(folder), basename(name))]) {
      const native = await platformProgram(candidate, name, manifest.version);
      if (native && !found.has(platform)) found.set(platform, native);
    }
  }
  const native = (await forThisMachine(found)) ?? [...found.values()][0];
  if (native) return native;
  throw new CcMirrorError(
    'invalid-bundle',
    `${folder} is only the installer of Claude Code ${manifest.version}: the package with its native program is not there.`,
    `Install it with optional dependencies, or let cc-mirror fetch it: --claude-version ${manifest.version}`,
  );
}

async function forThisMachine(found: ReadonlyMap<string, string>): Promise<string | undefined> {
  if (found.size < 2) return undefined;
  const { hostPlatform } = await import('../platform.ts');
  return found.get(await hostPlatform());
}

/** The version that the package.json of a Claude Code package gives; null if there is none. */
export async function packageVersion(folder: string): Promise<string | null> {
  return (await readManifest(folder))?.version ?? null;
}

/** An `invalid-bundle` error that says what the path is instead. */
export function invalidBundle(path: string, what: string, options?: ErrorOptions): CcMirrorError {
  return new CcMirrorError('invalid-bundle', `${path} ${what}.`, bundleHint, options);
}

interface Manifest {
  version: string;
  /** The names of its platform packages. */
  natives: string[];
}

async function platformProgram(
  folder: string,
  name: string,
  version: string,
): Promise<string | null> {
  if ((await readManifest(folder, name))?.version !== version) return null;
  for (const file of ['claude', 'claude.exe']) {
    const program = join(folder, file);
    if ((await statOf(program))?.isFile()) return realpath(program);
  }
  return null;
}

async function readManifest(folder: string, wanted = PACKAGE): Promise<Manifest | null> {
  const path = join(folder, 'package.json');
  if (!(await statOf(path))?.isFile()) return null;
  try {
    const manifest: { [key in 'name' | 'version' | 'optionalDependencies']?: unknown } | null =
      JSON.parse(await readFile(path, 'utf8'));
    const { name, version, optionalDependencies } = manifest ?? {};
    if (name !== wanted || typeof version !== 'string') return null;
    const natives = Object.keys(optionalDependencies ?? {}).filter((dependency) =>
      dependency.startsWith(`${PACKAGE}-`),
    );
    return { version, natives };
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw unreadable(path, error);
  }
}

async function resolvePath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!absent.has(systemCode(error) ?? '')) throw unreadable(path, error);
    throw new CcMirrorError(
      'no-such-path',
      `There is nothing at ${path}.`,
      'Give a package folder, a cli.js or a native claude executable.',
    );
  }
}

/** The file that a path leads to, without links; null if there is none. */
export async function findTarget(path: string): Promise<string | null> {
  try {
    const target = await realpath(path);
    // A folder on PATH that has a command's name is no command.
    return (await stat(target)).isFile() ? target : null;
  } catch (error) {
    const code = systemCode(error) ?? '';
    if (absent.has(code) || code === 'EACCES') return null;
    throw error;
  }
}

async function statOf(path: string): Promise<Stats | null> {
  try {
    return await stat(path);
  } catch (error) {
    if (absent.has(systemCode(error) ?? '')) return null;
    throw unreadable(path, error);
  }
}

/** What the system answers for a path that leads nowhere; a loop of links leads nowhere too. */
const absent = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG']);

/** The error for a path that may not be read; any other error as it is. */
export function unreadable(path: string, error: unknown): unknown {
  const code = systemCode(error);
  if (code !== 'EACCES' && code !== 'EPERM') return error;
  return invalidBundle(path, 'cannot be read: permission denied', { cause: error });
}
