import type { Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readText, realpath, stat } from '../../disk/sync-read.ts';
import { CcMirrorError, systemCode } from '../../errors.ts';
import { claudePackage, nativePackage, nativePlatforms } from '../claude-package.ts';
import { hostPlatform } from '../platform.ts';

const bundleHint = 'Give a package folder, a cli.js or a native claude executable';

/** Where a package folder may have its program, in the order of the search. */
const programNames = [
  'cli.js',
  'claude',
  'claude.exe',
  join('bin', 'claude.exe'),
  join('bin', 'claude'),
];

/**
 * The real path of the program that a path leads to: the file itself, or the program of a package
 * folder (or of the folder `package` in it, as tarballs unpack).
 *
 * Errors: `no-such-path`; `invalid-bundle` if nothing there can be a program.
 */
export function findProgram(path: string): string {
  const real = resolvePath(path);
  const found = stat(real);
  if (found.isFile()) return real;
  if (!found.isDirectory()) throw invalidBundle(path, 'is neither a file nor a folder');
  const program = firstFile(real, programNames) ?? firstFile(join(real, 'package'), programNames);
  if (program !== null) return program;
  throw invalidBundle(path, 'holds no cli.js and no claude executable');
}

/**
 * The native program that belongs to a placeholder: packages from 2.1.113 on contain a text file
 * `bin/claude.exe`, which their install script replaces by the program of the platform's package. If
 * it did not run, that package is beside or inside the placeholder's. Null if `program` is not a
 * placeholder.
 *
 * Errors: `invalid-bundle` if the platform's package is missing.
 */
export async function findNativeBeside(program: string): Promise<string | null> {
  const parent = dirname(program);
  const folder = basename(parent) === 'bin' ? dirname(parent) : parent;
  const manifest = readManifest(folder, claudePackage);
  if (manifest === null || manifest.platforms.length === 0) return null;
  const { version, platforms } = manifest;
  const found = new Map<string, string>();
  for (const platform of platforms) {
    const name = nativePackage(platform);
    const native = [join(folder, 'node_modules', name), join(dirname(folder), basename(name))]
      .filter((candidate) => readManifest(candidate, name)?.version === version)
      .map((candidate) => firstFile(candidate, ['claude', 'claude.exe']))
      .find((file) => file !== null);
    if (native !== undefined) found.set(platform, native);
  }
  const [first, ...others] = found.values();
  if (first !== undefined) {
    return (others.length > 0 ? found.get(await hostPlatform()) : first) ?? first;
  }
  throw new CcMirrorError(
    'invalid-bundle',
    `${folder} is only the installer of Claude Code ${version}: the package with its native program is missing.`,
    `Install it with optional dependencies, or let cc-mirror fetch it: --claude-version ${version}`,
  );
}

/** The version in a folder's package.json; null if it is not Claude Code's package. */
export function packageVersion(folder: string): string | null {
  return readManifest(folder, claudePackage)?.version ?? null;
}

/** An `invalid-bundle` error that says what the path is instead. */
export function invalidBundle(path: string, what: string, options?: ErrorOptions): CcMirrorError {
  const hint = `${bundleHint}, or let cc-mirror fetch one: --claude-version latest`;
  return new CcMirrorError('invalid-bundle', `${path} ${what}.`, hint, options);
}

/** Version and native platforms in a folder's package.json; null if it is not the wanted package's. */
function readManifest(
  folder: string,
  wanted: string,
): { version: string; platforms: string[] } | null {
  const path = join(folder, 'package.json');
  if (!statOf(path)?.isFile()) return null;
  try {
    const manifest: { [key in 'name' | 'version' | 'optionalDependencies']?: unknown } | null =
      JSON.parse(readText(path));
    const { name, version, optionalDependencies } = manifest ?? {};
    if (name !== wanted || typeof version !== 'string') return null;
    return { version, platforms: nativePlatforms(optionalDependencies) };
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw unreadable(path, error);
  }
}

/** The real path of the first of these names that is a file in the folder. */
function firstFile(folder: string, names: readonly string[]): string | null {
  const found = names.map((name) => join(folder, name)).find((path) => statOf(path)?.isFile());
  return found === undefined ? null : realpath(found);
}

function resolvePath(path: string): string {
  try {
    return realpath(path);
  } catch (error) {
    if (!absent.has(systemCode(error) ?? '')) throw unreadable(path, error);
    throw new CcMirrorError('no-such-path', `${path} does not exist.`, `${bundleHint}.`);
  }
}

/** The real path of the file that a path leads to; null if it leads to none. */
export function findTarget(path: string): string | null {
  try {
    const target = realpath(path);
    // A folder on PATH with a command's name is not a command.
    return stat(target).isFile() ? target : null;
  } catch (error) {
    const code = systemCode(error) ?? '';
    if (absent.has(code) || code === 'EACCES') return null;
    throw error;
  }
}

function statOf(path: string): Stats | null {
  try {
    return stat(path);
  } catch (error) {
    if (absent.has(systemCode(error) ?? '')) return null;
    throw unreadable(path, error);
  }
}

/** System errors for paths that lead nowhere, which includes loops of links. */
const absent = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG']);

/** `invalid-bundle` if the path may not be read; any other error unchanged. */
export function unreadable(path: string, error: unknown): unknown {
  const code = systemCode(error);
  if (code !== 'EACCES' && code !== 'EPERM') return error;
  return invalidBundle(path, 'cannot be read: permission denied', { cause: error });
}
