import { readFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { ifReadable } from '../../disk/if-exists.ts';
import { readdir, stat } from '../../disk/sync-read.ts';
import { claudePackage } from '../claude-package.ts';
import { findTarget } from './locate.ts';

/** Where a command leads that is not Claude Code itself. */
export interface Lead {
  /** Files and package folders, the likeliest first; not necessarily Claude Code. */
  paths: string[];
  /** Why the choice is ambiguous, if it is. */
  unclear: string | null;
}

export interface Command {
  /** Its path as found on PATH. */
  path: string;
  /** Its real path. */
  target: string;
  userHome: string;
}

/**
 * Works out what a wrapper starts, as package managers, version managers and people write them:
 * scripts, nix's wrappers, shims. Runs nothing.
 */
export function followWrapper(command: Command): Lead {
  const shim = behindShim(command);
  if (shim) return shim;
  const text = ifReadable(() => smallFile(command.target)) ?? '';
  const paths = text.startsWith('\x7fELF') ? nixTargets(text) : pathsIn(text, command);
  return { paths, unclear: null };
}

/** Larger than any wrapper, smaller than any program. */
const MAX_WRAPPER = 256 * 1024;

/** The content of a wrapper; empty for a larger file. */
function smallFile(path: string): string {
  if (stat(path).size > MAX_WRAPPER) return '';
  const bytes = readFileSync(path);
  const text = bytes.toString('latin1');
  return text.startsWith('\x7fELF') ? text : bytes.toString('utf8');
}

/** nix's binary wrappers embed the `makeCWrapper` call that built them; its first word is the target. */
function nixTargets(text: string): string[] {
  return [...text.matchAll(/makeCWrapper '(\/[^'\0]+)'/g)].map(([, path = '']) => path);
}

const packagePath = join('node_modules', claudePackage);

/**
 * Volta runs all commands through one program. asdf, mise and nodenv have a folder `shims` beside
 * their installations, which are in `installs/TOOL/VERSION` or `versions/VERSION`.
 */
function behindShim({ path, target }: Command): Lead | null {
  const folder = dirname(dirname(path));
  if (/^volta-shim(\.exe)?$/.test(basename(target))) {
    const image = join(folder, 'tools', 'image', 'packages', claudePackage);
    return { paths: [join(image, 'lib', packagePath), join(image, packagePath)], unclear: null };
  }
  if (basename(dirname(path)) !== 'shims') return null;
  const versions = entriesOf(join(folder, 'installs')).flatMap(entriesOf);
  versions.push(...entriesOf(join(folder, 'versions')));
  const names = [join('bin', 'claude'), 'claude', join('lib', packagePath, 'cli.js')];
  const programs = versions.flatMap((version) =>
    names.flatMap((name) => findTarget(join(version, name)) ?? []),
  );
  const paths = [...new Set(programs)];
  if (paths.length === 0) {
    return { paths, unclear: `is a shim, and no Claude Code is in ${folder}` };
  }
  if (paths.length === 1) return { paths, unclear: null };
  return { paths: [], unclear: `is a shim for one of ${paths.join(', ')}` };
}

function entriesOf(folder: string): string[] {
  return (ifReadable(() => readdir(folder)) ?? []).map((name) => join(folder, name));
}

/** What passes on a script's arguments in sh, cmd and PowerShell. */
const passesArguments = /\$@|\$\*|%\*|\$args\b/;
const interpreters = /^(node|nodejs|bun|deno|env|sh|bash|zsh|cmd)(\.exe)?$/i;

/** The absolute paths in the lines of a script that start something with the script's arguments. */
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
      if (!passesArguments.test(line) || /^\s*#/.test(line)) return [];
      const words = [...plain.matchAll(/"([^"]*)"|'([^']*)'|([^\s"']+)/g)];
      return words.map(([, double, single, bare]) => double ?? single ?? bare ?? '');
    });
  });
  const paths = found.filter((word) => isAbsolute(word) && !/[$`%]/.test(word));
  const programs = paths.filter((word) => !interpreters.test(basename(word)));
  return [...new Set(programs.map((word) => resolve(word)))];
}

/** The line with idioms for the script's folder, and known variables, replaced by their values. */
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
