import { delimiter, join } from 'node:path';
import { headOf } from '../disk/read.ts';
import { exists } from '../disk/sync-read.ts';
import { CcMirrorError } from '../errors.ts';
import { launcherVariant } from '../launcher/marker.ts';

/** What is at a command's path: our launcher of a variant, something else, or nothing. */
export type CommandFile =
  | { kind: 'none' }
  | { kind: 'ours'; variant: string }
  | { kind: 'foreign' };

export function inspectCommand(path: string): CommandFile {
  const head = headOf(path);
  if (head === null) return { kind: 'none' };
  const variant = launcherVariant(head);
  return variant === null ? { kind: 'foreign' } : { kind: 'ours', variant };
}

/** Whether the text of a command file is one of our launchers. */
export function isLauncher(text: string): boolean {
  return launcherVariant(text) !== null;
}

/** The files of a variant's command, by suffix: on Windows a second one is for Git Bash. */
export function launcherPaths(
  launcher: string,
  platform: NodeJS.Platform,
): Readonly<Record<string, string>> {
  if (platform !== 'win32') return { '': launcher };
  return { '.cmd': launcher, '': launcher.replace(/\.cmd$/, '') };
}

/**
 * Refuses a launcher path that holds anything other than this variant's launcher, and a name that
 * would hide, or be hidden by, another command on PATH. `replaced` is a path that may be replaced.
 * Error: `name-taken`.
 */
export function checkCommandFree(
  name: string,
  launcher: string,
  path: string,
  replaced: string | null = null,
): void {
  for (const path of Object.values(launcherPaths(launcher, process.platform))) {
    if (path === replaced) continue;
    const found = inspectCommand(path);
    if (found.kind === 'foreign' || (found.kind === 'none' && exists(path))) {
      throw taken(name, `${path} is not a launcher of cc-mirror`);
    }
    if (found.kind === 'ours' && found.variant !== name) {
      throw taken(name, `${path} starts the variant ${found.variant}`);
    }
  }
  const names =
    process.platform === 'win32' ? [`${name}.exe`, `${name}.cmd`, `${name}.bat`] : [name];
  for (const folder of path.split(delimiter).filter((entry) => entry !== '')) {
    for (const file of names) {
      const command = join(folder, file);
      if (command !== launcher && inspectCommand(command).kind === 'foreign') {
        throw taken(name, `${command} is another command of that name`);
      }
    }
  }
}

function taken(name: string, why: string): CcMirrorError {
  return new CcMirrorError(
    'name-taken',
    `The name ${name} is taken: ${why}.`,
    'Choose another name; or add --force to use this one anyway, or --bin-dir DIR to put its launcher elsewhere.',
  );
}
