import { delimiter, join } from 'node:path';
import { headOf } from '../disk/read.ts';
import { exists } from '../disk/sync-read.ts';
import { CcMirrorError } from '../errors.ts';
import { launcherVariant } from '../launcher/marker.ts';

/** What a command file is: ours for that variant, somebody else's, or nothing. */
export type CommandFile =
  | { kind: 'none' }
  | { kind: 'ours'; variant: string }
  | { kind: 'foreign' };

export async function inspectCommand(path: string): Promise<CommandFile> {
  const head = headOf(path);
  if (head === null) return { kind: 'none' };
  const variant = launcherVariant(head);
  return variant === null ? { kind: 'foreign' } : { kind: 'ours', variant };
}

/** Whether the text of a command file is a launcher of ours. */
export function isLauncher(text: string): boolean {
  return launcherVariant(text) !== null;
}

/** The files that make a variant's command, by suffix: on Windows a second one is for Git Bash. */
export function launcherPaths(
  launcher: string,
  platform: NodeJS.Platform,
): Readonly<Record<string, string>> {
  if (platform !== 'win32') return { '': launcher };
  return { '.cmd': launcher, '': launcher.replace(/\.cmd$/, '') };
}

/**
 * Refuses a launcher path that holds something else than this variant's launcher, and a name that
 * would hide, or be hidden by, another command on PATH. `replaced` may be there all the same. Error:
 * `name-taken`.
 */
export async function checkCommandFree(
  name: string,
  launcher: string,
  path: string,
  replaced: string | null = null,
): Promise<void> {
  for (const path of Object.values(launcherPaths(launcher, process.platform))) {
    if (path === replaced) continue;
    const there = await inspectCommand(path);
    if (there.kind === 'foreign' || (there.kind === 'none' && exists(path))) {
      throw taken(name, `${path} is not a launcher of cc-mirror`);
    }
    if (there.kind === 'ours' && there.variant !== name) {
      throw taken(name, `${path} starts the variant ${there.variant}`);
    }
  }
  const names =
    process.platform === 'win32' ? [`${name}.exe`, `${name}.cmd`, `${name}.bat`] : [name];
  for (const folder of path.split(delimiter).filter((entry) => entry !== '')) {
    for (const file of names) {
      const command = join(folder, file);
      if (command === launcher) continue;
      if ((await inspectCommand(command)).kind === 'foreign') {
        throw taken(name, `${command} is another command of that name`);
      }
    }
  }
}

function taken(name: string, why: string): CcMirrorError {
  return new CcMirrorError(
    'name-taken',
    `The name ${name} is taken: ${why}.`,
    'Choose another name; or add --force to use this one all the same, --bin-dir DIR to put its launcher elsewhere.',
  );
}
