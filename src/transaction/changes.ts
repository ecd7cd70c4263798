import { chmod, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { assertInside, foldersBetween } from '../disk/real-paths.ts';
import { stat } from '../disk/sync-read.ts';
import type { FileChange } from '../config/file-change.ts';
import { located } from '../disk/error-path.ts';
import { type OwnedValues, mergeOwned } from '../config/merge.ts';
import { inParallel } from '../disk/concurrency.ts';
import { ifExists } from '../disk/if-exists.ts';
import { makeFolder } from '../disk/folders.ts';
import { sha256Of } from '../disk/hash.ts';
import { readToEdit } from '../disk/utf8.ts';
import { contentAt, fileContent, sameContent } from './content.ts';
import type { FileStep, MergeStep, Step } from './step.ts';

/** Collects changes that are made together or not at all. */
export class Changes {
  readonly #wanted: FileChange[];

  constructor(wanted: readonly FileChange[] = []) {
    this.#wanted = [...wanted];
  }

  add(changes: readonly FileChange[]): void {
    this.#wanted.push(...changes);
  }

  write(path: string, content: Buffer | string, mode?: number): void {
    this.add([{ kind: 'write', path, content, ...(mode !== undefined && { mode }) }]);
  }

  remove(path: string, upTo?: string): void {
    this.add([{ kind: 'remove', path, ...(upTo !== undefined && { upTo }) }]);
  }

  merge(
    path: string,
    wanted: OwnedValues,
    before: OwnedValues | null,
    mode: number | null = null,
  ): void {
    this.add([{ kind: 'merge', path, wanted, before, mode }]);
  }

  move(from: string, to: string): void {
    this.add([{ kind: 'move', from, to }]);
  }

  /**
   * The changes as steps that include the current content; changes without an effect are left out.
   * Error: `storage` for a path outside the `roots`, directly or through a link.
   */
  async steps(roots: readonly string[]): Promise<Step[]> {
    const paths = this.#wanted.flatMap((change) =>
      change.kind === 'move' ? [change.from, change.to] : [change.path],
    );
    assertInside(roots, paths);
    const steps: Step[] = [];
    for (const [index, change] of this.#wanted.entries()) {
      const later = this.#wanted.slice(index + 1);
      if (isFile(change) && later.some((one) => isFile(one) && one.path === change.path)) continue;
      const step = await stepOf(change);
      if (step !== null) steps.push(step);
    }
    return steps;
  }

  /** Makes the changes directly, in a staged folder, which only its owner may enter. */
  async writeOut(folder: string): Promise<void> {
    await makeFolder(folder);
    await chmod(folder, 0o700);
    const files = this.#wanted.flatMap((change): NewFile[] => {
      if (change.kind === 'remove') return [];
      if (change.kind === 'write') {
        return [{ path: change.path, content: change.content, mode: change.mode ?? 0o644 }];
      }
      if (change.kind === 'move') throw new Error('a new folder holds nothing to move');
      const { path, wanted, mode } = change;
      return [{ path, content: mergeOwned(null, wanted, null, path), mode: mode ?? 0o644 }];
    });
    // Flushing many files at a time costs little more than flushing one.
    await inParallel([...new Set(files.map(({ path }) => dirname(path)))], makeFolder);
    await inParallel(files, writeNew);
  }
}

interface NewFile {
  path: string;
  content: Buffer | string;
  mode: number;
}

async function writeNew({ path, content, mode }: NewFile): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    await located(path, async () => {
      await file.writeFile(content);
      // The umask narrowed the mode at creation.
      await file.chmod(mode);
      await file.sync();
    });
  } finally {
    await file.close();
  }
}

function isFile(change: FileChange): change is Extract<FileChange, { kind: 'write' | 'remove' }> {
  return change.kind === 'write' || change.kind === 'remove';
}

function stepOf(change: FileChange): Promise<Step | null> | Step {
  switch (change.kind) {
    case 'move':
      return { ...change, prune: missingAbove(change.to) };
    case 'merge':
      return mergeStep(change);
    case 'write':
    case 'remove':
      return fileStep(change);
  }
}

async function fileStep(
  change: Extract<FileChange, { kind: 'write' | 'remove' }>,
): Promise<FileStep | null> {
  const { path } = change;
  const before = await contentAt(path);
  if (change.kind === 'remove') {
    if (before === null) return null;
    return {
      kind: 'file',
      path,
      before,
      after: null,
      prune: foldersBetween(path, change.upTo ?? dirname(path)),
    };
  }
  const mode = change.mode ?? (before?.kind === 'file' ? before.mode : 0o644);
  const after = fileContent(change.content, mode);
  if (sameContent(before, after)) return null;
  const prune = before === null ? missingAbove(path) : [];
  return { kind: 'file', path, before, after, prune };
}

async function mergeStep({
  path,
  wanted,
  before,
  mode,
}: Extract<FileChange, { kind: 'merge' }>): Promise<MergeStep | null> {
  const text = readToEdit(path);
  const merged = mergeOwned(text, wanted, before, path);
  if (merged === text) return null;
  const prune = text === null ? missingAbove(path) : [];
  const current = await contentAt(path);
  const old = current?.kind === 'file' ? current.mode : null;
  const saved = { text, mode: old, made: sha256Of(merged), prune };
  return {
    kind: 'merge',
    path,
    wanted: { ...wanted },
    before: before && { ...before },
    mode,
    saved,
  };
}

/** The missing folders above a path, the innermost first. */
function missingAbove(path: string): string[] {
  const folder = dirname(path);
  // A file that another step removes may still be in the way.
  const found = ifExists(() => stat(folder));
  return found?.isDirectory() ? [] : [folder, ...missingAbove(folder)];
}
