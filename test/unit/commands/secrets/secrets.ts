import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { markIn, markedKeys } from '../../../support/marked-key.ts';
import { type Watch, watchProcess } from '../../../support/session/watch.ts';
import { type CommandWorld, newCommandWorld } from '../run.ts';
import { treeOf } from '../../../support/folder.ts';

/** A world in which two keys lie in variables of the shell, and nothing of them may get out. */
export interface SecretWorld extends CommandWorld {
  watch: Watch;
  /** Everything printed so far. */
  printed: string[];
  /** The words that make the variant `one` of a custom provider, but for the key. */
  words: string[];
}

export async function newSecretWorld(): Promise<SecretWorld> {
  const world = await newCommandWorld();
  const TMPDIR = join(world.root, 'tmp');
  await mkdir(TMPDIR);
  const printed: string[] = [];
  const from = ['--base-url', 'http://127.0.0.1:9', '--from', world.claude];
  const run: CommandWorld['run'] = async (words, environment = {}) => {
    const variables = { TMPDIR, MARKED: markedKeys.first, MARKED_NEW: markedKeys.second };
    const result = await world.run(words, { ...variables, ...environment });
    printed.push(result.stdout, result.stderr);
    return result;
  };
  const words = ['quick', 'one', '--provider', 'custom', ...from];
  return { ...world, run, watch: watchProcess(), printed, words };
}

/** The files in which a key may be: paths below the user's home, as regular expressions. */
export const places = {
  key: /^\.cc-mirror\/(\.staging\/variant\/)?one\/secrets(\.[^/]*tmp)?$/,
  /** Headers are kept beside the key. */
  headers: /^\.cc-mirror\/(\.staging\/variant\/)?one\/headers(\.[^/]*tmp)?$/,
  /** What it takes to go back, where the key was changed. */
  change:
    /^\.cc-mirror\/(one\/previous\.json(\.cc-mirror\.tmp)?|\.staging\/(journal\.tmp|commit\.json|undo\.json))$/,
  /** What a run is about to do, with a name as it was typed. */
  intent: /^\.cc-mirror\/\.staging\/intent\.json$/,
  /** Claude Code's own note of an approved key: its last 20 characters. */
  approved: /^\.cc-mirror\/(\.staging\/variant\/)?one\/config\/\.claude\.json(\.[^/]*tmp)?$/,
};

/**
 * Nothing that was printed, started or written so far holds a part of a key, but for the files that
 * are allowed to, which only their owner may read, now and when they were written.
 */
export async function checkSecret(world: SecretWorld, allowed: readonly RegExp[]): Promise<void> {
  const { root, watch, printed } = world;
  expect(printed.filter((text) => markIn(text) !== null)).toEqual([]);
  for (const { words, environment } of watch.started) {
    expect(markIn(words.join('\n'))).toBeNull();
    // What is run to prove it gets nothing of the user's environment.
    if (words.some((word) => word.endsWith('cli.js'))) {
      expect(markIn(JSON.stringify(environment))).toBeNull();
    }
  }
  expect(watch.named.filter((path) => markIn(path) !== null)).toEqual([]);
  const held = (path: string): boolean => allowed.some((place) => place.test(path));
  const written = watch.written
    .filter(({ content }) => markIn(content) !== null)
    .map(({ path, mode }) => ({ path: path.replace(`${root}/`, ''), mode }));
  expect(written.filter(({ path }) => !held(path))).toEqual([]);
  expect(written.filter(({ mode }) => mode !== 0o600)).toEqual([]);
  for (const [path, text] of Object.entries(await treeOf(root))) {
    expect(markIn(path)).toBeNull();
    if (markIn(text) === null) continue;
    expect([path, held(path), text.slice(0, 9)]).toEqual([path, true, 'file 600 ']);
  }
}

/** Runs commands one after the other; each has to end with the status that stands before it. */
export async function runAll(
  world: CommandWorld,
  commands: readonly [status: number, ...words: string[]][],
): Promise<void> {
  for (const [status, ...words] of commands) {
    const { status: ended, stderr } = await world.run(words);
    expect([words, ended, stderr]).toEqual([words, status, stderr]);
  }
}

/** The files below the user's home that hold a part of a key now. */
export async function holdersIn({ root }: CommandWorld): Promise<string[]> {
  const tree = Object.entries(await treeOf(root));
  return tree.filter(([, text]) => markIn(text) !== null).map(([path]) => path);
}

/** The key that the variant `one` keeps in its file. */
export async function keyOf({ home }: CommandWorld): Promise<string> {
  return readFile(join(home, 'one', 'secrets'), 'utf8');
}
