import { dirname, join, resolve } from 'node:path';
import { parseObject } from '../../config/merge.ts';
import { ifExists } from '../../disk/if-exists.ts';
import { readIfExists, stat } from '../../disk/sync-read.ts';
import { CcMirrorError, systemCode } from '../../errors.ts';
import { type ProjectFile, plainSettings } from '../../probe/plain-settings.ts';

/** The project settings of sessions started in a folder, reduced to what a run is given. */
export function readProject(folder: string, userHome: string): ProjectFile[] {
  return projectFiles(folder, userHome)
    .map((file) => ({ ...file, settings: plainSettings(readOrNothing(file.path)) }))
    .filter(({ settings }) => Object.keys(settings).length > 0);
}

/**
 * The paths of such settings, whether or not they exist: in the folder itself, even if that is the
 * home folder (2.1.112, 2.1.332), and settings.local.json at the top of the repository, which builds
 * from 2.1.221 on also read, unless that is the home folder.
 */
export function projectFiles(
  folder: string,
  userHome: string,
): Pick<ProjectFile, 'path' | 'place'>[] {
  const top = repositoryOf(folder);
  const here = (['.claude/settings.json', '.claude/settings.local.json'] as const).map((place) => ({
    path: join(folder, place),
    place,
  }));
  if (top === null || top === folder || top === userHome) return here;
  const path = join(top, '.claude', 'settings.local.json');
  return [...here, { path, place: '../.claude/settings.local.json' }];
}

/** The top of the repository that a folder is in; for a linked worktree that of the main one. */
function repositoryOf(folder: string): string | null {
  for (let place = folder; ; place = dirname(place)) {
    const entry = join(place, '.git');
    const found = ifExists(() => stat(entry));
    if (found?.isDirectory()) return place;
    if (found) return mainOf(place, entry) ?? place;
    if (place === dirname(place)) return null;
  }
}

/** A worktree's `.git` is a file with `gitdir: <main>/.git/worktrees/<name>`. */
function mainOf(place: string, entry: string): string | null {
  const [, to] = /^gitdir: (.+[\\/]\.git)[\\/]worktrees[\\/]/.exec(readIfExists(entry) ?? '') ?? [];
  return to === undefined ? null : dirname(resolve(place, to));
}

/** Claude Code ignores files that it cannot read. */
function readOrNothing(path: string): Record<string, unknown> {
  try {
    const text = readIfExists(path);
    return text === null ? {} : parseObject(text, path);
  } catch (error) {
    if (error instanceof CcMirrorError || systemCode(error) !== undefined) return {};
    throw error;
  }
}
