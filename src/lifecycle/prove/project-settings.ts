import { dirname, join, resolve } from 'node:path';
import { parseObject } from '../../config/merge.ts';
import { ifExists } from '../../disk/if-exists.ts';
import { readIfExists, stat } from '../../disk/sync-read.ts';
import { CcMirrorError, systemCode } from '../../errors.ts';
import { type ProjectFile, plainSettings } from '../../probe/plain-settings.ts';

/** The settings that sessions started in a folder take from its project, as far as a run is given them. */
export async function readProject(folder: string, userHome: string): Promise<ProjectFile[]> {
  const files = await projectFiles(folder, userHome);
  const read = files.map(async (file) => ({
    ...file,
    settings: plainSettings(await readOrNothing(file.path)),
  }));
  return (await Promise.all(read)).filter(({ settings }) => Object.keys(settings).length > 0);
}

/**
 * Where such settings lie, whether or not they are there: in the folder itself, whatever it is, the
 * home folder too (2.1.112, 2.1.332), and settings.local.json at the top of the repository, which
 * builds from 2.1.221 on read as well, unless that is the home folder.
 */
export async function projectFiles(
  folder: string,
  userHome: string,
): Promise<Pick<ProjectFile, 'path' | 'place'>[]> {
  const top = await repositoryOf(folder);
  const here = (['.claude/settings.json', '.claude/settings.local.json'] as const).map((place) => ({
    path: join(folder, place),
    place,
  }));
  if (top === null || top === folder || top === userHome) return here;
  const path = join(top, '.claude', 'settings.local.json');
  return [...here, { path, place: '../.claude/settings.local.json' }];
}

/** The top of the repository that a folder is in, of a further worktree that of the main one. */
async function repositoryOf(folder: string): Promise<string | null> {
  for (let place = folder; ; place = dirname(place)) {
    const entry = join(place, '.git');
    const found = ifExists(() => stat(entry));
    if (found?.isDirectory()) return place;
    if (found) return (await mainOf(place, entry)) ?? place;
    if (place === dirname(place)) return null;
  }
}

/** A worktree's `.git` is a file with `gitdir: <main>/.git/worktrees/<name>`. */
async function mainOf(place: string, entry: string): Promise<string | null> {
  const [, to] = /^gitdir: (.+[\\/]\.git)[\\/]worktrees[\\/]/.exec(readIfExists(entry) ?? '') ?? [];
  return to === undefined ? null : dirname(resolve(place, to));
}

/** Claude Code passes over what it cannot read. */
async function readOrNothing(path: string): Promise<Record<string, unknown>> {
  try {
    const text = readIfExists(path);
    return text === null ? {} : parseObject(text, path);
  } catch (error) {
    if (error instanceof CcMirrorError || systemCode(error) !== undefined) return {};
    throw error;
  }
}
