import { ifExists } from '../../disk/if-exists.ts';
import { readIfExists, readdir } from '../../disk/sync-read.ts';
import { join } from 'node:path';

/** Where settings of the machine lie: as 2.0.77 to 2.1.332 look for them; ProgramData is older. */
export function managedFolders(platform: NodeJS.Platform): string[] {
  switch (platform) {
    case 'darwin':
      return ['/Library/Application Support/ClaudeCode'];
    case 'win32':
      return [String.raw`C:\Program Files\ClaudeCode`, String.raw`C:\ProgramData\ClaudeCode`];
    default:
      return ['/etc/claude-code'];
  }
}

/** A file of settings that are for every Claude Code of the machine, and win over a variant's own. */
export interface ManagedFile {
  path: string;
  text: string;
}

/**
 * The settings of the machine. A run of a build follows them as the user's sessions do, and no setting
 * of the variant's can be found guilty of what they take away.
 */
export function managedSettings(folders: readonly string[]): ManagedFile[] {
  const files: ManagedFile[] = [];
  for (const folder of folders) {
    const parts = join(folder, 'managed-settings.d');
    const names = (ifExists(() => readdir(parts)) ?? []).filter((name) => name.endsWith('.json'));
    const paths = [
      join(folder, 'managed-settings.json'),
      ...names.sort().map((name) => join(parts, name)),
    ];
    for (const path of paths) {
      try {
        const text = readIfExists(path);
        if (text !== null) files.push({ path, text });
      } catch {
        // What the user may not read, their sessions do not read either.
      }
    }
  }
  return files;
}

/** What is to be done where a run lacks something and the machine has settings; null where it has none. */
export function managedHint(files: readonly ManagedFile[]): string | null {
  if (files.length === 0) return null;
  const paths = files.map(({ path }) => path).join(', ');
  return `Settings of this machine win over a variant's own: see whether ${paths} takes that away.`;
}
