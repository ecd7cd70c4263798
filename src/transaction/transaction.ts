import { dirname, join } from 'node:path';
import { allDone } from '../disk/concurrency.ts';
import { ifExists } from '../disk/if-exists.ts';
import { makeFolder } from '../disk/folders.ts';
import { exists } from '../disk/sync-read.ts';
import { isHeld, removePath, renamePath } from '../disk/rename.ts';
import { syncFile, syncFolder } from '../disk/sync.ts';
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
import { type Direction, takeStep } from './apply-step.ts';

/** The staging folder of a home: one run at a time has it, the one that holds the lock. */
export function stagingOf(home: string): string {
  return join(home, '.staging');
}

/**
 * Runs `act` with an empty folder on the home's file system. It goes at the end, unless it holds
 * the journal of a transaction that could be neither finished nor undone; where it cannot be
 * removed, `left` is told, and the next run does it.
 */
export async function withStaging<T>(
  home: string,
  intent: Intent,
  act: (staging: string) => Promise<T>,
  left: (error: unknown) => void = rethrow,
): Promise<T> {
  const staging = stagingOf(home);
  // One that was left over is empty but for what is in use.
  await makeFolder(staging, 0o700);
  try {
    await writeIntent(staging, intent);
    return await act(staging);
  } finally {
    if ((await readJournal(staging)) === null) await discard(staging).catch(left);
  }
}

function rethrow(error: unknown): never {
  throw error;
}

/**
 * Refuses to begin where a change before could be neither finished nor undone: its journal is all
 * there is of what was. Error: `storage`.
 */
export async function refusePending(staging: string): Promise<void> {
  if ((await readJournal(staging)) === null) return;
  throw new CcMirrorError(
    'storage',
    `A change before this one could be neither finished nor undone; what that takes is in ${staging}.`,
    wayOut,
  );
}

const wayOut =
  'Mend what is in the way, and the next command ends it; or have it set aside: cc-mirror doctor --fix';

/**
 * Takes all steps or none. Once the journal is written, a run that is cut off is finished by the
 * next one (see `recover`); a step that fails has the others taken back. Returns the paths that
 * somebody else has changed meanwhile, which stay as they are.
 *
 * Errors: whatever a step fails with; `storage` where not everything could be taken back, which the
 * next run tries again, and where that is so of a change before.
 */
export async function commit(
  staging: string,
  intent: Intent,
  steps: readonly Step[],
): Promise<string[]> {
  if (steps.length === 0) return [];
  await refusePending(staging);
  try {
    await writeJournal(staging, { ...intent, steps: [...steps] });
    const left = await takeAll(steps, 'forward');
    // From now on it is done, and nobody may be told that it was undone.
    await endIntent(staging);
    await endJournal(staging);
    return left;
  } catch (error) {
    await goBack(staging, intent, steps, error);
    throw error;
  }
}

/** What became of a run that was cut off. */
export interface Recovery extends Partial<Intent> {
  outcome: 'finished' | 'undone';
  /** Paths that somebody else has changed meanwhile, which stay as they are. */
  left: string[];
}

/**
 * Finishes or undoes what a run that was cut off has left in the home; null where nothing is left.
 * To be called by who holds the home's lock. Errors: `storage` where it can be neither, and
 * `invalid-record` for a journal of another cc-mirror; it stays then, see `setAside`.
 */
export async function recover(home: string): Promise<Recovery | null> {
  const staging = stagingOf(home);
  if (!exists(staging)) return null;
  const intent = await readIntent(staging);
  try {
    const found = await readJournal(staging);
    const recovery = found ? await follow(staging, found.journal, found.direction) : nothingDone;
    await discard(staging);
    if (intent === null && found === null) return null;
    const { command, name } = intent ?? found?.journal ?? {};
    return {
      ...(command !== undefined && { command }),
      ...(name !== undefined && { name }),
      ...recovery,
    };
  } catch (error) {
    throw stuck(intent, error);
  }
}

/**
 * Whether a home has steps that are to be taken or taken back: whatever else was left is of no use.
 * A journal that cannot be read may have some.
 */
export async function isPending(home: string): Promise<boolean> {
  try {
    return (await readJournal(stagingOf(home))) !== null;
  } catch (error) {
    if (error instanceof CcMirrorError || systemCode(error) !== undefined) return true;
    throw error;
  }
}

/** Whatever was thrown: nothing of it may stop the commands that change nothing. */
function stuck(intent: Intent | null, cause: unknown): CcMirrorError {
  const why = cause instanceof CcMirrorError ? cause : null;
  const { code, message } = describeFailure(cause);
  return new CcMirrorError(
    why?.code ?? 'storage',
    `What ${commandOf(intent ?? {})} had begun can be neither finished nor undone: ${code === 'bug' ? String(cause) : message}`,
    why?.code === 'invalid-record' ? why.hint : wayOut,
    { cause },
  );
}

/** The command that was cut off, for people. */
export function commandOf({ command, name }: Partial<Intent>): string {
  return command === undefined ? 'a command' : `cc-mirror ${command} ${name ?? ''}`.trim();
}

/**
 * Puts away what `recover` can do nothing with, whole: it holds what was there before, and may hold a
 * key. To be called by who holds the home's lock. Returns the folder, which stays.
 */
export async function setAside(home: string, now: Date): Promise<string> {
  const kept = join(home, `${setAsideName}${now.toISOString().replaceAll(/[:.]/g, '-')}`);
  await renamePath(stagingOf(home), kept);
  await syncFolder(home);
  return kept;
}

/** How the names of folders begin that `setAside` makes in a home. */
export const setAsideName = '.set-aside-';

const nothingDone = { outcome: 'undone', left: [] } as const satisfies Recovery;

async function follow(
  staging: string,
  { command, name, steps }: Intent & { steps: Step[] },
  direction: Direction,
): Promise<Recovery> {
  if (direction === 'forward') {
    try {
      const left = await takeAll(steps, 'forward');
      await endJournal(staging);
      return { outcome: 'finished', left };
    } catch (error) {
      return { outcome: 'undone', left: await goBack(staging, { command, name }, steps, error) };
    }
  }
  const left = await takeAll(steps, 'back');
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
    const left = await takeAll(steps, 'back');
    await endJournal(staging);
    return left;
  } catch (error) {
    const told = [cause, error].map((one) => describeFailure(one).message.replace(/\.$/, ''));
    throw new CcMirrorError(
      'storage',
      `${told[0]}. Not everything of ${name} could be put back: ${told[1]}.`,
      'The next command tries again; what it needs for that is in ' + staging,
      { cause },
    );
  }
}

async function takeAll(steps: readonly Step[], direction: Direction): Promise<string[]> {
  const left: string[] = [];
  for (const step of direction === 'forward' ? steps : steps.toReversed()) {
    if (await takeStep(step, direction)) continue;
    left.push(step.kind === 'move' ? step.to : step.path);
  }
  await syncAll(steps);
  return left;
}

/** The journal may go only when everything that it stands for is on the disk. */
async function syncAll(steps: readonly Step[]): Promise<void> {
  const paths = steps.flatMap((step) =>
    step.kind === 'move' ? [step.from, step.to] : [step.path],
  );
  const files = steps.flatMap((step) => (step.kind === 'move' ? [] : [step.path]));
  const folders = [...new Set(paths.map((path) => dirname(path)))];
  await allDone(files, (path) => ifExists(() => syncFile(path)));
  await allDone(folders, (path) => ifExists(() => syncFolder(path)));
}

/**
 * Removes a staging folder that holds nothing more to be done. What Windows lets nobody remove, as a
 * program in it runs, stays for the next run.
 */
async function discard(staging: string): Promise<void> {
  try {
    await removePath(staging);
  } catch (error) {
    await endIntent(staging);
    if (!isHeld(error)) throw error;
  }
}
