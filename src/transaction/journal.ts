import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfExists, exists } from '../disk/sync-read.ts';
import { located } from '../disk/error-path.ts';
import { renamePath } from '../disk/rename.ts';
import { syncFile, syncFolder } from '../disk/fsync.ts';
import { CcMirrorError } from '../errors.ts';
import * as z from '../zod.ts';
import { type Direction } from './apply-step.ts';
import { type Step, stepSchema } from './step.ts';

const intentSchema = z.object({
  /** The command as typed: `update`. */
  command: z.string(),
  /** The variant that it changes. */
  name: z.string(),
});
/** What a run is about to do, for the message if it is interrupted. */
export type Intent = z.infer<typeof intentSchema>;

const journalSchema = z.object({
  schemaVersion: z.literal(1),
  ...intentSchema.shape,
  steps: z.array(stepSchema),
});
type Journal = Intent & { steps: Step[] };

/** The journal's file name says whether its steps are to be applied or undone. */
const names: Record<Direction, string> = { forward: 'commit.json', back: 'undo.json' };
const intentName = 'intent.json';

export async function writeIntent(staging: string, { command, name }: Intent): Promise<void> {
  const path = join(staging, intentName);
  const text = JSON.stringify({ command, name });
  await located(path, () => writeFile(path, text, { mode: 0o600 }));
}

/** The intent of the run that created a staging folder; null if writing it was interrupted. */
export function readIntent(staging: string): Intent | null {
  return z.parseJson(readIfExists(join(staging, intentName)) ?? '', intentSchema) ?? null;
}

/**
 * Writes the journal and flushes it to disk, before any step is applied. From then on the steps are
 * applied by this process or the next. May contain a key.
 */
export async function writeJournal(
  staging: string,
  { command, name, steps }: Journal,
): Promise<void> {
  const journal: z.infer<typeof journalSchema> = { schemaVersion: 1, command, name, steps };
  const path = join(staging, names.forward);
  const text = JSON.stringify(journal);
  await located(path, () => writeFile(path, text, { flag: 'wx', mode: 0o600 }));
  await Promise.all([syncFile(path), syncFolder(staging)]);
}

/** From now on all steps are undone. A rename, as it needs no disk space. */
export async function turnBack(staging: string): Promise<void> {
  const forward = join(staging, names.forward);
  if (exists(forward)) await renamePath(forward, join(staging, names.back));
  await syncFolder(staging);
}

/** Removes the journal: its steps are done or undone. */
export async function endJournal(staging: string): Promise<void> {
  for (const name of Object.values(names)) await rm(join(staging, name), { force: true });
}

/** Removes the intent: it has been carried out, or never will be. */
export async function endIntent(staging: string): Promise<void> {
  await rm(join(staging, intentName), { force: true });
}

/** The journal of a staging folder and its direction; null if none was written. */
export function readJournal(staging: string): { journal: Journal; direction: Direction } | null {
  for (const direction of ['back', 'forward'] as const) {
    const path = join(staging, names[direction]);
    const text = readIfExists(path);
    const journal = text === null ? null : parse(text, path);
    if (journal) return { journal, direction };
  }
  return null;
}

/** Null if writing it was interrupted: then no step has been applied. */
function parse(text: string, path: string): Journal | null {
  try {
    return journalSchema.parse(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    if (!(error instanceof z.ZodError)) throw error;
    throw new CcMirrorError(
      'invalid-record',
      `${path} is not a journal of this cc-mirror.`,
      'It holds the changes of an interrupted command. Run the cc-mirror version that wrote it, or set it aside: cc-mirror doctor --fix',
      { cause: error },
    );
  }
}
