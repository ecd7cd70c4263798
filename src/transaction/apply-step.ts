import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { lstat, exists } from '../disk/sync-read.ts';
import { mergeOwned } from '../config/merge.ts';
import { writeAtomic } from '../disk/write.ts';
import { ifExists } from '../disk/if-exists.ts';
import { makeFolder, removeIfEmpty } from '../disk/folders.ts';
import { renamePath } from '../disk/rename.ts';
import { sha256Of } from '../disk/hash.ts';
import { readToEdit } from '../disk/utf8.ts';
import { CcMirrorError } from '../errors.ts';
import {
  clearTemporary,
  contentAt,
  isTorn,
  putContent,
  sameBytes,
  sameContent,
  temporaryOf,
} from './content.ts';
import type { FileStep, MergeStep, MoveStep, Step } from './step.ts';

export type Direction = 'forward' | 'back';

/**
 * Applies a step or undoes it; both can be repeated. False if the path holds neither the content from
 * before the step nor the content after it: somebody else has changed it, and it is left alone.
 */
export function applyStep(step: Step, direction: Direction): Promise<boolean> {
  switch (step.kind) {
    case 'file':
      return applyFile(step, direction);
    case 'merge':
      return direction === 'forward' ? merge(step) : unmerge(step);
    case 'move':
      return direction === 'forward' ? move(step) : moveBack(step);
  }
}

async function applyFile(
  { path, before, after, prune }: FileStep,
  direction: Direction,
): Promise<boolean> {
  const [from, to] = direction === 'forward' ? [before, after] : [after, before];
  await clearTemporary(path);
  // A later step has replaced the removed file by a folder.
  if (to === null && ifExists(() => lstat(path))?.isDirectory()) return true;
  const current = await contentAt(path);
  if (!sameContent(current, to)) {
    const known = [from, to].some((content) => sameBytes(current, content));
    if (!known && !isTorn(current)) return false;
    await putContent(path, to);
  }
  if (to === null) await removeEmpty(prune);
  return true;
}

async function removeEmpty(folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    if (!(await removeIfEmpty(folder))) return;
  }
}

async function merge(step: MergeStep): Promise<boolean> {
  const { path, mode, saved } = step;
  await clearTemporary(path);
  const text = readToEdit(path);
  const whole = text === torn ? (saved?.text ?? text) : text;
  await replaceText(path, text, mergedText(step, whole), mode);
  return true;
}

/** What a power cut can leave of a text: see `isTorn`. */
const torn = '';

/** The text of a file after a step. Errors: see `mergeOwned`. */
export function mergedText(
  { path, wanted, before, restore }: Omit<MergeStep, 'saved'>,
  text: string | null,
): string {
  if (text !== null && restore && sha256Of(text) === restore.made) return restore.text;
  return mergeOwned(text, wanted, before, path, restore?.text);
}

/** False if somebody has changed the file so that it can no longer be edited. */
async function unmerge(step: MergeStep): Promise<boolean> {
  try {
    await takeOut(step);
    return true;
  } catch (error) {
    if (error instanceof CcMirrorError && error.code === 'invalid-record') return false;
    throw error;
  }
}

/** Restores the exact text if nobody has written to the file since; else removes only our values. */
async function takeOut({ path, wanted, before, mode, saved }: MergeStep): Promise<void> {
  await clearTemporary(path);
  const text = readToEdit(path);
  const ours = text !== null && (text === torn || sha256Of(text) === saved?.made);
  if (saved !== null && ours) {
    if (saved.text !== null) await replaceText(path, text, saved.text, saved.mode);
    else await rm(path);
    return removeEmpty(saved.prune);
  }
  if (text === null || (saved !== null && text === saved.text)) {
    return removeEmpty(saved?.prune ?? []);
  }
  await replaceText(path, text, mergeOwned(text, before ?? {}, wanted, path, saved?.text), mode);
}

async function replaceText(
  path: string,
  text: string | null,
  wanted: string,
  mode: number | null,
): Promise<void> {
  if (wanted === text) return;
  const temporary = temporaryOf(path);
  await writeAtomic(path, wanted, { mode: mode ?? undefined, temporary, durable: false });
}

/** If the old location exists, the folder was never moved, and the new one is not ours. */
async function moveBack({ from, to, prune }: MoveStep): Promise<boolean> {
  const back = exists(from) || (await move({ from: to, to: from }));
  await removeEmpty(prune);
  return back;
}

/** Error: `name-taken` if something has appeared at the new location in the meantime. */
async function move({ from, to }: Pick<MoveStep, 'from' | 'to'>): Promise<boolean> {
  if (!exists(from)) return exists(to);
  if (exists(to)) {
    throw new CcMirrorError(
      'name-taken',
      `${to} appeared in the meantime.`,
      'Check it and move it away, then run the command again.',
    );
  }
  await makeFolder(dirname(to));
  await renamePath(from, to);
  return true;
}
