import { isAbsolute } from 'node:path';
import { exists } from '../disk/sync-read.ts';

/**
 * The program that a command of ours starts, and its script, if one of them is not there any more:
 * such commands begin with two quoted paths. Null where both are there.
 */
export async function missingProgram(command: string): Promise<string | null> {
  for (const path of quotedPaths(command)) {
    if (isAbsolute(path) && !exists(path)) return path;
  }
  return null;
}

/** The words of a command that stand between quotes, without these. */
function quotedPaths(command: string): string[] {
  const words = command.match(/(?:'[^']*'|\\')+|"[^"]*"/g) ?? [];
  return words.map((word) =>
    word.startsWith('"') ? word.slice(1, -1) : word.slice(1, -1).replaceAll(String.raw`'\''`, "'"),
  );
}
