import { type FileHandle, open } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { type BunModule, readBunGraph } from './format/bun-graph.ts';
import { executableLength, executablePlatform } from './format/executable.ts';
import { readSpan, readSpans } from './format/file-spans.ts';
import {
  findNativeBeside,
  findProgram,
  invalidBundle,
  packageVersion,
  unreadable,
} from './installed/locate.ts';
import type { Bundle, BundleModule } from './types.ts';

const HEAD_BYTES = 64 * 1024;
/** Ten times the largest published build. */
const MAX_JAVASCRIPT = 640 * 1024 * 1024;

/**
 * Opens a Claude Code bundle: a package folder, its cli.js, or a native executable. Follows symbolic
 * links, so `root` and `file` are real paths. Of an executable, only the JavaScript modules are read
 * into memory.
 *
 * Errors: `no-such-path`; `invalid-bundle` for anything but a complete Claude Code.
 */
export async function openBundle(path: string): Promise<Bundle> {
  const program = findProgram(path);
  const file = await openFile(program);
  try {
    const { size } = await file.stat();
    if (size === 0) throw invalidBundle(program, 'is empty');
    const head = await readSpan(file, { position: 0, length: Math.min(size, HEAD_BYTES) });
    const platform = executablePlatform(head);
    if (platform) {
      const whole = executableLength(head);
      if (size >= whole) return await openNative(file, size, program, platform);
      throw invalidBundle(program, `is truncated: it has ${size} of at least ${whole} bytes`);
    }
    if (/\.m?js$/.test(program)) return await openScript(file, size, program);
    const native = await findNativeBeside(program);
    if (native) return await openBundle(native);
    const what = head.includes(0) ? 'neither a script nor a known executable' : 'a text file';
    throw invalidBundle(program, `is ${what}`);
  } finally {
    await file.close();
  }
}

async function openNative(
  file: FileHandle,
  size: number,
  path: string,
  platform: string,
): Promise<Bundle> {
  const graph = await readBunGraph(file, size);
  if (graph.kind === 'none') {
    throw invalidBundle(path, `is an executable, but not a complete Claude Code: ${graph.why}`);
  }
  const scripts = graph.modules.filter(({ loader }) => loader === JAVASCRIPT);
  const contents = scripts.map(({ contents }) => contents);
  const total = contents.reduce((sum, { length }) => sum + length, 0);
  if (total > MAX_JAVASCRIPT) throw invalidBundle(path, `claims ${total} bytes of JavaScript`);
  const sources = await readSpans(file, contents);
  const modules = scripts.map((script, index) =>
    bunModule(script, sources[index] ?? Buffer.alloc(0)),
  );
  const odd = modules.find(({ encoding, bytes }) => encoding === 'utf16le' && bytes.length % 2 > 0);
  if (odd)
    throw invalidBundle(path, `has a module that ends in the middle of a character: ${odd.name}`);
  const entry = graph.modules[graph.entry]?.name;
  const ordered = [...modules.filter(({ name }) => name === entry), ...modules];
  const version = ordered.map(versionIn).find((found) => found !== null);
  if (!version) {
    throw invalidBundle(path, 'is a Bun executable, but none of its modules is Claude Code');
  }
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

async function openScript(file: FileHandle, size: number, path: string): Promise<Bundle> {
  if (size > MAX_JAVASCRIPT) throw invalidBundle(path, `is too large: ${size} bytes`);
  const module: BundleModule = {
    name: basename(path),
    format: 'module',
    encoding: 'utf8',
    bytes: await readSpan(file, { position: 0, length: size }),
    position: 0,
    bytecodePair: null,
  };
  const packaged = module.name === 'cli.js' ? packageVersion(dirname(path)) : null;
  const version = versionIn(module) ?? packaged;
  if (!version) {
    throw invalidBundle(path, 'is a script, but not Claude Code: it states no version');
  }
  const root = packaged ? dirname(path) : path;
  return { kind: 'js', version, platform: 'any', root, file: path, modules: [module] };
}

/**
 * The version in the banner of every published module: a notice that names Anthropic, then the line
 * `// Version: X.Y.Z`.
 */
function versionIn({ bytes, encoding }: BundleModule): string | null {
  const banner = bytes.toString(encoding, 0, Math.min(bytes.length, 4096));
  if (!banner.includes('Anthropic')) return null;
  return /^\/\/ Version: (\d+\.\d+\.\d+\S*)\s*$/m.exec(banner)?.[1] ?? null;
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    throw unreadable(path, error);
  }
}
