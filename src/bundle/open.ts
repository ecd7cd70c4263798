import { type FileHandle, open, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CcMirrorError, systemCode } from '../errors.ts';
import { type BunModule, readBunGraph, readSpans } from './bun-graph.ts';
import { executablePlatform } from './executable.ts';
import type { Bundle, BundleModule } from './types.ts';

/**
 * Opens a Claude Code bundle: a package folder, its cli.js, or a native executable. JavaScript
 * modules are read into memory; nothing else of an executable is.
 *
 * Errors: `no-such-path`; `invalid-bundle` for anything that is not a complete Claude Code.
 */
export async function openBundle(path: string): Promise<Bundle> {
  const program = await findProgram(path);
  const file = await openFile(program);
  try {
    const { size } = await file.stat();
    const head = await readHead(file, size);
    const platform = executablePlatform(head);
    if (platform) return await openNative(file, size, program, platform);
    if (program.endsWith('.js') || program.endsWith('.mjs')) return await openScript(program);
    throw invalid(
      program,
      `is ${looksLikeText(head) ? 'a text file' : 'neither a script nor an executable'}`,
    );
  } finally {
    await file.close();
  }
}

/** The program of a package folder (`cli.js`, `claude`, `claude.exe`, `bin/claude.exe`), or the file itself. */
async function findProgram(path: string): Promise<string> {
  const entry = await statOf(path);
  if (!entry) {
    throw new CcMirrorError(
      'no-such-path',
      `There is nothing at ${path}.`,
      'Give a package folder, a cli.js or a native claude executable.',
    );
  }
  if (!entry.isDirectory()) return path;
  const names = [
    'cli.js',
    'claude',
    'claude.exe',
    join('bin', 'claude.exe'),
    join('bin', 'claude'),
  ];
  for (const folder of [path, join(path, 'package')]) {
    for (const name of names) {
      if ((await statOf(join(folder, name)))?.isFile()) return join(folder, name);
    }
  }
  throw invalid(path, 'holds no cli.js and no claude executable');
}

async function openNative(
  file: FileHandle,
  size: number,
  path: string,
  platform: string,
): Promise<Bundle> {
  const graph = await readBunGraph(file, size);
  if (graph.kind === 'none') {
    throw invalid(path, `is an executable, but not a complete Claude Code: ${graph.why}`);
  }
  const scripts = graph.modules.filter(({ loader }) => loader === JAVASCRIPT);
  const sources = await readSpans(
    file,
    scripts.map(({ contents }) => contents),
  );
  const modules = scripts.map((module, index) =>
    bunModule(module, sources[index] ?? Buffer.alloc(0)),
  );
  const version = modules.map(({ bytes }) => versionIn(bytes)).find((found) => found !== null);
  if (!version)
    throw invalid(path, 'is a Bun executable, but no module of it names a Claude Code version');
  return { kind: 'native', version, platform, root: path, file: path, modules };
}

/** Bun's loader number for JavaScript. */
const JAVASCRIPT = 1;

function bunModule(module: BunModule, bytes: Buffer): BundleModule {
  return {
    name: module.name,
    format: module.format === 2 ? 'commonjs' : module.format === 1 ? 'module' : 'script',
    encoding: module.encoding === 1 ? 'latin1' : module.encoding === 2 ? 'utf16le' : 'utf8',
    bytes,
    position: module.contents.position,
    bytecodePair: module.bytecode.length > 0 ? module.bytecodePair : null,
  };
}

async function openScript(path: string): Promise<Bundle> {
  const bytes = await readFile(path);
  const version = versionIn(bytes) ?? (await packageVersion(dirname(path)));
  if (!version)
    throw invalid(path, 'is a script, but not Claude Code: it does not say its version');
  const module: BundleModule = {
    name: basename(path),
    format: 'module',
    encoding: 'utf8',
    bytes,
    position: 0,
    bytecodePair: null,
  };
  const packaged = (await packageVersion(dirname(path))) !== null;
  return {
    kind: 'js',
    version,
    platform: 'any',
    root: packaged ? dirname(path) : path,
    file: path,
    modules: [module],
  };
}

/** The banner comment `// Version: X.Y.Z` that every published module starts with. */
function versionIn(bytes: Buffer): string | null {
  const banner = bytes.toString('latin1', 0, 4096);
  return /^\/\/ Version: (\d+\.\d+\.\d+\S*)\s*$/m.exec(banner)?.[1] ?? null;
}

async function packageVersion(folder: string): Promise<string | null> {
  try {
    const manifest: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    if (typeof manifest !== 'object' || manifest === null) return null;
    const { name, version } = manifest as { name?: unknown; version?: unknown };
    return name === '@anthropic-ai/claude-code' && typeof version === 'string' ? version : null;
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || error instanceof SyntaxError) return null;
    throw error;
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (systemCode(error) === 'EACCES')
      throw invalid(path, 'cannot be read: permission denied', { cause: error });
    throw error;
  }
}

async function readHead(file: FileHandle, size: number): Promise<Buffer> {
  const [head] = await readSpans(file, [{ position: 0, length: Math.min(size, 64 * 1024) }]);
  return head ?? Buffer.alloc(0);
}

async function statOf(path: string): Promise<Awaited<ReturnType<typeof stat>> | null> {
  try {
    return await stat(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return null;
    throw error;
  }
}

function looksLikeText(head: Buffer): boolean {
  return !head.includes(0);
}

function invalid(path: string, what: string, options?: ErrorOptions): CcMirrorError {
  return new CcMirrorError(
    'invalid-bundle',
    `${path} ${what}.`,
    'Give a package folder, a cli.js or a native claude executable, or let cc-mirror fetch one: --claude-version latest',
    options,
  );
}
