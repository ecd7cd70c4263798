import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fromPackage } from '../../../src/package-root.ts';

/** A page for users: its path in the repository, and its text. */
export interface Page {
  path: string;
  text: string;
}

export async function readPages(): Promise<Page[]> {
  const names = (await readdir(fromPackage('docs'))).filter((name) => name.endsWith('.md'));
  const paths = ['README.md', ...names.sort().map((name) => join('docs', name))];
  return Promise.all(
    paths.map(async (path) => ({ path, text: await readFile(fromPackage(path), 'utf8') })),
  );
}

/** The command lines of cc-mirror in a page's blocks for a shell, as words, without `cc-mirror`. */
export function typedCommands({ text }: Page): string[][] {
  const blocks = [...text.matchAll(/^```sh\n([^]*?)^```$/gm)].map((found) => found[1] ?? '');
  const lines = blocks.flatMap((block) => block.split('\n'));
  const shown = [...text.matchAll(/^\$ (.*)$/gm)].map((found) => found[1] ?? '');
  return [...lines, ...shown].flatMap((line) => {
    const typed = /(?:^|[\s|])(?:cc-mirror|node dist\/cli\.js) (.*)/.exec(
      line.replace(/\s+# .*/, ''),
    );
    return typed ? [wordsOf(typed[1] ?? '')] : [];
  });
}

/**
 * The commands that a page names within its text. What is in brackets may be left out, and of `a|b`
 * either may be meant: each stands for itself.
 */
export function namedCommands({ text }: Page): string[][] {
  return codeIn(text).flatMap((code) => {
    const named = /^cc-mirror ([a-z].*)$/.exec(code);
    return named ? readings(wordsOf((named[1] ?? '').replaceAll(/[[\]…]/g, ''))) : [];
  });
}

/** The options that a page names within its text, with what follows them. */
export function namedOptions({ text }: Page): string[] {
  return codeIn(text).flatMap((code) => code.match(/(?<![\w-])--[a-z][a-z-]*/g) ?? []);
}

function codeIn(text: string): string[] {
  const prose = text.replaceAll(/^```[^]*?^```$/gm, '');
  return [...prose.matchAll(/`([^`\n]+)`/g)].map((found) =>
    (found[1] ?? '').replaceAll('\\|', '|'),
  );
}

function wordsOf(line: string): string[] {
  const words = line.match(/'[^']*'|"[^"]*"|[^\s|]\S*/g) ?? [];
  return words.map((word) => word.replaceAll(/^['"]|['"]$/g, ''));
}

function readings(words: readonly string[]): string[][] {
  return words.reduce<string[][]>(
    (all, word) => all.flatMap((before) => word.split('|').map((one) => [...before, one])),
    [[]],
  );
}

/** The commands that the program's own texts tell people to type, by what its sources say. */
export async function hintedCommands(known: readonly string[]): Promise<string[][]> {
  const folder = fromPackage('src');
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ts'));
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.flatMap((text) => {
    const code = text.replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, '').replaceAll(/\$\{[^}]*\}/g, 'X');
    return [...code.matchAll(/cc-mirror ([a-z]+\b[^'"`;|)\n]*)/g)]
      .map((found) => wordsOf((found[1] ?? '').replace(/[.,…](?: .*)?$/, '')))
      .filter(([name]) => name !== undefined && known.includes(name));
  });
}
