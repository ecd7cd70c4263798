import { open, readdir } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { systemCode } from '../../errors.ts';
import { findTarget } from './locate.ts';

/** Where a command that is no Claude Code itself leads to. */
export interface Lead {
  /** Files and package folders, the likeliest first; they need not be Claude Code. */
  paths: string[];
  /** Why it cannot be said which one; null where it can. */
  unclear: string | null;
}

export interface Command {
  /** As it stands on PATH. */
  path: string;
  /** The file behind it, without links. */
  target: string;
  userHome: string;
}

/**
 * Reads where a command leads that package and version managers, and people, write in place of the
 * program: scripts that start it, nix's wrappers, shims. Nothing is run.
 */
export async function followWrapper(command: Command): Promise<Lead> {
  const shim = await behindShim(command);
  if (shim) return shim;
  const text = await smallFile(command.target);
  const paths = text.startsWith('\x7fELF') ? nixTargets(text) : pathsIn(text, command);
  return { paths, unclear: null };
}

/** More than any wrapper has; a program has more. */
const MAX_WRAPPER = 256 * 1024;

/** Empty for one that is larger, or may not be read. */
async function smallFile(path: string): Promise<string> {
  const file = await open(path, 'r').catch((error: unknown) => {
    if (systemCode(error) === undefined) throw error;
    return null;
  });
  if (file === null) return '';
  try {
    const { size } = await file.stat();
    if (size > MAX_WRAPPER) return '';
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size), 0, size, 0);
    const text = buffer.toString('latin1', 0, bytesRead);
    return text.startsWith('\x7fELF') ? text : buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** What wraps in nix without a shell carries how it was made: its target is the first word. */
function nixTargets(text: string): string[] {
  return [...text.matchAll(/makeCWrapper '(\/[^'\0]+)'/g)].map(([, path = '']) => path);
}

const PACKAGE = ['node_modules', '@anthropic-ai', 'claude-code'];

/**
 * Volta has one program for all of its commands. asdf, mise and nodenv keep theirs in a folder
 * `shims`, beside the installations: `installs/TOOL/VERSION` or `versions/VERSION`.
 */
async function behindShim({ path, target }: Command): Promise<Lead | null> {
  const folder = dirname(dirname(path));
  if (/^volta-shim(\.exe)?$/.test(basename(target))) {
    const image = join(folder, 'tools', 'image', 'packages', '@anthropic-ai', 'claude-code');
    return { paths: [join(image, 'lib', ...PACKAGE), join(image, ...PACKAGE)], unclear: null };
  }
  if (basename(dirname(path)) !== 'shims') return null;
  const tools = await entriesOf(join(folder, 'installs'));
  const versions = (await Promise.all(tools.map(entriesOf))).flat();
  versions.push(...(await entriesOf(join(folder, 'versions'))));
  const found = new Set<string>();
  for (const version of versions) {
    for (const name of [join('bin', 'claude'), 'claude', join('lib', ...PACKAGE, 'cli.js')]) {
      const program = await findTarget(join(version, name));
      if (program) found.add(program);
    }
  }
  const paths = [...found];
  if (paths.length === 0)
    return { paths, unclear: `is a shim, and no Claude Code is in ${folder}` };
  if (paths.length === 1) return { paths, unclear: null };
  return { paths: [], unclear: `is a shim for one of ${paths.join(', ')}` };
}

async function entriesOf(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).map((name) => join(folder, name));
  } catch {
    // It is not there, or nothing that can be looked into.
    return [];
  }
}

/** What hands on the words that the script was given, in sh, cmd and PowerShell. */
const handsOn = /\$@|\$\*|%\*|\$args\b/;
const interpreters = /^(node|nodejs|bun|deno|env|sh|bash|zsh|cmd)(\.exe)?$/i;

/** The absolute paths in the lines of a script that start something with the script's own words. */
function pathsIn(text: string, { path, target, userHome }: Command): string[] {
  const found = [dirname(path), dirname(target)].flatMap((folder) => {
    const values = new Map([
      ['HOME', userHome],
      ['basedir', folder],
      ['PSScriptRoot', folder],
    ]);
    return text.split(/\r?\n/).flatMap((line) => {
      const plain = expanded(line, folder, values);
      const [, name, value = ''] =
        /^\s*(?:export\s+)?(\w+)=["']?([^"'$`]*)["']?\s*$/.exec(plain) ?? [];
      if (name !== undefined && !values.has(name)) values.set(name, value);
      if (!handsOn.test(line) || /^\s*#/.test(line)) return [];
      const words = [...plain.matchAll(/"([^"]*)"|'([^']*)'|([^\s"']+)/g)];
      return words.map(([, double, single, bare]) => double ?? single ?? bare ?? '');
    });
  });
  const paths = found.filter((word) => isAbsolute(word) && !/[$`%]/.test(word));
  const programs = paths.filter((word) => !interpreters.test(basename(word)));
  return [...new Set(programs.map((word) => resolve(word)))];
}

/** A line with the ways to say "my folder" and the variables that are known put in. */
function expanded(line: string, folder: string, values: ReadonlyMap<string, string>): string {
  return line
    .replaceAll(
      /\$\(dirname (?:-- )?"?\$(?:0|\{0\}|\{?BASH_SOURCE(?:\[0\]\})?)"?\)|\$\{0%\/\*\}/g,
      () => folder,
    )
    .replaceAll(/%~?dp0%?\\?/gi, () => `${folder}/`)
    .replaceAll(/\$\(cd (?:-- )?"?([^"$()]+?)"? *&& *pwd(?: -P)?\)/g, (_, inside: string) => inside)
    .replaceAll(
      /\$(?:\{(\w+)\}|(\w+))/g,
      (all, braced: string | undefined, bare = '') => values.get(braced ?? bare) ?? all,
    )
    .replaceAll(/(^|[\s"'=])~(?=\/)/g, (_, before: string) => `${before}${values.get('HOME')}`);
}
