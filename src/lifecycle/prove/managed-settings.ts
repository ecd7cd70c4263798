import { ifExists } from '../../disk/if-exists.ts';
import { readIfExists, readdir } from '../../disk/sync-read.ts';
import { join } from 'node:path';

/** Where 2.0.77 to 2.1.332 look for the machine's settings; older builds used ProgramData. */
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

/** Settings for every Claude Code of the machine, which override a variant's own. */
export interface ManagedFile {
  path: string;
  text: string;
}

/**
 * The settings of the machine. A run of a build follows them as the user's sessions do, so what they
 * disable is not due to a setting of the variant.
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
        // The user's sessions cannot read it, either.
      }
    }
  }
  return files;
}

/** The hint if a run lacks something and the machine has settings; null if it has none. */
export function managedHint(files: readonly ManagedFile[]): string | null {
  if (files.length === 0) return null;
  const paths = files.map(({ path }) => path).join(', ');
  return `Settings of this machine override a variant's own: see whether ${paths} disables that.`;
}
