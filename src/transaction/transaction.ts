import { dirname, join } from 'node:path';
import { inParallel } from '../disk/concurrency.ts';
import { ifExists } from '../disk/if-exists.ts';
import { makeFolder } from '../disk/folders.ts';
import { exists } from '../disk/sync-read.ts';
import { isHeld, removePath, renamePath } from '../disk/rename.ts';
import { syncFile, syncFolder } from '../disk/fsync.ts';
import { CcMirrorError, describeFailure, systemCode } from '../errors.ts';
import {
  type Intent,
  endIntent,
  endJournal,
  readIntent,
  readJournal,
  turnBack,
  writeIntent,
  writeJournal,
} from './journal.ts';
import type { Step } from './step.ts';
import { type Direction, applyStep } from './apply-step.ts';

/** The staging folder of a home; only the holder of the home's lock uses it. */
export function stagingOf(home: string): string {
  return join(home, '.staging');
}

/**
 * Runs `act` with a staging folder on the home's file system, which contains only the intent. It is
 * removed at the end, unless it holds the journal of a transaction that could be neither finished
 * nor undone. If removing it fails, `left` receives the error, and the next run removes it.
 */
export async function withStaging<T>(
  home: string,
  intent: Intent,
  act: (staging: string) => Promise<T>,
  left: (error: unknown) => void = rethrow,
): Promise<T> {
  const staging = stagingOf(home);
  // A leftover folder contains only files that are in use.
  await makeFolder(staging, 0o700);
  try {
    await writeIntent(staging, intent);
    return await act(staging);
  } finally {
    if (readJournal(staging) === null) await discard(staging).catch(left);
  }
}

function rethrow(error: unknown): never {
  throw error;
}

/**
 * Refuses to start a change if an earlier one could be neither finished nor undone: its journal is
 * the only copy of the old content. Error: `storage`.
 */
export function refusePending(staging: string): void {
  if (readJournal(staging) === null) return;
  throw new CcMirrorError(
    'storage',
    `An earlier change could be neither finished nor undone; what is needed for that is in ${staging}.`,
    wayOut,
  );
}

const wayOut =
  'Fix the cause, and the next command finishes it; or set it aside: cc-mirror doctor --fix';

/**
 * Applies all steps or none. Once the journal is written, the next run finishes an interrupted one
 * (see `recover`); if a step fails, the others are undone. Returns the paths that somebody else has
 * changed in the meantime, which are left alone.
 *
 * Errors: those of the steps; `storage` if not everything could be undone, which the next run tries
 * again, or if an earlier change is still pending.
 */
export async function commit(
  staging: string,
  intent: Intent,
  steps: readonly Step[],
): Promise<string[]> {
  if (steps.length === 0) return [];
  refusePending(staging);
  try {
    await writeJournal(staging, { ...intent, steps: [...steps] });
    const left = await applyAll(steps, 'forward');
    // The change is done: from now on, `recover` must not report it as undone.
    await endIntent(staging);
    await endJournal(staging);
    return left;
  } catch (error) {
    await goBack(staging, intent, steps, error);
    throw error;
  }
}

interface Outcome {
  outcome: 'finished' | 'undone';
  /** Paths that somebody else has changed in the meantime, which are left alone. */
  left: string[];
}

/** What became of an interrupted run. */
export type Recovery = Intent & Outcome;

/**
 * Finishes or undoes what an interrupted run has left in the home; null if there is nothing. The
 * caller holds the home's lock. Errors: `storage` if neither is possible, `invalid-record` for a
 * journal of another cc-mirror; the staging folder then stays: see `setAside`.
 */
export async function recover(home: string): Promise<Recovery | null> {
  const staging = stagingOf(home);
  if (!exists(staging)) return null;
  const intent = readIntent(staging);
  try {
    const found = readJournal(staging);
    const outcome = found ? await follow(staging, found.journal, found.direction) : nothingDone;
    await discard(staging);
    const run = intent ?? found?.journal;
    return run ? { command: run.command, name: run.name, ...outcome } : null;
  } catch (error) {
    throw stuck(intent, error);
  }
}

/** Whether a home has steps to apply or undo, as it may if its journal cannot be read. */
export function isPending(home: string): boolean {
  try {
    return readJournal(stagingOf(home)) !== null;
  } catch (error) {
    if (error instanceof CcMirrorError || systemCode(error) !== undefined) return true;
    throw error;
  }
}

/** Always a CcMirrorError: commands that change nothing report it and go on. */
function stuck(intent: Intent | null, cause: unknown): CcMirrorError {
  const why = cause instanceof CcMirrorError ? cause : null;
  const { code, message } = describeFailure(cause);
  return new CcMirrorError(
    why?.code ?? 'storage',
    `What ${intent ? commandOf(intent) : 'a command'} started can be neither finished nor undone: ${code === 'bug' ? String(cause) : message}`,
    why?.code === 'invalid-record' ? why.hint : wayOut,
    { cause },
  );
}

/** The interrupted command, for people. */
export function commandOf({ command, name }: Intent): string {
  return `cc-mirror ${command} ${name}`.trim();
}

/**
 * Renames a staging folder that `recover` cannot handle: it holds the old content, and maybe a key.
 * The caller holds the home's lock. Returns the new folder, which cc-mirror never removes.
 */
export async function setAside(home: string, now: Date): Promise<string> {
  const kept = join(home, `${setAsideName}${now.toISOString().replaceAll(/[:.]/g, '-')}`);
  await renamePath(stagingOf(home), kept);
  await syncFolder(home);
  return kept;
}

/** The prefix of the folders that `setAside` creates in a home. */
export const setAsideName = '.set-aside-';

const nothingDone = { outcome: 'undone', left: [] } as const satisfies Outcome;

async function follow(
  staging: string,
  { command, name, steps }: Intent & { steps: Step[] },
  direction: Direction,
): Promise<Outcome> {
  if (direction === 'forward') {
    try {
      const left = await applyAll(steps, 'forward');
      await endJournal(staging);
      return { outcome: 'finished', left };
    } catch (error) {
      return { outcome: 'undone', left: await goBack(staging, { command, name }, steps, error) };
    }
  }
  const left = await applyAll(steps, 'back');
  await endJournal(staging);
  return { outcome: 'undone', left };
}

async function goBack(
  staging: string,
  { name }: Intent,
  steps: readonly Step[],
  cause: unknown,
): Promise<string[]> {
  try {
    await turnBack(staging);
    const left = await applyAll(steps, 'back');
    await endJournal(staging);
    return left;
  } catch (error) {
    const messages = [cause, error].map((one) => describeFailure(one).message.replace(/\.$/, ''));
    throw new CcMirrorError(
      'storage',
      `${messages[0]}. Not everything of ${name} could be restored: ${messages[1]}.`,
      `The next command tries again; what it needs for that is in ${staging}`,
      { cause },
    );
  }
}

async function applyAll(steps: readonly Step[], direction: Direction): Promise<string[]> {
  const left: string[] = [];
  for (const step of direction === 'forward' ? steps : steps.toReversed()) {
    if (await applyStep(step, direction)) continue;
    left.push(step.kind === 'move' ? step.to : step.path);
  }
  await syncAll(steps);
  return left;
}

/** Flushes everything to disk, before the journal is removed. */
async function syncAll(steps: readonly Step[]): Promise<void> {
  const paths = steps.flatMap((step) =>
    step.kind === 'move' ? [step.from, step.to] : [step.path],
  );
  const files = steps.flatMap((step) => (step.kind === 'move' ? [] : [step.path]));
  const folders = [...new Set(paths.map((path) => dirname(path)))];
  await inParallel(files, (path) => ifExists(() => syncFile(path)));
  await inParallel(folders, (path) => ifExists(() => syncFolder(path)));
}

/**
 * Removes a staging folder that is no longer needed. On Windows, files of running programs stay for
 * the next run.
 */
async function discard(staging: string): Promise<void> {
  try {
    await removePath(staging);
  } catch (error) {
    await endIntent(staging);
    if (!isHeld(error)) throw error;
  }
}
