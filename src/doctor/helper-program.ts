import { isAbsolute } from 'node:path';
import { exists } from '../disk/sync-read.ts';

/**
 * The first missing path of a command of ours, which begins with the quoted paths of a program and
 * its script. Null if both exist.
 */
export function missingProgram(command: string): string | null {
  for (const path of quotedPaths(command)) {
    if (isAbsolute(path) && !exists(path)) return path;
  }
  return null;
}

function quotedPaths(command: string): string[] {
  const words = command.match(/(?:'[^']*'|\\')+|"[^"]*"/g) ?? [];
  return words.map((word) =>
    word.startsWith('"') ? word.slice(1, -1) : word.slice(1, -1).replaceAll(String.raw`'\''`, "'"),
  );
}
